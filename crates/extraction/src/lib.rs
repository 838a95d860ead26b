pub mod lexicon;
pub mod reading;
