//! Embedding notices a changed migration but not a new folder: watch the folders.
fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
