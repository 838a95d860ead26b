//! Reads a page with words scattered over it at random and lines drawn at random, and prints how long that takes:
//! `crowded_page WORDS RULES`. For measuring what a hostile page can cost.

#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use std::error::Error;
use std::fmt::Write;
use std::time::Instant;

use domain::parsing::{OcrMode, ParseConfig};

const USAGE: &str = "usage: crowded_page WORDS RULES";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let words: u32 = arguments.next().ok_or(USAGE)?.parse()?;
    let rules: u32 = arguments.next().ok_or(USAGE)?.parse()?;
    let config = ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    };
    for (name, content) in [
        ("scattered", scattered(words, rules)?),
        ("in a grid", in_a_grid(words, rules)?),
        ("in cells", in_cells(words)?),
    ] {
        let file = pdf(&content)?;
        let start = Instant::now();
        let document = parsing::read(&file, &config)?;
        let seconds = start.elapsed().as_secs_f64();
        let page = document.pages.first().ok_or("no page")?;
        println!(
            "{name:14} {:7} words, {:6} rules, {:4} tables: {seconds:6.2} s",
            page.words.len(),
            page.rules.len(),
            page.tables.len()
        );
    }
    Ok(())
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn scattered(words: u32, rules: u32) -> Result<String, std::fmt::Error> {
    let mut random = Random(1);
    let mut content = String::from("BT /F 8 Tf ");
    for n in 0..words {
        let (x, y) = (random.below(5_900), random.below(7_800));
        write!(
            content,
            "1 0 0 1 {}.{} {}.{} Tm ({:02}) Tj ",
            x / 10,
            x % 10,
            y / 10,
            y % 10,
            n % 100
        )?;
    }
    content += "ET ";
    for n in 0..rules {
        let (x, y, long) = (random.below(5_900), random.below(7_800), 40 + random.below(40));
        let (to_x, to_y) = if n % 2 == 0 { (x + long, y) } else { (x, y + long) };
        let tenths = |n: u64| format!("{}.{}", n / 10, n % 10);
        write!(
            content,
            "{} {} m {} {} l S ",
            tenths(x),
            tenths(y),
            tenths(to_x),
            tenths(to_y)
        )?;
    }
    Ok(content)
}

/// Rows and columns of figures that fit each other, with a name above none.
fn in_a_grid(words: u32, rules: u32) -> Result<String, std::fmt::Error> {
    let mut content = String::from("BT /F 1.2 Tf ");
    for n in 0..words {
        let (row, column) = (n / 70, n % 70);
        write!(
            content,
            "1 0 0 1 {} {:.2} Tm ({:02}) Tj ",
            10 + 8 * column,
            790.0 - 0.5 * f64::from(row),
            n % 90
        )?;
    }
    content += "ET ";
    for n in 0..rules {
        write!(
            content,
            "10 {:.2} m 600 {:.2} l S ",
            790.0 - 0.04 * f64::from(n),
            790.0 - 0.04 * f64::from(n)
        )?;
    }
    Ok(content)
}

/// As many small cells between drawn lines as a table may have, each with some words.
fn in_cells(words: u32) -> Result<String, std::fmt::Error> {
    let mut content = String::from("0.2 w BT /F 0.8 Tf ");
    for n in 0..words {
        let (row, column) = (n / 200, n % 200);
        write!(
            content,
            "1 0 0 1 {} {:.2} Tm ({:02}) Tj ",
            7 + 3 * column,
            790.0 - 1.5 * f64::from(row),
            n % 100
        )?;
    }
    content += "ET ";
    for n in 0..60 {
        write!(content, "{} 10 m {} 792 l S ", 5 + 10 * n, 5 + 10 * n)?;
    }
    for n in 0..220 {
        let y = 792.0 - 3.5 * f64::from(n);
        write!(content, "5 {y:.2} m 595 {y:.2} l S ")?;
    }
    Ok(content)
}

fn pdf(content: &str) -> Result<Vec<u8>, std::fmt::Error> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        write!(file, "{number} 0 obj\n{object}\nendobj\n")?;
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1)?;
    for place in places {
        writeln!(file, "{place:010} 00000 n ")?;
    }
    write!(
        file,
        "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    )?;
    Ok(file.into_bytes())
}
