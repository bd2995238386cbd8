//! The flags, as typed. Their help texts are the reference.

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Reads political pages and writes a ledger of world politics: who did what to whom, when, where, and who says so.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, about, propagate_version = true)]
pub struct Args {
    /// Knowledge files to use in place of the built-in ones (a copy of the folder data/, edited)
    #[arg(long, global = true, value_name = "DIR", env = "CHANCERY_DATA")]
    pub data: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read files, folders or archives and print the coded articles; needs no ledger
    Code(CodeArgs),
    /// Read files, folders or archives into a ledger; again on the same input adds nothing
    Read(ReadArgs),
    /// Show a ledger as a web page, with its HTTP interface
    Serve(ServeArgs),
    /// Print sentences, tokens, tags and trees of a plain text (a blank line ends a paragraph)
    Parse(ParseArgs),
    /// Name the event between the marked parties of each row of a TSV file
    Relate(FileArg),
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
    /// Search the articles of a ledger
    Search(SearchArgs),
    /// Write a ledger's reports to standard output
    Export(ExportArgs),
    /// Train a model from named data
    #[command(subcommand)]
    Train(TrainCommand),
    /// Measure a model on a file
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
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
    /// Threads; without it, one a core
    #[arg(short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
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
    /// Use the careful tier where it is built in (not yet: the standard tier is used, with a warning)
    #[arg(long)]
    pub careful: bool,
}

/// Flags of `read`.
#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The ledger; made where there is none
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
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
}

/// Flags of `parse`.
#[derive(Debug, clap::Args)]
pub struct ParseArgs {
    /// A plain text, or - for standard input
    pub file: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value = "conllu")]
    pub format: ParseFormat,
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

/// Subcommands of `actors`.
#[derive(Debug, Subcommand)]
pub enum ActorsCommand {
    /// Resolve each {"phrase","context","date"} of a JSON-lines file
    Resolve(FileArg),
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
    Claims(FileArg),
}

/// Flags of `events`.
#[derive(Debug, clap::Args)]
pub struct EventsArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Only events with this actor: a code (CHN, "CHN GOV") or part of a name
    #[arg(long)]
    pub actor: Option<String>,
    /// Only events between --actor and this one
    #[arg(long, requires = "actor")]
    pub with: Option<String>,
    /// Only events of this PLOVER type
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

/// Flags of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// How to write
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: ExportFormat,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a report, after a line with the manifest
    Jsonl,
    /// One row a report, after comment lines with the manifest
    Csv,
}

/// Subcommands of `train`.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// The tagger's, lemmatiser's, splitter's and parser's models, from UD treebanks
    Language(LanguageArgs),
    /// The name finder, from token-per-line files in BIO
    Names(NamesArgs),
    /// The naming of the event between two marked parties, from tables with the columns root and marked_sentence
    Events(TrainingSets),
    /// Groups of words of like use, from word vectors
    Groups(GroupsArgs),
    /// The splitter of pages without titles, from a folder of single articles
    Splitter(SplitterArgs),
}

/// What a model is trained from, and where it goes.
#[derive(Debug, clap::Args)]
pub struct TrainingSets {
    /// The folder with the data sets (*-train.conllu and *-dev.conllu, or *.tsv)
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where to write the weights
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Leave out the files whose names begin so; may be given more than once
    #[arg(long, value_name = "SET")]
    pub without: Vec<String>,
}

/// Flags of `train language`.
#[derive(Debug, clap::Args)]
pub struct LanguageArgs {
    #[command(flatten)]
    pub sets: TrainingSets,
    /// Passes over the data
    #[arg(long, default_value_t = 12)]
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
    /// Tags and trees over the gold tokens of a CoNLL-U file
    Language(FileArg),
    /// Boundaries of pages glued from the articles of a folder (.txt, one each)
    Splitter {
        /// The folder
        folder: PathBuf,
    },
    /// Article bodies of HTML pages with a gold text, scored as Zyte's benchmark does; pages a second
    Extraction(PagesArgs),
    /// Dates of publication of HTML pages with a gold date, scored as htmldate's evaluation does; pages a second
    Dates(PagesArgs),
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
