//! Parses files of one page again and again, in this process and in a child that is warm: `isolation ROUNDS FILE...`
//! prints seconds of wall time for each, and their ratio. For measuring.

#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use std::error::Error;
use std::time::{Duration, Instant};

use domain::parsing::{OcrMode, ParseConfig};
use mimalloc::MiMalloc;
use parsing::child::{Confinement, ParseChild, confine, serve};
use parsing::{Source, stored};

/// As in the program `docent`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const MEMORY: u64 = 1_000_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().ok_or("usage: isolation ROUNDS FILE...")?;
    if first == "parse-child" {
        confine(Confinement { memory: MEMORY });
        return Ok(serve(std::io::stdin(), std::io::stdout())?);
    }
    let rounds: u32 = first.parse()?;
    let config = ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    };
    let files: Vec<Vec<u8>> = arguments.map(std::fs::read).collect::<Result<_, _>>()?;
    let mut one_page = Vec::new();
    for file in files {
        if parsing::read(&file, &config)?.pages.len() == 1 {
            one_page.push(file);
        }
    }
    let child = ParseChild::of_docent(std::env::current_exe()?, MEMORY);
    let (mut here, mut there) = (Duration::ZERO, Duration::ZERO);
    for round in 0..=rounds {
        for file in &one_page {
            let started = Instant::now();
            // What the child does, too: the document is stored.
            let kept = stored::encode(&parsing::read(file, &config)?)?;
            let read = started.elapsed();
            let started = Instant::now();
            let from_child = child.parse_to_stored(&Source::new(file, &config), Duration::from_mins(1))?;
            let isolated = started.elapsed();
            if from_child.stored != kept {
                return Err("the child reads something else".into());
            }
            // The first round warms both.
            if round > 0 {
                here += read;
                there += isolated;
            }
        }
    }
    let documents = f64::from(rounds) * f64::from(u32::try_from(one_page.len())?);
    let each = |time: Duration| 1000.0 * time.as_secs_f64() / documents;
    println!(
        "{} {:.3} {:.3} {:.3}",
        one_page.len(),
        each(here),
        each(there),
        there.as_secs_f64() / here.as_secs_f64()
    );
    Ok(())
}
