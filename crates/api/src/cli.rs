//! The command line.

use std::path::PathBuf;

use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use domain::ability::AbilitySet;
use domain::id::{TokenId, WorkspaceId};
use domain::user::Email;

use crate::config::{Options, Span};

/// Reads typed values out of documents and proves each with its place on the page.
#[derive(Debug, Parser)]
#[command(name = "docent", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// TOML file with the configuration; flags and environment win over it
    #[arg(
        long,
        env = "DOCENT_CONFIG",
        global = true,
        value_name = "FILE",
        help_heading = "Configuration"
    )]
    pub config: Option<PathBuf>,

    /// Configuration by flags and environment.
    #[command(flatten)]
    pub options: Options,
}

/// What options of the configuration are listed under.
const CONFIGURATION: &str = "Configuration";

impl Cli {
    /// Reads the command line; ends the process with a message where it is wrong or where help was asked for.
    pub fn read() -> Self {
        let matches = Self::with_short_help().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The options of the configuration go with every command. So that help can be read, they are listed only where
    /// they matter most, in a table with their variables.
    fn with_short_help() -> clap::Command {
        let is_option = |argument: &Arg| argument.get_help_heading() == Some(CONFIGURATION);
        let mut command = Self::command()
            .mut_args(|argument| {
                if is_option(&argument) {
                    argument.hide(true)
                } else {
                    argument
                }
            })
            .after_help(
                "Options of the configuration go with every command: `docent config --help` lists them.",
            );
        let table = options_table();
        for name in ["serve", "worker", "config"] {
            command = command.mut_subcommand(name, |subcommand| subcommand.after_help(table.clone()));
        }
        command
    }
}

/// Every option of the configuration: flag, environment variable, meaning.
fn options_table() -> String {
    let command = Options::augment_args(clap::Command::new("docent"));
    let head = "Configuration: flags, then environment, then the keys of the TOML file named by --config \
                (DOCENT_CONFIG).\nThe key of --rate-limit is rate_limit.\n";
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    let lines = shown.map(|argument| {
        let flag = argument.get_long().unwrap_or_default();
        let variable = argument.get_env().unwrap_or_default().to_string_lossy();
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        format!("  --{flag:<20} {variable}\n          {help}")
    });
    std::iter::once(head.to_owned())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, Swagger UI and, in the same process, the workers
    Serve,
    /// Work on jobs only, beside servers that share a PostgreSQL database
    Worker,
    /// Bring the database to this version's schema
    Migrate,
    /// Try everything on a sample: set up, upload an invoice, extract it, show the values and their proof
    Demo(Demo),
    /// Manage users
    #[command(subcommand)]
    User(UserCommand),
    /// Manage personal access tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Extract values from a file and print them as JSON; needs no server and no database
    Extract(Extract),
    /// Read a file and print what was found: text, words with boxes, tables; needs no server and no database
    Parse(Parse),
    /// Run every case of a corpus, write one file of predictions a case, and say how right they are
    Eval(Eval),
    /// Learn the weights of extraction from cases whose answers are known
    Fit(Fit),
    /// Print the OpenAPI document
    Openapi,
    /// Print the configuration in force, secrets hidden
    Config,
    /// Recognise the text of pictures for a parent process, over stdin and stdout
    #[command(hide = true)]
    OcrChild {
        /// Most memory it may take, in bytes
        #[arg(long)]
        memory: u64,
        /// Folder of PP-OCR's models
        #[arg(long)]
        models: Option<PathBuf>,
        /// Tesseract's program
        #[arg(long)]
        tesseract: Option<PathBuf>,
    },
    /// Parse documents for a parent process, over stdin and stdout
    #[command(hide = true)]
    ParseChild {
        /// Most memory it may take, in bytes
        #[arg(long)]
        memory: u64,
    },
}

/// Arguments of `docent demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// End after the results are shown instead of serving on
    #[arg(long)]
    pub once: bool,
}

/// `docent user ...`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account; there are no passwords, see `docent token create`
    Create {
        /// The person's e-mail address
        email: Email,
        /// What the person is called [default: the first part of the address]
        #[arg(long)]
        name: Option<String>,
    },
}

/// `docent token ...`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, alone, on stdout: it is shown only this once
    Create {
        /// Whose token
        email: Email,
        /// What it allows: names separated by commas, or '*' for everything
        #[arg(long, value_name = "LIST")]
        abilities: AbilitySet,
        /// What the token is called
        #[arg(long, default_value = "command line")]
        name: String,
        /// Confine it to one workspace
        #[arg(long, value_name = "ID", value_parser = workspace_id)]
        workspace: Option<WorkspaceId>,
        /// When it ends by itself: 90d [default: never]
        #[arg(long, value_name = "TIME")]
        expires_in: Option<Span>,
    },
    /// List tokens, without their secrets
    List {
        /// Only those of one user
        email: Option<Email>,
    },
    /// Revoke a token
    Revoke {
        /// Its id, as listed
        id: TokenId,
    },
}

/// Arguments of `docent extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// The document
    pub file: PathBuf,
    /// JSON file with the schema: {"fields": {"total": {"type": "number"}}}
    #[arg(long, value_name = "FILE")]
    pub schema: PathBuf,
}

/// Arguments of `docent parse`.
#[derive(Debug, Args)]
pub struct Parse {
    /// The document
    pub file: PathBuf,
    /// What is printed
    #[arg(long, value_enum, default_value = "text")]
    pub output: ParseOutput,
    /// What opens the document, if it is locked
    #[arg(long)]
    pub password: Option<String>,
    /// Draw the pages, too, as PNG files in this folder; made where it is missing
    #[arg(long, value_name = "DIR")]
    pub page_images: Option<PathBuf>,
    /// Draw over the pages what was found: words blue, lines green, cells orange, tables red
    #[arg(long, requires = "page_images")]
    pub boxes: bool,
    /// Pixels across of a drawn page
    #[arg(long, default_value_t = 1240, value_parser = clap::value_parser!(u32).range(16..=10_000))]
    pub width: u32,
}

/// What `docent parse` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ParseOutput {
    /// The text, a line of the page a line, pages parted by form feeds
    Text,
    /// All that was found, as `domain::parsed::ParsedDocument` describes it
    Json,
    /// Headings, paragraphs, lists and tables
    Markdown,
}

/// Arguments of `docent eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// Folder of cases: SOURCE/CASE/case.json with the document beside it
    pub cases: PathBuf,
    /// Folder for the predictions; made where it is missing
    #[arg(long, value_name = "DIR")]
    pub predictions: PathBuf,
    /// Cases worked on at the same time [default: the number of cores]
    #[arg(long, value_name = "COUNT")]
    pub threads: Option<usize>,
    /// Only cases of this source; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Read pictures by the annotated words of their case, where it has them, instead of recognising them
    #[arg(long)]
    pub words: bool,
    /// Keep what was read of each document in this folder, and take it from there the next time
    #[arg(long, value_name = "DIR")]
    pub parsed: Option<PathBuf>,
    /// Show that many mistakes, those that tell most first
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub worst: usize,
    /// Ask this schema of every document, and say how many of its fields got a value, instead of judging
    #[arg(long, value_name = "FILE", conflicts_with = "worst")]
    pub schema: Option<PathBuf>,
    /// Write how long each case took to this file, as JSON: wall time to parse, CPU time to extract
    #[arg(long, value_name = "FILE")]
    pub times: Option<PathBuf>,
}

/// Arguments of `docent fit`.
#[derive(Debug, Args)]
pub struct Fit {
    /// Folder of cases: SOURCE/CASE/case.json with the document beside it
    pub cases: PathBuf,
    /// Who made the documents, and which fields they surely lack
    #[arg(long, value_name = "FILE")]
    pub plan: PathBuf,
    /// The weights to start from and to hold to
    #[arg(long, value_name = "FILE")]
    pub prior: PathBuf,
    /// Write the weights to this file
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// How strongly the weights are held to those before: as if by so many fields
    #[arg(long, value_name = "STRENGTH", default_value_t = 1.0)]
    pub hold: f64,
    /// In so many parts the makers of documents are left out in turn
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub folds: usize,
    /// Read pictures by the annotated words of their case, where it has them, instead of recognising them
    #[arg(long)]
    pub words: bool,
    /// Keep what was read of each document in this folder, and take it from there the next time
    #[arg(long, value_name = "DIR")]
    pub parsed: Option<PathBuf>,
}

fn workspace_id(text: &str) -> Result<WorkspaceId, String> {
    text.parse()
        .map(WorkspaceId)
        .map_err(|_error| "expected a number".to_owned())
}
