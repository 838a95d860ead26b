//! The child process and its parent, with real processes: this program runs itself as the child.
//!
//! It stands in for the test harness, and so speaks what runners ask of one: `--list`, and a name to run one test.

use std::error::Error;
use std::io::{Read, Write, stderr, stdin, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use domain::parsing::ParseConfig;
use parsing::child::{Confinement, ParseChild, confine, serve};
use parsing::{ParseError, Source};

type Outcome = Result<(), Box<dyn Error>>;

const PATIENT: Duration = Duration::from_mins(1);
/// What a child may have; much more than any test takes.
const MEMORY: u64 = 1 << 30;

const SHORT: Duration = Duration::from_millis(300);

type Test = (&'static str, fn() -> Outcome);

const TESTS: [Test; 11] = [
    (
        "a_document_is_read_in_a_child_as_it_is_here",
        a_document_is_read_in_a_child_as_it_is_here,
    ),
    ("a_refusal_comes_back_as_it_is", a_refusal_comes_back_as_it_is),
    (
        "a_child_is_used_again_and_replaced_when_it_died_meanwhile",
        a_child_is_used_again,
    ),
    (
        "a_child_that_hangs_is_killed_at_the_limit_and_collected",
        a_child_that_hangs_is_killed,
    ),
    (
        "a_child_that_never_reads_is_killed_at_the_limit",
        a_child_that_never_reads_is_killed,
    ),
    ("a_child_that_dies_is_a_crash", a_child_that_dies_is_a_crash),
    (
        "a_child_that_answers_rubbish_is_a_crash",
        a_child_that_answers_rubbish_is_a_crash,
    ),
    (
        "a_child_may_write_to_standard_error_and_has_no_environment",
        a_child_has_no_environment,
    ),
    (
        "a_program_that_does_not_exist_is_no_fault_of_the_document",
        a_missing_program_is_our_failure,
    ),
    (
        "a_confined_child_reads_documents_and_opens_nothing",
        a_confined_child_opens_nothing,
    ),
    (
        "a_child_that_wants_too_much_memory_is_told_from_a_crash",
        a_child_that_wants_too_much_memory,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    if let Some(behaviour) = arguments.first().and_then(|first| first.strip_prefix("child:")) {
        return be_child(behaviour);
    }
    if has("--list") {
        return list(has("--ignored"));
    }
    let wanted: Vec<&String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let chosen = TESTS
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| name.contains(*w)));
    let mut failed = false;
    for (name, test) in chosen {
        let outcome = test();
        failed |= outcome.is_err();
        let said = outcome.map_or_else(|error| format!("FAILED: {error}"), |()| "ok".to_owned());
        let _ = writeln!(stderr(), "test {name} ... {said}");
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn list(ignored: bool) -> ExitCode {
    for (name, _) in TESTS.iter().filter(|_| !ignored) {
        let _ = writeln!(stdout(), "{name}: test");
    }
    ExitCode::SUCCESS
}

/// What the child does in place of, or before, reading documents.
fn be_child(behaviour: &str) -> ExitCode {
    match behaviour {
        "serve" => {}
        "hang" => {
            let _ = stdin().read(&mut [0; 16]);
            hang();
        }
        "never-read" => hang(),
        "die" => {
            let _ = stdin().read(&mut [0; 16]);
            return ExitCode::from(3);
        }
        "rubbish" => {
            let _ = stdout().write_all(b"+this is no answer, and never was one");
            let _ = stdout().flush();
            hang();
        }
        "one-document" => {
            // Ends behind the first document: what follows it counts as the pipe's end.
            let _ = serve(OneRequest::default(), stdout());
            return ExitCode::SUCCESS;
        }
        "noisy" => {
            let _ = stderr().write_all(&vec![b'x'; 1 << 20]);
            if std::env::vars_os().any(|(name, _)| name != "MIMALLOC_ARENA_RESERVE") {
                return ExitCode::FAILURE;
            }
        }
        "confined" => {
            if confine(Confinement { memory: MEMORY }).calls && !opens_nothing() {
                return ExitCode::FAILURE;
            }
        }
        "greedy" => {
            confine(Confinement { memory: MEMORY });
            let _ = stdin().read(&mut [0; 16]);
            let _ = stdout().write_all(b"+");
            let _ = stdout().flush();
            let _ = stdout().write_all(&vec![1; 2 << 30]);
        }
        _ => return ExitCode::FAILURE,
    }
    serve(stdin(), stdout()).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// Whether files, sockets and programs are out of reach.
fn opens_nothing() -> bool {
    std::fs::File::open("/etc/passwd").is_err()
        && std::fs::File::open("/proc/self/environ").is_err()
        && std::fs::write("/tmp/docent-child-wrote-this", b"").is_err()
        && std::net::TcpListener::bind("127.0.0.1:0").is_err()
        && std::net::UdpSocket::bind("127.0.0.1:0").is_err()
        && std::os::unix::net::UnixStream::pair().is_err()
        && std::process::Command::new("/bin/true").status().is_err()
}

fn hang() {
    loop {
        std::thread::park();
    }
}

/// Standard input up to the end of the first request: its two lengths say how long that is.
#[derive(Default)]
struct OneRequest {
    head: Vec<u8>,
    left: Option<u64>,
}

impl Read for OneRequest {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = self.left.map_or(1, |left| {
            usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len())
        });
        let n = stdin().read(buffer.get_mut(..most).unwrap_or_default())?;
        match &mut self.left {
            Some(left) => *left = left.saturating_sub(u64::try_from(n).unwrap_or(u64::MAX)),
            None => self.head.extend(buffer.iter().take(n)),
        }
        if let Ok(head) = <[u8; 12]>::try_from(self.head.as_slice()) {
            let (config, document) = (&head[..4], &head[4..]);
            let length = |bytes: &[u8]| bytes.iter().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
            self.left = self.left.or(Some(length(config) + length(document)));
        }
        Ok(n)
    }
}

fn child(behaviour: &str) -> Result<ParseChild, Box<dyn Error>> {
    Ok(ParseChild::new(
        std::env::current_exe()?,
        [format!("child:{behaviour}")],
        MEMORY,
    ))
}

fn expect(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(what.into()) }
}

fn a_document_is_read_in_a_child_as_it_is_here() -> Outcome {
    let config = ParseConfig::default();
    let children = child("serve")?;
    for text in [b"one".as_slice(), &b"Invoice 4711\n".repeat(100_000)] {
        let there = children.parse(&Source::new(text, &config), PATIENT)?;
        expect(
            there == parsing::read(text, &config)?,
            "the child reads something else",
        )?;
    }
    Ok(())
}

fn a_refusal_comes_back_as_it_is() -> Outcome {
    let children = child("serve")?;
    let config = ParseConfig {
        max_pages: 1,
        ..ParseConfig::default()
    };
    let empty = children.parse(&Source::new(b"", &config), PATIENT);
    expect(
        empty == Err(ParseError::Empty),
        "the empty file is not refused as such",
    )?;
    let long = children.parse(&Source::new(b"one\x0ctwo", &config), PATIENT);
    expect(
        long == Err(ParseError::TooManyPages { pages: 2, limit: 1 }),
        "the page limit did not arrive",
    )
}

fn a_child_is_used_again() -> Outcome {
    let config = ParseConfig::default();
    let children = child("one-document")?;
    for text in ["first", "second", "third"] {
        let document = children.parse(&Source::new(text.as_bytes(), &config), PATIENT)?;
        expect(document.text() == text, "a document got the answer to another")?;
    }
    Ok(())
}

fn a_child_that_hangs_is_killed() -> Outcome {
    let children = child("hang")?;
    let started = Instant::now();
    let outcome = children.parse(&Source::new(b"text", &ParseConfig::default()), SHORT);
    expect(
        outcome == Err(ParseError::TimeLimit { limit: SHORT }),
        "no time limit was reported",
    )?;
    expect(started.elapsed() < PATIENT, "the limit was not kept")?;
    expect(children_of_this_process() == 0, "the child is still there")
}

fn a_child_that_never_reads_is_killed() -> Outcome {
    // Larger than any pipe's buffer: the request cannot be written.
    let large = vec![b'a'; 8 << 20];
    let outcome = child("never-read")?.parse(&Source::new(&large, &ParseConfig::default()), SHORT);
    expect(
        outcome == Err(ParseError::TimeLimit { limit: SHORT }),
        "no time limit was reported",
    )
}

fn a_child_that_dies_is_a_crash() -> Outcome {
    let outcome = child("die")?.parse(&Source::new(b"text", &ParseConfig::default()), PATIENT);
    expect(outcome == Err(ParseError::Crashed), "no crash was reported")?;
    expect(children_of_this_process() == 0, "the child was not collected")
}

fn a_child_that_answers_rubbish_is_a_crash() -> Outcome {
    let outcome = child("rubbish")?.parse(&Source::new(b"text", &ParseConfig::default()), PATIENT);
    expect(outcome == Err(ParseError::Crashed), "no crash was reported")
}

fn a_child_has_no_environment() -> Outcome {
    let document = child("noisy")?.parse(&Source::new(b"text", &ParseConfig::default()), PATIENT)?;
    expect(document.text() == "text", "the document was not read")
}

fn a_missing_program_is_our_failure() -> Outcome {
    let children = ParseChild::new("/nonexistent/docent", ["parse-child"], MEMORY);
    match children.parse(&Source::new(b"text", &ParseConfig::default()), PATIENT) {
        Err(error @ ParseError::NotRun { .. }) => expect(!error.is_refusal(), "it counts as a refusal"),
        other => Err(format!("{other:?}").into()),
    }
}

fn a_confined_child_opens_nothing() -> Outcome {
    let children = child("confined")?;
    for text in ["first", "second"] {
        let document = children.parse(&Source::new(text.as_bytes(), &ParseConfig::default()), PATIENT)?;
        expect(document.text() == text, "a document was read wrong")?;
    }
    Ok(())
}

fn a_child_that_wants_too_much_memory() -> Outcome {
    let outcome = child("greedy")?.parse(&Source::new(b"text", &ParseConfig::default()), PATIENT);
    expect(
        outcome == Err(ParseError::MemoryLimit { limit: MEMORY }),
        "the limit of memory was not reported",
    )
}

/// Processes whose parent is this one, dead or alive; always 0 where there is no `/proc`.
fn children_of_this_process() -> usize {
    let me = std::process::id().to_string();
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return 0;
    };
    let parent_is_me = |stat: String| {
        let behind_name = stat.rsplit(')').next().unwrap_or_default().to_owned();
        behind_name.split_whitespace().nth(1) == Some(&me)
    };
    let stats = processes
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter(|stat| parent_is_me(stat.clone())).count()
}
