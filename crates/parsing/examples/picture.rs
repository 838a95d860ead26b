//! Draws a page: `picture FILE PAGE DPI` writes a PPM to standard output. For looking and measuring.

use std::error::Error;
use std::io::Write;

use domain::parsing::ParseConfig;
use parsing::{Drawing, Scale, Source};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, page, dpi] = arguments.as_slice() else {
        return Err("usage: picture FILE PAGE DPI".into());
    };
    let config = ParseConfig::default();
    let bytes = std::fs::read(file)?;
    let drawing = Drawing::open(&Source::new(&bytes, &config))?;
    let picture = drawing.page(page.parse()?, Scale::Dpi(dpi.parse()?))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "P6 {} {} 255", picture.width, picture.height)?;
    out.write_all(&picture.rgb)?;
    Ok(())
}
