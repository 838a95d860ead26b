//! Prints what is found on the pages of a file: `words FILE` for words with boxes as JSON lines, `words FILE lines` for
//! lines and tables as text.

#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use std::error::Error;

use domain::parsed::{Page, ParsedDocument, Table};
use domain::parsing::ParseConfig;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments
        .next()
        .ok_or("usage: words FILE [lines|blocks|tables|pairs|json|none]")?;
    let what = arguments.next().unwrap_or_default();
    let document = parsing::read(&std::fs::read(file)?, &ParseConfig::default())?;
    for warning in &document.warnings {
        println!("# {warning}");
    }
    match what.as_str() {
        "lines" => each_page(&document, lines),
        "blocks" => each_page(&document, blocks),
        "tables" => each_page(&document, tables),
        "pairs" => each_page(&document, pairs),
        "json" => println!("{}", serde_json::to_string_pretty(&document)?),
        "none" => {}
        _ => each_page(&document, words),
    }
    Ok(())
}

fn each_page(document: &ParsedDocument, print: fn(&Page)) {
    for page in &document.pages {
        println!("# page {}", page.number);
        print(page);
    }
}

fn words(page: &Page) {
    let size = page.size.unwrap_or(domain::parsed::PageSize {
        width: 1.0,
        height: 1.0,
    });
    for word in &page.words {
        let b = word.bbox;
        println!(
            "{:.2}\t{:.2}\t{:.2}\t{:.2}\t{}{}\t{}",
            b.x0() * size.width,
            b.y0() * size.height,
            b.x1() * size.width,
            b.y1() * size.height,
            if word.bold { "b" } else { "" },
            if word.hidden { "h" } else { "" },
            word.text
        );
    }
}

fn lines(page: &Page) {
    for line in &page.lines {
        println!(
            "{:5.3} {:5.3}  {}",
            line.bbox.y0(),
            line.bbox.x0(),
            page.line_text(line)
        );
    }
}

fn blocks(page: &Page) {
    for block in &page.blocks {
        println!("-- {:?}", block.kind);
        println!("{}", page.block_text(block));
    }
}

fn pairs(page: &Page) {
    for pair in &page.pairs {
        println!("{} = {}", pair.name, pair.value);
    }
}

fn tables(page: &Page) {
    for table in &page.tables {
        println!(
            "-- {} x {}, {} header rows, ruled {}",
            table.rows, table.columns, table.header_rows, table.ruled
        );
        for row in 0..table.rows {
            println!("{}", row_text(page, table, row));
        }
    }
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
