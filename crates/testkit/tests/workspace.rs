//! Rules of the workspace itself, read from the manifests.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Table;

/// What each crate may depend on among our own. Dependencies point one way; `storage`, `parsing` and `extraction` do
/// not know each other.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("client", &["domain"]),
    ("storage", &["domain"]),
    ("parsing", &["domain"]),
    ("extraction", &["domain"]),
    // It knows the answers: nothing that reads or decides knows it.
    ("scoring", &[]),
    ("worker", &["domain", "storage", "parsing", "extraction"]),
    (
        "api",
        &["domain", "storage", "parsing", "extraction", "scoring", "worker"],
    ),
    (
        "testkit",
        &["domain", "storage", "parsing", "extraction", "worker", "api"],
    ),
];

/// Crates from elsewhere that would carry input, output or HTTP to where it does not belong.
const MAY_NOT_USE: [(&str, &[&str]); 5] = [
    (
        "domain",
        &["actix-web", "diesel", "tokio", "reqwest", "object_store"],
    ),
    (
        "parsing",
        &["actix-web", "diesel", "tokio", "reqwest", "object_store"],
    ),
    (
        "extraction",
        &["actix-web", "diesel", "tokio", "reqwest", "object_store"],
    ),
    ("storage", &["actix-web", "utoipa"]),
    ("client", &["actix-web", "diesel", "utoipa"]),
];

fn crates_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn manifests() -> BTreeMap<String, Table> {
    let folders = std::fs::read_dir(crates_folder()).unwrap();
    let manifests = folders.map(|folder| {
        let path = folder.unwrap().path();
        let text = std::fs::read_to_string(path.join("Cargo.toml")).unwrap();
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            text.parse().unwrap(),
        )
    });
    manifests.collect()
}

fn names(manifest: &Table, section: &str) -> Vec<String> {
    let section = manifest.get(section).and_then(toml::Value::as_table);
    section
        .map(|section| section.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn dependencies_point_one_way() {
    let manifests = manifests();
    let known: Vec<&String> = manifests.keys().collect();
    let listed: Vec<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    for name in &known {
        assert!(
            listed.contains(&name.as_str()),
            "the crate {name} has no place in MAY_USE"
        );
    }
    for (name, allowed) in MAY_USE {
        for used in names(&manifests[name], "dependencies") {
            let ours = known.contains(&&used);
            assert!(
                !ours || allowed.contains(&used.as_str()),
                "{name} must not depend on {used}"
            );
        }
    }
}

#[test]
fn what_reads_and_decides_does_no_input_or_output() {
    let manifests = manifests();
    for (name, banned) in MAY_NOT_USE {
        for used in names(&manifests[name], "dependencies") {
            assert!(
                !banned.contains(&used.as_str()),
                "{name} must not depend on {used}"
            );
        }
    }
}

#[test]
fn testkit_is_for_tests_only() {
    for (name, manifest) in manifests() {
        assert!(
            !names(&manifest, "dependencies").contains(&"testkit".to_owned()),
            "{name} builds on testkit"
        );
    }
}

#[test]
fn every_crate_takes_versions_and_lints_from_the_workspace() {
    for (name, manifest) in manifests() {
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{name}: lints"
        );
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            let inherited = manifest["package"][key]
                .get("workspace")
                .and_then(toml::Value::as_bool);
            assert_eq!(inherited, Some(true), "{name}: package.{key}");
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(entries) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (dependency, entry) in entries {
                let inherited = entry.get("workspace").and_then(toml::Value::as_bool);
                assert_eq!(inherited, Some(true), "{name}: {section}.{dependency}");
            }
        }
    }
}
