//! The flags, as typed. Their help texts are the reference.

use chancery_exports::Format;
use chancery_ledger::Field;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Reads political pages and writes a ledger of world politics: who did what to whom, when, where, and who says so.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, propagate_version = true)]
pub struct Args {
    /// Knowledge files to use in place of the built-in ones (a copy of the folder data/, edited)
    #[arg(long, global = true, value_name = "DIR", env = "CHANCERY_DATA")]
    pub data: Option<PathBuf>,
    /// Actors of your own (TSV, see `actors add`); their names go before the built-in ones
    #[arg(long, global = true, value_name = "FILE", env = "CHANCERY_ACTORS")]
    pub actors: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read files, folders or archives and print the coded articles; needs no ledger
    Code(CodeArgs),
    /// Find the articles that repeat others: near duplicates, reprints, corrected versions; and who reprints whom
    Copies(CopiesArgs),
    /// Read files, folders or archives into a ledger; again on the same input adds nothing
    Read(ReadArgs),
    /// Lay the ledgers of several reads together; what is in two of them is kept once
    Merge(MergeArgs),
    /// Show a ledger as a web page, with its HTTP interface
    Serve(ServeArgs),
    /// Print sentences, tokens, tags and trees of a plain text (a blank line ends a paragraph)
    Parse(ParseArgs),
    /// Name the event between the marked parties of each row of a TSV file
    Relate(RelateArgs),
    /// Ask the directory of actors
    #[command(subcommand)]
    Actors(ActorsCommand),
    /// Take title, authors, date, outlet, language and text out of one page
    Extract(ExtractArgs),
    /// List the formats that are read, or what documents files hold
    Formats(FormatsArgs),
    /// Label the tokens of a token-per-line file in BIO
    #[command(subcommand)]
    Tag(TagCommand),
    /// List events of a ledger, newest first
    Events(EventsArgs),
    /// Show how a sentence was coded: its tree, its events, and the candidates that lost and why
    Explain(ExplainArgs),
    /// Search the articles of a ledger
    Search(SearchArgs),
    /// List what is said in a ledger, and by whom
    Quotes(QuotesArgs),
    /// List what is said about somebody, with how the speaker stands to it and through whom it came
    Claims(ClaimsArgs),
    /// The words by which an actor or an event is told, and which outlet uses which
    Wording(WordingArgs),
    /// Write a ledger in the shape of another tool
    Export(ExportArgs),
    /// Write what is new since a day: what happened, by pair of states, and what is planned
    Brief(BriefArgs),
    /// Poll feeds, read what is new into a ledger, and say what it tells
    Watch(WatchArgs),
    /// Why two reports or events are one, or are not
    Compare(CompareArgs),
    /// List the stories of a ledger: what belongs together over days
    Stories(StoriesArgs),
    /// Correct what a ledger says: corrections are kept, and applied again whenever it is coded anew
    #[command(subcommand)]
    Correct(CorrectCommand),
    /// Code a ledger's articles again, after a change of the codebook, the actors or the program
    Recode(RecodeArgs),
    /// The reports that two ledgers of the same pages have differently
    Diff(DiffArgs),
    /// Answer programs that speak the Model Context Protocol, over standard input and output or HTTP; reads only
    Mcp(McpArgs),
    /// Train a model from named data
    #[command(subcommand)]
    Train(TrainCommand),
    /// Measure a model on a file
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Print the manual page, or write one for each command into a folder
    Manual {
        /// The folder for chancery.1, chancery-read.1 and so on
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Flags of `brief`.
#[derive(Debug, clap::Args)]
pub struct BriefArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// From this day on, or the last days that the ledger holds: 2026-02-15, 7d
    #[arg(long, value_name = "DATE|DAYS", default_value = "7d")]
    pub since: String,
    /// Only what these countries have a part in: codes, with commas between them
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub about: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: BriefFormat,
}

/// How a brief is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BriefFormat {
    /// Markdown
    Markdown,
    /// A page of HTML that needs nothing else
    Html,
    /// One JSON object
    Json,
}

/// Flags of `watch`.
#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// The feeds: OPML, or a text with an address a line
    #[arg(value_name = "FEEDS")]
    pub feeds: PathBuf,
    /// The ledger; made where there is none. It also keeps what was asked and read, so that a stop loses nothing
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// How often a feed is asked: 15m, 2h, 90s
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = time)]
    pub every: Duration,
    /// One round, then end
    #[arg(long)]
    pub once: bool,
    /// Events to hear of: a TOML file of [[query]] tables with a name and type, actor, other, status, outlet, text, from, to;
    /// without it, the queries that are saved in the ledger; where there are none, all that is new
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,
    /// Write the brief here whenever something is new (.html, .json, else Markdown)
    #[arg(long, value_name = "FILE")]
    pub brief: Option<PathBuf>,
    /// What the brief is of: since this day, or the last days that the ledger holds
    #[arg(long, value_name = "DATE|DAYS", default_value = "7d")]
    pub since: String,
    /// Post the new events to this address, as JSON
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// Run this command in a shell, with the new events as JSON on its standard input
    #[arg(long, value_name = "COMMAND")]
    pub run: Option<String>,
    /// Feeds are asked a little earlier or later than --every says, each in its own way; another number gives other ways
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Threads that code; without it, one a core
    #[arg(short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
    /// Fetch also from this machine and from private networks: only for feeds that you run yourself
    #[arg(long)]
    pub allow_private: bool,
}

/// `90s`, `15m`, `2h`, `1d`; not shorter than a second.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no time; write 15m, 2h or 90s");
    let (number, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    if number == 0 { Err(wrong()) } else { Ok(Duration::from_secs(u64::from(number) * seconds)) }
}

/// Flags of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// A report (`r…`) or an event (`e…`)
    pub one: String,
    /// Another
    pub other: String,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
}

/// Flags of `stories`.
#[derive(Debug, clap::Args)]
pub struct StoriesArgs {
    /// One story (`s…`) with its timeline; without it, a list
    pub story: Option<String>,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Only stories with an article on or after this day, or of the last days: 2026-02-15, 7d
    #[arg(long, value_name = "DATE|DAYS")]
    pub since: Option<String>,
    /// How many
    #[arg(long, default_value_t = 30)]
    pub limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// What is corrected.
#[derive(Debug, clap::Subcommand)]
pub enum CorrectCommand {
    /// Take out a report
    Retract {
        /// The report (`r…`), or an event (`e…`) for its leading report
        report: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Set a field of a report
    Set {
        /// The report (`r…`), or an event (`e…`) for its leading report
        report: String,
        /// Which field
        #[arg(value_parser = fields())]
        field: Field,
        /// The value; empty for not known. Parties as `Name (CODE); Name (CODE)`
        value: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Make the tellings of two events those of one
    Join {
        /// An event or one of its reports
        one: String,
        /// Another
        other: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Give a report an event of its own
    Split {
        /// The report (`r…`)
        report: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Make two actors one
    Merge {
        /// The name that goes
        from: String,
        /// The name that stays
        into: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Take back a correction
    Undo {
        /// The correction (`c…`)
        correction: String,
        #[command(flatten)]
        by: AuthorArgs,
    },
    /// Print the corrections and what became of them
    List {
        /// The ledger
        #[arg(long, value_name = "FILE")]
        ledger: PathBuf,
        /// Only those whose report or actor is not there any more
        #[arg(long)]
        conflicts: bool,
        /// How to print; jsonl can be taken into another ledger by `correct import`
        #[arg(long, value_enum, default_value = "table")]
        format: RowFormat,
    },
    /// Take corrections out of a file that `correct list --format jsonl` wrote
    Import {
        /// The file
        file: PathBuf,
        /// The ledger
        #[arg(long, value_name = "FILE")]
        ledger: PathBuf,
    },
}

/// The fields that can be set, by their names.
fn fields() -> impl TypedValueParser<Value = Field> {
    PossibleValuesParser::new(Field::ALL.map(Field::name)).try_map(|name| name.parse::<Field>())
}

/// The formats of exports, by their names.
fn formats() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values).try_map(|name| Format::of_name(&name).ok_or("no such format"))
}

/// Whose correction it is.
#[derive(Debug, clap::Args)]
pub struct AuthorArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Why
    #[arg(long)]
    pub why: String,
    /// Who says so
    #[arg(long, env = "USER", default_value = "unknown", hide_env = true)]
    pub who: String,
}

/// Flags of `recode`.
#[derive(Debug, clap::Args)]
pub struct RecodeArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Threads; without it, one a core
    #[arg(short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
    /// Join all reports into events anew, also where no article changes
    #[arg(long)]
    pub rejoin: bool,
}

/// Flags of `diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// The ledger before
    #[arg(value_name = "LEDGER")]
    pub before: PathBuf,
    /// The ledger after
    #[arg(value_name = "LEDGER")]
    pub after: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// What reports are joined by is learnt from.
#[derive(Debug, clap::Args)]
pub struct JoiningArgs {
    /// A folder of texts; several, each with its --gold
    #[arg(long, required = true, value_name = "DIR")]
    pub texts: Vec<PathBuf>,
    /// The events of those texts, one JSON object a line: `file`, `start`, `end`, `type`, `same_event`
    #[arg(long, required = true, value_name = "FILE")]
    pub gold: Vec<PathBuf>,
    /// The folder to write joining.toml into
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// What is read, and how.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Files, folders, archives, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The date to count from where a page states none
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chancery::text::PartialDate>,
    /// Find the article of an HTML page by readability alone: faster, a little less exact
    #[arg(long)]
    pub fast: bool,
    /// Leave out lines that many HTML pages of one site share; all inputs but standard input are read twice
    #[arg(long)]
    pub site_lines: bool,
    /// Threads; without it, one a core
    #[arg(short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
    /// Print at the end where the time went
    #[arg(long)]
    pub profile: bool,
    /// Have a small transformer read again what the codebook is not sure of, and say in `why` what it reads: slower
    #[arg(long)]
    pub careful: bool,
    #[command(flatten)]
    pub web: WebArgs,
}

/// What is done with lists of addresses.
#[derive(Debug, clap::Args)]
pub struct WebArgs {
    /// Fetch the pages of lists of addresses; without it, nothing is fetched
    #[arg(long)]
    pub fetch: bool,
    /// Keep fetched pages in this folder, and ask for them again only if they have changed
    #[arg(long, value_name = "DIR", requires = "fetch")]
    pub cache: Option<PathBuf>,
    /// Write what is fetched to this WARC file (.warc or .warc.gz), from which the run can be repeated
    #[arg(long, value_name = "FILE", requires = "fetch")]
    pub save_warc: Option<PathBuf>,
    /// Fetch also from this machine and from private networks: only for lists that you wrote yourself
    #[arg(long, requires = "fetch")]
    pub allow_private: bool,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RowFormat {
    /// One JSON object a line
    Jsonl,
    /// A table to read
    Table,
}

/// Flags of `code`.
#[derive(Debug, clap::Args)]
pub struct CodeArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// How to print
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: RowFormat,
}

/// Flags of `copies`.
#[derive(Debug, clap::Args)]
pub struct CopiesArgs {
    /// Files, folders, archives, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The date of what states none
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chancery::text::PartialDate>,
    /// Print for each outlet whose texts it prints, in place of the articles
    #[arg(long)]
    pub outlets: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// Flags of `read`.
#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The ledger; made where there is none
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Code only this part of all documents, as 1/4; `merge` lays the ledgers of all parts together
    #[arg(long, value_name = "NUMBER/OF")]
    pub shard: Option<chancery::Shard>,
}

/// Flags of `merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// The ledger that takes the others in; made where there is none
    #[arg(value_name = "INTO")]
    pub into: PathBuf,
    /// The others; where two have the same document, the one named first is believed
    #[arg(required = true, value_name = "LEDGER")]
    pub from: Vec<PathBuf>,
}

/// Flags of `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Port on this machine
    #[arg(long, default_value_t = 8420)]
    pub port: u16,
    /// Only show the ledger: no corrections and no imports from the page
    #[arg(long)]
    pub read_only: bool,
}

/// Flags of `quotes`.
#[derive(Debug, clap::Args)]
pub struct QuotesArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Only by this speaker: a code (CHN, "CHN GOV") or part of a name
    #[arg(long)]
    pub speaker: Option<String>,
    /// Only in this outlet
    #[arg(long)]
    pub outlet: Option<String>,
    /// Only with these words
    #[arg(long)]
    pub text: Option<String>,
    #[command(flatten)]
    pub print: QuotePrintArgs,
}

/// Flags of `claims`.
#[derive(Debug, clap::Args)]
pub struct ClaimsArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Whom it is said of: a code or part of a name
    #[arg(long, value_name = "ACTOR")]
    pub about: String,
    /// Only by this speaker
    #[arg(long)]
    pub speaker: Option<String>,
    /// Only in this outlet
    #[arg(long)]
    pub outlet: Option<String>,
    #[command(flatten)]
    pub print: QuotePrintArgs,
}

/// How quotes are printed.
#[derive(Debug, clap::Args)]
pub struct QuotePrintArgs {
    /// Only where the speaker takes this stance
    #[arg(long, value_name = "STANCE", ignore_case = true, value_parser = ["assert", "deny", "promise", "demand", "doubt", "ask"])]
    pub stance: Option<String>,
    /// How many; without it, 30 in a table and all in the other formats
    #[arg(long)]
    pub limit: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: QuotesFormat,
}

/// How quotes are printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum QuotesFormat {
    /// A table to read
    Table,
    /// One JSON object a quote
    Jsonl,
    /// A table with a header
    Csv,
    /// GDELT's Global Quotation Graph: one JSON object an article
    Gqg,
    /// schema.org Quotation and Claim: one JSON-LD object a quote
    SchemaOrg,
}

/// Flags of `wording`.
#[derive(Debug, clap::Args)]
pub struct WordingArgs {
    /// An event's id, as `events` prints it, or an actor: a code or part of a name
    #[arg(value_name = "EVENT|ACTOR")]
    pub of: String,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Show every use of this word in its sentence
    #[arg(long)]
    pub word: Option<String>,
    /// How many words or uses
    #[arg(long, default_value_t = 30)]
    pub limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// Flags of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// A row of the ledger: an event's id, as `events` prints it. Without --ledger a file, or - for standard input
    #[arg(value_name = "ROW|FILE")]
    pub what: String,
    /// The ledger that the row is in
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Of a file, only the sentences with these words
    #[arg(long, value_name = "WORDS", conflicts_with = "ledger")]
    pub find: Option<String>,
    /// The date to count from where the file states none
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chancery::text::PartialDate>,
    /// Have a small transformer read again what the codebook is not sure of, as `code --careful` does
    #[arg(long)]
    pub careful: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// Flags of `parse`.
#[derive(Debug, clap::Args)]
pub struct ParseArgs {
    /// A plain text, or - for standard input
    pub file: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value = "conllu")]
    pub format: ParseFormat,
    /// Also print what refers to the same, in the last column (`Entity=`, as CorefUD has it)
    #[arg(long)]
    pub coreference: bool,
}

/// How a parse is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ParseFormat {
    /// Universal Dependencies' ten columns
    Conllu,
}

/// One file.
#[derive(Debug, clap::Args)]
pub struct FileArg {
    /// The file, or - for standard input
    pub file: PathBuf,
}

/// Flags of `relate`.
#[derive(Debug, clap::Args)]
pub struct RelateArgs {
    /// The file, or - for standard input
    pub file: PathBuf,
    /// Have a small transformer read again what the models are not sure of: slower, more exact
    #[arg(long)]
    pub careful: bool,
}

/// Subcommands of `actors`.
#[derive(Debug, Subcommand)]
pub enum ActorsCommand {
    /// Resolve each {"phrase","context","date"} of a JSON-lines file
    Resolve(FileArg),
    /// Print the rows of the directory that fit
    List(ActorsListArgs),
    /// Add a row to your own file
    Add(ActorsAddArgs),
    /// Change columns of the rows with a name; a built-in row is first copied to your own file
    Edit(ActorsEditArgs),
    /// Look for wrong lines, shown with the mend, and print what the directory lacks
    Check {
        /// A file of your own to look over; without it the one of --actors, if any, and the built-in files
        file: Option<PathBuf>,
    },
    /// Turn another project's list into rows of your own file
    Import(ActorsImportArgs),
    /// List the names of a ledger that the directory does not know, the most frequent first
    Unknown {
        /// The ledger
        ledger: PathBuf,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

/// Flags of `actors list`.
#[derive(Debug, clap::Args)]
pub struct ActorsListArgs {
    /// Words in a name, alias or office; all rows without it
    pub words: Option<String>,
    /// Only rows with this code, or one that begins so (CHN, "CHN GOV")
    #[arg(long)]
    pub code: Option<String>,
    /// Only rows of this kind (person, party, media ...)
    #[arg(long)]
    pub kind: Option<String>,
    /// Only what holds on this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub at: Option<chancery::text::PartialDate>,
}

/// The columns of a row.
#[derive(Debug, clap::Args)]
pub struct ActorsAddArgs {
    /// Full name
    pub name: String,
    /// Country and PLOVER sectors ("CHN GOV"); - for no country
    #[arg(long)]
    pub code: String,
    /// person, igo, body, party, company, media, organization, group, country, place, or role for a noun
    #[arg(long, default_value = "person")]
    pub kind: String,
    /// Another name; may be given more than once
    #[arg(long)]
    pub alias: Vec<String>,
    /// A person's office
    #[arg(long, default_value = "")]
    pub office: String,
    /// First day
    #[arg(long, default_value = "", value_name = "YYYY-MM-DD")]
    pub from: String,
    /// Last day
    #[arg(long, default_value = "", value_name = "YYYY-MM-DD")]
    pub to: String,
    /// Wikidata id
    #[arg(long, default_value = "")]
    pub wikidata: String,
    /// Where the fact comes from
    #[arg(long, default_value = "own knowledge")]
    pub source: String,
    /// Your own file; made where there is none
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

/// Flags of `actors edit`.
#[derive(Debug, clap::Args)]
pub struct ActorsEditArgs {
    /// The name, as the row writes it
    pub name: String,
    /// What to change: column=value; may be given more than once (columns: kind, name, aliases, code, office, from, to, wikidata, source)
    #[arg(long, required = true, value_name = "COLUMN=VALUE")]
    pub set: Vec<String>,
    /// Only the row that begins on this day, where the name has several
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Your own file; made where there is none
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

/// Flags of `actors import`.
#[derive(Debug, clap::Args)]
pub struct ActorsImportArgs {
    /// The files, or - for standard input; .gz is unpacked
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What they are; without it, told by their first bytes
    #[arg(long, value_enum)]
    pub format: Option<ActorsFormat>,
    /// Only Wikidata entities of this class (Q5, Q7278 ...); may be given more than once
    #[arg(long = "class", value_name = "QID")]
    pub classes: Vec<String>,
    /// Your own file, to which the rows are added; made where there is none. Without it, rows go to standard output
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

/// What a file to import is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ActorsFormat {
    /// PETRARCH's actor and agent dictionaries
    Petrarch,
    /// Columns with a header, separated by commas, semicolons or tabs
    Csv,
    /// Wikidata's JSON dump
    Wikidata,
    /// FollowTheMoney entities, one a line
    Followthemoney,
}

/// Flags of `extract`.
#[derive(Debug, clap::Args)]
pub struct ExtractArgs {
    /// An HTML file, or - for standard input
    pub file: PathBuf,
    /// Where the page was found
    #[arg(long)]
    pub url: Option<String>,
    /// Find the article by readability alone: faster, a little less exact
    #[arg(long)]
    pub fast: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "json")]
    pub format: ExtractFormat,
}

/// Flags of `formats`.
#[derive(Debug, clap::Args)]
pub struct FormatsArgs {
    /// Files, folders, or - for standard input: list the documents in them; without any, the formats
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Print JSON lines
    #[arg(long)]
    pub json: bool,
    /// Print only how many documents of which format there are
    #[arg(long, requires = "paths")]
    pub count: bool,
}

/// How an extracted page is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExtractFormat {
    /// One JSON object
    Json,
}

/// Subcommands of `tag`.
#[derive(Debug, Subcommand)]
pub enum TagCommand {
    /// PER, LOC, ORG
    Names(FileArg),
    /// Source, Cue, Content
    Claims(TagClaimsArgs),
}

/// Flags of `tag claims`.
#[derive(Debug, clap::Args)]
pub struct TagClaimsArgs {
    #[command(flatten)]
    pub file: FileArg,
    /// By the rules alone, without the trained model
    #[arg(long)]
    pub rules: bool,
}

/// Which events of a ledger.
#[derive(Debug, clap::Args)]
pub struct FilterArgs {
    /// Only events with this actor: a code (CHN, "CHN GOV") or part of a name
    #[arg(long)]
    pub actor: Option<String>,
    /// Only events between --actor and this one
    #[arg(long, requires = "actor")]
    pub with: Option<String>,
    /// Only events of this PLOVER type (CONSULT, consult)
    #[arg(long = "type", value_name = "TYPE")]
    pub event_type: Option<String>,
    /// Only events on or after this date
    #[arg(long)]
    pub from: Option<chancery::text::PartialDate>,
    /// Only events on or before this date
    #[arg(long)]
    pub to: Option<chancery::text::PartialDate>,
    /// Only events that this outlet tells of
    #[arg(long)]
    pub outlet: Option<String>,
    /// Only events of this status: occurred, ongoing, planned, hypothetical, denied or called-for
    #[arg(long)]
    pub status: Option<String>,
    /// Only events with these words in the evidence of a report
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
}

/// Flags of `events`.
#[derive(Debug, clap::Args)]
pub struct EventsArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How many
    #[arg(long, default_value_t = 30)]
    pub limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: RowFormat,
}

/// Flags of `search`.
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// Words that the article must hold
    pub query: String,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

/// Flags of `mcp`.
#[derive(Debug, clap::Args)]
pub struct McpArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Answer over HTTP here, at /mcp, instead of over standard input and output: 127.0.0.1:8421. Another address than this
    /// machine's loopback needs a token
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// Answer only who sends this token (Authorization: Bearer); 16 letters or more. Others see it in a list of processes
    /// unless it is given in the environment
    #[arg(long, value_name = "TOKEN", env = "CHANCERY_MCP_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

/// Flags of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Only what the query lets through that is saved in the ledger under this name; the flags below narrow it further, or
    /// say otherwise
    #[arg(long, value_name = "NAME")]
    pub query: Option<String>,
    /// How to write
    #[arg(long, value_parser = formats(), default_value = "jsonl")]
    pub format: Format,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Write to this file, with what made it in FILE.manifest.json beside it; to a new folder for parquet and naf. Without it,
    /// to standard output
    #[arg(long, value_name = "FILE|DIR")]
    pub out: Option<PathBuf>,
}

/// Subcommands of `train`.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// The tagger's, lemmatiser's, splitter's and parser's models, from UD treebanks
    Language(LanguageArgs),
    /// The name finder, from token-per-line files in BIO
    Names(NamesArgs),
    /// The naming of the event between two marked parties, from tables with the columns root and marked_sentence and from gold
    /// in JSON lines
    Events(EventsTrainingArgs),
    /// The careful tier, from an encoder's weights, labelled passages as `train finder` reads them, and tables as `train events`
    /// reads them; about fifteen minutes
    Careful(CarefulArgs),
    /// The finder of events, from labelled passages: a line each, below it a line for each event, `TYPE status: AAA > BBB @
    /// word`, then an empty line
    Finder(TrainingSets),
    /// The labeller of who says what, from token-per-line files in BIO (*.tsv) and passages with marks (*.txt): `{S|Oslo} {C|said}
    /// {T|it would wait}`
    Claims(TrainingSets),
    /// The resolver of what refers to the same, from treebanks with `Entity=` (GUM)
    Coreference(TrainingSets),
    /// The weights by which reports are joined into events, from texts and files that say what tells of one event
    Joining(JoiningArgs),
    /// How often words and names stand in articles, from passages as `train finder` reads them: by it stories are told
    Stories(TrainingSets),
    /// Groups of words of like use, from word vectors
    Groups(GroupsArgs),
    /// The splitter of pages without titles, from a folder of single articles
    Splitter(SplitterArgs),
}

/// What a model is trained from, and where it goes.
#[derive(Debug, clap::Args)]
pub struct TrainingSets {
    /// The folder with the data sets (*-train.conllu and *-dev.conllu, *.tsv or *.txt)
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where to write the weights
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Leave out the files whose names begin so; may be given more than once
    #[arg(long, value_name = "SET")]
    pub without: Vec<String>,
}

/// Flags of `train events`.
#[derive(Debug, clap::Args)]
pub struct EventsTrainingArgs {
    /// The folder with the data sets, or one of them: *.tsv, and *.jsonl as `eval events` reads them
    #[arg(long, value_name = "DIR|FILE")]
    pub from: PathBuf,
    /// The folder of the texts that gold in JSON lines names by their files; without it, the gold's own
    #[arg(long, value_name = "DIR")]
    pub texts: Option<PathBuf>,
    /// A folder with labelled passages (*.txt): what the careful tier reads in them is learnt too, with less weight
    #[arg(long, value_name = "DIR")]
    pub labelled: Option<PathBuf>,
    /// Where to write the weights
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Leave out the files whose names begin so; may be given more than once
    #[arg(long, value_name = "SET")]
    pub without: Vec<String>,
}

/// Flags of `train careful`.
#[derive(Debug, clap::Args)]
pub struct CarefulArgs {
    /// The folder of the weights to start from: `model.safetensors` and `vocab.txt` of a MiniLM-L6
    #[arg(long, value_name = "DIR")]
    pub start: PathBuf,
    /// The folder with labelled passages (*.txt), learnt from first
    #[arg(long, value_name = "DIR")]
    pub labelled: PathBuf,
    /// The folder with tables of marked pairs (*.tsv), learnt from then, and cross-validated
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where to write the weights
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Flags of `train language`.
#[derive(Debug, clap::Args)]
pub struct LanguageArgs {
    #[command(flatten)]
    pub sets: TrainingSets,
    /// Passes over the data
    #[arg(long, default_value_t = 22)]
    pub epochs: usize,
}

/// Flags of `train names`.
#[derive(Debug, clap::Args)]
pub struct NamesArgs {
    #[command(flatten)]
    pub sets: TrainingSets,
    /// The set whose guidelines the model follows where sets differ
    #[arg(long, default_value = "uner-ewt-dev")]
    pub like: String,
}

/// Flags of `train splitter`.
#[derive(Debug, clap::Args)]
pub struct SplitterArgs {
    /// A folder of articles: .txt, one each, a title, an empty line, paragraphs
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where to write the weights
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Flags of `train groups`.
#[derive(Debug, clap::Args)]
pub struct GroupsArgs {
    /// Word vectors: a word and its numbers a line, most frequent first
    #[arg(long, value_name = "FILE")]
    pub vectors: PathBuf,
    /// Where to write the groups
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many words
    #[arg(long, default_value_t = 120_000)]
    pub words: usize,
}

/// Subcommands of `eval`.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Events in texts that you coded by hand: precision, recall and F1 with 95 % intervals, by type too, and a table of confusions
    Events(EvalEventsArgs),
    /// Tags and trees over the gold tokens of a CoNLL-U file
    Language(FileArg),
    /// Chains of what refers to the same, over the gold tokens of a CoNLL-U file with `Entity=`: CoNLL F1 and its parts
    Coreference(FileArg),
    /// Boundaries of pages glued from the articles of a folder (.txt, one each)
    Splitter {
        /// The folder
        folder: PathBuf,
        /// Make cuts of this probability and more; without it, as the model says
        #[arg(long, value_name = "P")]
        sure: Option<f32>,
    },
    /// Article bodies of HTML pages with a gold text, scored as Zyte's benchmark does; pages a second
    Extraction(PagesArgs),
    /// Dates of publication of HTML pages with a gold date, scored as htmldate's evaluation does; pages a second
    Dates(PagesArgs),
}

/// Flags of `eval events`.
#[derive(Debug, clap::Args)]
pub struct EvalEventsArgs {
    /// Gold files, told by their content: JSON lines, tables of marked pairs, PETRARCH's records in XML
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// The folder of the texts that the gold names by their files; without it, each gold file's own
    #[arg(long, value_name = "DIR")]
    pub texts: Option<PathBuf>,
    /// The date to count from where neither the gold nor the text states one
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chancery::text::PartialDate>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub format: EvalFormat,
    /// Write each miss and each false row there, with its words and why: as a table where FILE ends in .tsv, else as JSON lines
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// How often the texts are drawn anew for the intervals
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub resamples: usize,
    /// Another number draws others
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Threads that code; without it, one a core
    #[arg(short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
}

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvalFormat {
    /// Tables for a screen
    Table,
    /// One JSON object
    Json,
    /// Tables for a paper
    Markdown,
}

/// Pages with gold to measure on.
#[derive(Debug, clap::Args)]
pub struct PagesArgs {
    /// A folder of pages (KEY.html or KEY.html.gz) with ground-truth.json (articleBody and url of each key); for dates, with
    /// a JSON file that gives file and date of each address
    pub folder: PathBuf,
    /// How the article is found
    #[arg(long, value_enum, default_value = "standard")]
    pub mode: ExtractionMode,
    /// How often all pages are read
    #[arg(long, default_value_t = 1)]
    pub passes: usize,
    /// Write each page's found text or date there, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How the article of an HTML page is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExtractionMode {
    /// As `extract` does
    Standard,
    /// As `extract --fast` does
    Fast,
    /// The crate dom_smoothie as it is, to compare with
    Readability,
}
