//! Reads pictures and prints a line of JSON for each: `{"file", "words": [{"text", "bbox", "confidence"}]}`, boxes in
//! pixels. What `scripts/bench ocr` measures.
//!
//!     ocr tesseract|pp-ocr|pp-ocr-as-read MODELS FILE...

#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use std::error::Error;
use std::path::Path;

use domain::parsing::ParseConfig;
use parsing::{Drawing, Installed, OcrEngine, OcrOptions, PpOcr, Scale, Source};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(engine), Some(models)) = (arguments.next(), arguments.next()) else {
        return Err("usage: ocr tesseract|pp-ocr|pp-ocr-as-read MODELS FILE...".into());
    };
    let models = Path::new(&models);
    let engine: Box<dyn OcrEngine> = match engine.as_str() {
        "pp-ocr" => Box::new(PpOcr::load(models)?),
        "pp-ocr-as-read" => Box::new(PpOcr::load(models)?.without_restored_blanks()),
        _ => Box::new(Installed::find(None)),
    };
    let config = ParseConfig::default();
    for file in arguments {
        let bytes = std::fs::read(&file)?;
        let source = Source::new(&bytes, &config);
        let picture = Drawing::open(&source)?.page(1, Scale::Dpi(200.0))?;
        let words = engine.words(&picture, &OcrOptions::from(&config))?;
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let words: Vec<_> = words
            .iter()
            .map(|word| {
                let b = &word.bbox;
                let bbox = [b.x0() * width, b.y0() * height, b.x1() * width, b.y1() * height];
                json!({ "text": word.text, "bbox": bbox, "confidence": word.confidence })
            })
            .collect();
        println!("{}", json!({ "file": file, "words": words }));
    }
    Ok(())
}
