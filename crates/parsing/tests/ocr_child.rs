//! Recognition in child processes, with real processes: this program runs itself as the child.
//!
//! It stands in for the test harness, and so speaks what runners ask of one: `--list`, and a name to run one test.

use std::error::Error;
use std::io::{Read, Write, stderr, stdin, stdout};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use domain::geometry::BBox;
use domain::parsing::OcrEngineChoice;
use parsing::ocr_child::{OcrChildren, serve};
use parsing::{OcrEngine, OcrError, OcrOptions, OcrWord, Pixels};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

type Outcome = Result<(), Box<dyn Error>>;

const PATIENT: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(400);

type Test = (&'static str, fn() -> Outcome);

const TESTS: [Test; 6] = [
    ("words_come_back_and_a_child_is_used_again", a_child_is_used_again),
    (
        "a_child_that_died_while_it_waited_is_replaced",
        a_dead_child_is_replaced,
    ),
    ("a_panic_costs_its_own_picture_only", a_panic_costs_one_picture),
    (
        "a_child_that_hangs_is_killed_with_what_it_started",
        a_group_is_killed,
    ),
    (
        "a_child_that_dies_or_answers_rubbish_is_a_failure",
        rubbish_is_a_failure,
    ),
    ("no_more_run_at_one_time_than_agreed", no_more_than_agreed),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(behaviour) = arguments.first().and_then(|first| first.strip_prefix("child:")) {
        return be_child(behaviour);
    }
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    if has("--list") {
        for (name, _) in TESTS.iter().filter(|_| !has("--ignored")) {
            let _ = writeln!(stdout(), "{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(*wanted));
    let mut failed = false;
    for (name, test) in TESTS.iter().filter(|(name, _)| is_wanted(name)) {
        let outcome = test();
        failed |= outcome.is_err();
        let said = outcome.map_or_else(|error| format!("FAILED: {error}"), |()| "ok".to_owned());
        let _ = writeln!(stderr(), "test {name} ... {said}");
    }
    ExitCode::from(u8::from(failed))
}

/// Reads "so many pixels wide, by this process" from every picture.
#[derive(Debug)]
struct Ruler;

impl OcrEngine for Ruler {
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        assert!(picture.width != 13, "this engine is superstitious");
        if let [language] = options.languages.as_slice()
            && language == "none"
        {
            return Err(OcrError::Language(language.clone()));
        }
        let word = |text: String| OcrWord {
            text,
            bbox: BBox::PAGE,
            confidence: 0.5,
            baseline: [(0.0, 1.0), (1.0, 1.0)],
            size: 1.0,
        };
        Ok(vec![
            word(picture.width.to_string()),
            word(std::process::id().to_string()),
        ])
    }
}

fn be_child(behaviour: &str) -> ExitCode {
    match behaviour {
        "serve" => {}
        "once" => {
            // Ends behind the first picture: what follows it counts as the pipe's end.
            let _ = serve(stdin().take(OptionsAndPicture::LENGTH), stdout(), &Ruler);
            return ExitCode::SUCCESS;
        }
        "start-and-hang" => {
            let mut sleeper = Command::new("sleep").arg("1000").spawn();
            let id = sleeper.as_ref().map_or(0, std::process::Child::id);
            if let Some(file) = std::env::args().nth(2) {
                let _ = std::fs::write(file, id.to_string());
            }
            let _ = sleeper.as_mut().map(std::process::Child::wait);
        }
        "rubbish" => {
            let _ = stdout().write_all(b"+this is no answer, and never was one");
            let _ = stdout().flush();
        }
        _ => return ExitCode::FAILURE,
    }
    serve(stdin(), stdout(), &Ruler).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn options(language: &str) -> OcrOptions {
    OcrOptions {
        engine: OcrEngineChoice::Auto,
        languages: vec![language.to_owned()],
    }
}

fn picture(width: u32) -> Pixels {
    let pixels = usize::try_from(width).unwrap_or_default();
    Pixels {
        width,
        height: 1,
        rgb: vec![0; 3 * pixels],
    }
}

/// What the picture of one pixel takes on the way, with the options of these tests.
struct OptionsAndPicture;

impl OptionsAndPicture {
    /// Three numbers; an engine, a count, a length and three letters; three colours.
    const LENGTH: u64 = 12 + 6 + 3;
}

fn children(behaviour: &str, at_once: usize, limit: Duration) -> Result<OcrChildren, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    Ok(OcrChildren::new(
        program,
        [format!("child:{behaviour}")],
        at_once,
        limit,
    ))
}

/// Width of the picture as it was read, and the process that read it.
fn read(children: &OcrChildren, width: u32) -> Result<(String, String), OcrError> {
    let words = children.words(&picture(width), &options("eng"))?;
    match words.as_slice() {
        [width, process] => Ok((width.text.clone(), process.text.clone())),
        other => Err(OcrError::Failed(format!("{other:?}"))),
    }
}

fn require(holds: bool, what: impl Into<String>) -> Outcome {
    if holds { Ok(()) } else { Err(what.into().into()) }
}

fn a_child_is_used_again() -> Outcome {
    let children = children("serve", 1, PATIENT)?;
    let (width, process) = read(&children, 7)?;
    require(width == "7", width)?;
    let refused = children.words(&picture(7), &options("none"));
    require(
        refused == Err(OcrError::Language("none".to_owned())),
        format!("{refused:?}"),
    )?;
    let (_, again) = read(&children, 8)?;
    require(process == again, "another process was started")
}

fn a_dead_child_is_replaced() -> Outcome {
    let children = children("once", 1, PATIENT)?;
    let (_, first) = read(&children, 1)?;
    let (_, second) = read(&children, 1)?;
    require(first != second, "it was to end behind its first picture")
}

fn a_panic_costs_one_picture() -> Outcome {
    let children = children("serve", 1, PATIENT)?;
    let (_, before) = read(&children, 7)?;
    let failed = read(&children, 13);
    require(matches!(failed, Err(OcrError::Failed(_))), format!("{failed:?}"))?;
    let (_, after) = read(&children, 7)?;
    require(before == after, "the child was lost with the picture")
}

fn a_group_is_killed() -> Outcome {
    let file = tempfile::NamedTempFile::new()?;
    let arguments = ["child:start-and-hang".into(), file.path().as_os_str().to_owned()];
    let limit = Duration::from_secs(2);
    let children = OcrChildren::new(std::env::current_exe()?, arguments, 1, limit);
    let since = Instant::now();
    let error = read(&children, 7).err();
    require(error == Some(OcrError::TimeLimit(2)), format!("{error:?}"))?;
    require(since.elapsed() < PATIENT, "it took too long")?;
    let sleeper: i32 = std::fs::read_to_string(file.path())?.trim().parse()?;
    let sleeper = Pid::from_raw(sleeper).ok_or("the child had started nothing")?;
    require(ends(sleeper)?, "what the child had started still runs")
}

/// Waits for the end of a process that is nobody's child here. One that was killed takes a moment to be gone.
fn ends(process: Pid) -> Result<bool, Box<dyn Error>> {
    let Ok(process) = pidfd_open(process, PidfdFlags::empty()) else {
        return Ok(true);
    };
    let mut ended = [PollFd::new(&process, PollFlags::IN)];
    Ok(poll(&mut ended, Some(&PATIENT.try_into()?))? == 1)
}

fn rubbish_is_a_failure() -> Outcome {
    for behaviour in ["rubbish", "die"] {
        let failed = read(&children(behaviour, 1, PATIENT)?, 7);
        require(
            matches!(failed, Err(OcrError::Failed(_))),
            format!("{behaviour}: {failed:?}"),
        )?;
    }
    let missing = OcrChildren::new("/no/such/program", [""], 1, SHORT);
    let failed = read(&missing, 7);
    require(matches!(failed, Err(OcrError::Failed(_))), format!("{failed:?}"))
}

fn no_more_than_agreed() -> Outcome {
    let children = children("serve", 2, PATIENT)?;
    let processes = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..12)
            .map(|nth| {
                let children = &children;
                scope.spawn(move || read(children, 100 + nth).map(|(_, process)| process))
            })
            .collect();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap_or(Err(OcrError::NotInstalled)))
            .collect::<Result<std::collections::BTreeSet<_>, _>>()
    })?;
    require(processes.len() <= 2, format!("{} processes", processes.len()))
}
