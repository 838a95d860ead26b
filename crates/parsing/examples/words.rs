//! Prints what is found on the pages of a file: `words FILE` for words with their boxes in points, one a line between
//! tabs; `words FILE lines` and others for what was made of them.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use domain::parsed::{Page, ParsedDocument, Table};
use domain::parsing::ParseConfig;
use mimalloc::MiMalloc;

/// As in the program `docent`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments
        .next()
        .ok_or("usage: words FILE [lines|blocks|tables|pairs|json|none]")?;
    let what = arguments.next().unwrap_or_default();
    let document = parsing::read(&std::fs::read(file)?, &ParseConfig::default())?;
    let mut out = BufWriter::new(io::stdout().lock());
    for warning in &document.warnings {
        writeln!(out, "# {warning}")?;
    }
    match what.as_str() {
        "lines" => each_page(&mut out, &document, lines)?,
        "blocks" => each_page(&mut out, &document, blocks)?,
        "tables" => each_page(&mut out, &document, tables)?,
        "pairs" => each_page(&mut out, &document, pairs)?,
        "json" => serde_json::to_writer_pretty(&mut out, &document)?,
        "none" => {}
        _ => each_page(&mut out, &document, words)?,
    }
    out.flush()?;
    Ok(())
}

type Out<'o> = BufWriter<io::StdoutLock<'o>>;

fn each_page(
    out: &mut Out<'_>,
    document: &ParsedDocument,
    print: fn(&mut Out<'_>, &Page) -> io::Result<()>,
) -> io::Result<()> {
    for page in &document.pages {
        writeln!(out, "# page {}", page.number)?;
        print(out, page)?;
    }
    Ok(())
}

fn words(out: &mut Out<'_>, page: &Page) -> io::Result<()> {
    let size = page.size.unwrap_or(domain::parsed::PageSize {
        width: 1.0,
        height: 1.0,
    });
    let mut line = Vec::new();
    for word in &page.words {
        let b = word.bbox;
        line.clear();
        for place in [
            b.x0() * size.width,
            b.y0() * size.height,
            b.x1() * size.width,
            b.y1() * size.height,
        ] {
            push_hundredths(&mut line, place);
            line.push(b'\t');
        }
        line.extend_from_slice(if word.bold { b"b" } else { b"" });
        line.extend_from_slice(if word.hidden { b"h" } else { b"" });
        line.push(b'\t');
        line.extend_from_slice(word.text.as_bytes());
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

/// A coordinate with two decimals. The standard library's exact way to print a fraction takes a good part of the time that
/// finding the word did.
fn push_hundredths(line: &mut Vec<u8>, place: f64) {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places on a page are not negative; `as` saturates"
    )]
    let hundredths = (place * 100.0).round() as u64;
    line.extend_from_slice(itoa::Buffer::new().format(hundredths / 100).as_bytes());
    line.push(b'.');
    let cents = hundredths % 100;
    if cents < 10 {
        line.push(b'0');
    }
    line.extend_from_slice(itoa::Buffer::new().format(cents).as_bytes());
}

fn lines(out: &mut Out<'_>, page: &Page) -> io::Result<()> {
    for line in &page.lines {
        writeln!(
            out,
            "{:5.3} {:5.3}  {}",
            line.bbox.y0(),
            line.bbox.x0(),
            page.line_text(line)
        )?;
    }
    Ok(())
}

fn blocks(out: &mut Out<'_>, page: &Page) -> io::Result<()> {
    for block in &page.blocks {
        writeln!(out, "-- {:?}", block.kind)?;
        writeln!(out, "{}", page.block_text(block))?;
    }
    Ok(())
}

fn pairs(out: &mut Out<'_>, page: &Page) -> io::Result<()> {
    for pair in &page.pairs {
        writeln!(out, "{} = {}", pair.name, pair.value)?;
    }
    Ok(())
}

fn tables(out: &mut Out<'_>, page: &Page) -> io::Result<()> {
    for table in &page.tables {
        writeln!(
            out,
            "-- {} x {}, {} header rows, ruled {}",
            table.rows, table.columns, table.header_rows, table.ruled
        )?;
        for row in 0..table.rows {
            writeln!(out, "{}", row_text(page, table, row))?;
        }
    }
    Ok(())
}

fn row_text(page: &Page, table: &Table, row: u32) -> String {
    let cells: Vec<String> = (0..table.columns)
        .map(|column| {
            let cell = table
                .cell(row, column)
                .filter(|cell| cell.row == row && cell.column == column);
            cell.map_or_else(String::new, |cell| cell.text(page))
        })
        .collect();
    cells.join(" | ")
}
