#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| docent_fuzz::read(parsing::Format::Pptx, bytes));
