//! Writes a file of every kind into a folder: `samples FOLDER`. Needs `soffice` for the older office formats.

use std::error::Error;
use std::path::Path;

use testkit::documents::samples;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: samples FOLDER")?;
    let work = tempfile::tempdir()?;
    for sample in samples(work.path()) {
        std::fs::write(
            Path::new(&folder).join(format!("sample.{}", sample.extension)),
            sample.bytes,
        )?;
    }
    Ok(())
}
