use crate::{Actor, ActorCode, Evidence};

/// Something that was said, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What was said, without quotation marks or the word "that".
    pub content: Evidence,
    /// How it is given.
    pub kind: QuoteKind,
    /// How the speaker stands to it.
    pub stance: Stance,
    /// Who said it, where known.
    pub speaker: Option<Actor>,
    /// The words that name the speaker ("he").
    pub speaker_text: Option<Evidence>,
    /// To whom it was said, where that is stated.
    pub addressee: Option<Actor>,
    /// The word that tells of the saying.
    pub cue: Option<Evidence>,
    /// Through whom it came to the reader, from whoever said it outward to the article's outlet.
    pub chain: Vec<Link>,
}

impl Quote {
    /// Who passed it on between the speaker and the article, from the speaker outward.
    pub fn via(&self) -> Vec<String> {
        self.chain.iter().filter(|l| l.role == LinkRole::ReportedBy).map(|l| l.name.clone()).collect()
    }
}

/// One that a saying passed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What he does in the chain.
    pub role: LinkRole,
    /// Who it is.
    pub name: String,
    /// His code, where known.
    pub code: ActorCode,
    /// The words that name him; `None` where only the page's metadata do.
    pub words: Option<Evidence>,
}

/// What one does in a chain of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkRole {
    /// For whom a spokesperson speaks.
    Principal,
    /// Who speaks for another.
    Spokesperson,
    /// Who speaks for himself.
    Speaker,
    /// Who quotes the saying or was told it.
    ReportedBy,
    /// Whose text the article reprints.
    ReprintedFrom,
    /// Who publishes the article.
    Outlet,
}

impl LinkRole {
    /// `principal`, `spokesperson`, `speaker`, `reported-by`, `reprinted-from` or `outlet`.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkRole::Principal => "principal",
            LinkRole::Spokesperson => "spokesperson",
            LinkRole::Speaker => "speaker",
            LinkRole::ReportedBy => "reported-by",
            LinkRole::ReprintedFrom => "reprinted-from",
            LinkRole::Outlet => "outlet",
        }
    }
}

/// How a speaker stands to what he says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Stance {
    /// It is so.
    #[default]
    Assert,
    /// It is not so.
    Deny,
    /// He will do it.
    Promise,
    /// Somebody else must do it.
    Demand,
    /// It may not be so.
    Doubt,
    /// He wants to know.
    Ask,
}

impl Stance {
    /// All of them.
    pub const ALL: [Stance; 6] =
        [Stance::Assert, Stance::Deny, Stance::Promise, Stance::Demand, Stance::Doubt, Stance::Ask];

    /// `assert`, `deny`, `promise`, `demand`, `doubt` or `ask`.
    pub fn as_str(self) -> &'static str {
        match self {
            Stance::Assert => "assert",
            Stance::Deny => "deny",
            Stance::Promise => "promise",
            Stance::Demand => "demand",
            Stance::Doubt => "doubt",
            Stance::Ask => "ask",
        }
    }

    /// The stance of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

/// How speech is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteKind {
    /// Word for word, in quotation marks.
    Direct,
    /// In the writer's words.
    Indirect,
    /// In the writer's words, with some in quotation marks.
    Mixed,
}

impl QuoteKind {
    /// `direct`, `indirect` or `mixed`.
    pub fn as_str(self) -> &'static str {
        match self {
            QuoteKind::Direct => "direct",
            QuoteKind::Indirect => "indirect",
            QuoteKind::Mixed => "mixed",
        }
    }
}
