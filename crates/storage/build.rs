//! Watches the migrations: embedding them notices a changed file but not a new folder. Their fingerprint tells test
//! databases of another schema apart.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

const MIGRATIONS: &str = "../../migrations";

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={MIGRATIONS}");
    let mut hasher = DefaultHasher::new();
    hash_folder(Path::new(MIGRATIONS), &mut hasher)?;
    println!("cargo::rustc-env=DOCENT_MIGRATIONS={:016x}", hasher.finish());
    Ok(())
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    let mut paths = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_folder(&path, hasher)?;
        } else {
            path.hash(hasher);
            std::fs::read(&path)?.hash(hasher);
        }
    }
    Ok(())
}
