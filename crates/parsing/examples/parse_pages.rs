//! Parses files in this process and prints how many pages they have: `parse_pages ROUNDS FILE...`. For measuring.

#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use std::error::Error;

use domain::parsing::{OcrMode, ParseConfig};
use mimalloc::MiMalloc;

/// As in the program `docent`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds: u32 = arguments
        .next()
        .ok_or("usage: parse_pages ROUNDS FILE...")?
        .parse()?;
    let files: Vec<String> = arguments.collect();
    let config = ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    };
    let mut pages = 0;
    for _ in 0..rounds {
        pages = 0;
        for file in &files {
            pages += parsing::read(&std::fs::read(file)?, &config)?.pages.len();
        }
    }
    println!("{pages}");
    Ok(())
}
