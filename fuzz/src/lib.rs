//! What every fuzz target does: read bytes as one kind of file, to the end.

use std::sync::Once;

use domain::parsing::{OcrMode, ParseConfig};
use parsing::{Format, Source};

/// Reads the bytes as that kind of file, whatever they look like, and goes on as a server would: words to chunks, the
/// document to its stored form, pages to pictures.
///
/// A panic of a library that `parsing` turns into a refusal is none here either; one anywhere else ends the run.
pub fn read(format: Format, bytes: &[u8]) {
    static QUIET: Once = Once::new();
    // The fuzzer's own hook would end the run before the panic is caught.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let config = ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    };
    let source = Source::new(bytes, &config);
    let Ok(parsed) = parsing::parse_as(format, &source) else {
        return;
    };
    let document = parsing::merge(parsed, Vec::new());
    let stored = parsing::stored::encode(&document).expect("what was read can be kept");
    assert!(parsing::stored::decode(&stored).is_ok_and(|read| read == document));
}
