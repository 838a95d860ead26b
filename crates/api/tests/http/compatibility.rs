//! The table of `docs/compatibility.md`: no row is missing, and the tests that it names are there.

use std::collections::BTreeSet;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The cells of every row that begins with a number.
fn rows() -> Vec<Vec<String>> {
    let text = read_to_string(here("../../docs/compatibility.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| "));
    let cells = lines.map(|line| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
    });
    let rows = cells.map(Iterator::collect::<Vec<_>>);
    rows.filter(|cells| cells[0].parse::<u32>().is_ok()).collect()
}

/// Every test as `file::function`, or `folder::file::function`.
fn tests_in(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.is_dir() {
            tests_in(&path, &format!("{prefix}{name}::"), found);
            continue;
        }
        let text = read_to_string(&path).unwrap();
        let functions = text.lines().filter_map(|line| line.strip_prefix("async fn "));
        let functions = functions.filter_map(|rest| rest.split_once('('));
        found.extend(functions.map(|(function, _)| format!("{prefix}{name}::{function}")));
    }
}

#[test]
fn every_row_of_the_contract_stands_in_it_with_its_tests() {
    let rows = rows();
    let numbers: Vec<u32> = rows.iter().map(|cells| cells[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=43).collect::<Vec<_>>());
    let mut tests = BTreeSet::new();
    tests_in(&here("tests/http"), "", &mut tests);
    for cells in rows {
        let named: Vec<&str> = cells[4].split('`').filter(|part| part.contains("::")).collect();
        assert!(!named.is_empty(), "row {} names no test", cells[0]);
        for test in named {
            assert!(tests.contains(test), "row {}: there is no test {test}", cells[0]);
        }
    }
}
