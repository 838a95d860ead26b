//! Exported files in a real spreadsheet program: LibreOffice opens them and writes them out again, and the values agree.

use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::scene::Scene;

/// Lets LibreOffice convert a file within its folder. It has a profile of its own, so that any user may run it, and
/// several at a time.
fn convert(folder: &TempDir, file: &str, arguments: &[&str]) {
    let profile = folder.path().join("profile");
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--norestore"])
        .args(arguments)
        .arg("--outdir")
        .arg(folder.path())
        .arg(folder.path().join(file))
        .output();
    let output =
        output.unwrap_or_else(|error| panic!("soffice, which `scripts/install test` installs: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// Comma, quote, UTF-8, from row 1; cells as shown; every sheet in a file of its own.
const AS_CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

fn read_csv(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .unwrap();
    let records = reader.records().map(|record| record.unwrap());
    records
        .map(|record| {
            record
                .iter()
                .map(|field| field.trim_start_matches('\u{feff}').to_owned())
                .collect()
        })
        .collect()
}

fn schema() -> Value {
    json!({ "groups": {
        "invoice": { "fields": {
            "number": { "type": "string" },
            "issued": { "type": "date" },
            "total": { "type": "number" },
            "formula": { "type": "string" },
            "name": { "type": "string" },
            "long_id": { "type": "string" },
            "looks_like_a_date": { "type": "string" },
        }},
        "lines": { "repeated": true, "fields": {
            "text": { "type": "string" },
            "net": { "type": "number" },
            "due": { "type": "date" },
        }},
    }})
}

const FORMULA: &str = "=1+1";
const NAME: &str = "Müller, \"株式会社\" _x0041_ \u{1f600}";

fn data() -> Value {
    json!({
        "invoice": {
            "number": "00742",
            "issued": "2026-03-04",
            "total": -1190.5,
            "formula": FORMULA,
            "name": NAME,
            "long_id": "12345678901234567890",
            "looks_like_a_date": "1-2",
        },
        "lines": [
            { "text": "-Rabatt", "net": -3.25, "due": "2026-12-31" },
            { "text": "  two\nlines ", "net": 4, "due": null },
        ],
    })
}

#[tokio::test]
async fn a_workbook_opens_in_a_spreadsheet_and_its_values_agree() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("=March", data()).await;
    let (_, bytes) = scene
        .get(&format!("/extractions/results/{}/export/excel", made.result))
        .await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("result.xlsx"), bytes).unwrap();
    convert(&folder, "result.xlsx", &["--convert-to", AS_CSV]);
    let sheet = |name: &str| read_csv(&folder.path().join(format!("result-{name}.csv")));
    let expected = [
        ["group", "field", "value"],
        ["invoice", "number", "00742"],
        ["invoice", "issued", "2026-03-04"],
        ["invoice", "total", "-1190.5"],
        ["invoice", "formula", FORMULA],
        ["invoice", "name", NAME],
        ["invoice", "long_id", "12345678901234567890"],
        ["invoice", "looks_like_a_date", "1-2"],
        ["", "", ""],
        ["lines", "", ""],
        ["text", "net", "due"],
        ["-Rabatt", "-3.25", "2026-12-31"],
        ["  two\nlines ", "4", ""],
    ];
    assert_eq!(sheet("Data"), expected);
    let audit = sheet("Audit");
    assert_eq!(audit[1][..5], ["invoice", "number", "00742", "grounded", "0.75"]);
    assert_eq!(
        audit[1][5..13],
        ["1", "0.1", "0.2", "0.3", "0.4", "", "=\"00742\"", "one.txt"]
    );
    // Two sources for each of 7 fields and of the 3 of both elements.
    assert_eq!(audit.len(), 1 + 2 * (7 + 2 * 3));
    let metadata = sheet("Metadata");
    assert!(metadata.contains(&["Session", "name", "=March"].map(str::to_owned).to_vec()));
    assert!(metadata.contains(&["Result", "id", &made.result].map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn a_table_opens_in_a_spreadsheet_and_its_values_agree() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("=March", data()).await;
    let body = json!({ "session_ids": [made.session], "format": "csv" });
    let (_, bytes) = scene.post(&scene.batch(), &body).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("result.csv"), bytes).unwrap();
    // Comma, quote, UTF-8, from row 1. A file cannot say what is text: the reader is told, as a user would in the dialogue.
    let columns = ["invoice.number", "invoice.long_id", "invoice.looks_like_a_date"];
    let header = &read_csv(&folder.path().join("result.csv"))[0];
    let texts: Vec<String> = (1..)
        .zip(header)
        .filter(|(_, name)| columns.contains(&name.as_str()))
        .map(|(column, _)| format!("{column}/2"))
        .collect();
    assert_eq!(texts.len(), columns.len());
    let filter = format!("--infilter=CSV:44,34,76,1,{}", texts.join("/"));
    convert(&folder, "result.csv", &[&filter, "--convert-to", "xlsx"]);
    let rows = read_xlsx(&folder.path().join("result.xlsx"));
    let text = |text: &str| Data::String(text.to_owned());
    let column = |name: &str| {
        let place = rows[0].iter().position(|cell| *cell == text(name)).unwrap();
        [rows[1][place].clone(), rows[2][place].clone()]
    };
    let twice = |value: Data| [value.clone(), value];
    assert_eq!(rows.len(), 3);
    assert_eq!(column("session_name"), twice(text("'=March")));
    assert_eq!(column("invoice.number"), twice(text("00742")));
    assert_eq!(column("invoice.formula"), twice(text("'=1+1")));
    assert_eq!(column("invoice.name"), twice(text(NAME)));
    assert_eq!(column("invoice.long_id"), twice(text("12345678901234567890")));
    assert_eq!(column("invoice.looks_like_a_date"), twice(text("1-2")));
    assert_eq!(column("invoice.total"), twice(Data::Float(-1190.5)));
    assert_eq!(column("lines.net"), [Data::Float(-3.25), Data::Float(4.0)]);
    assert_eq!(column("lines.text"), [text("'-Rabatt"), text("  two\nlines ")]);
    let days = column("invoice.issued").map(|day| match day {
        Data::DateTime(day) => day.as_datetime().unwrap().format("%Y-%m-%d").to_string(),
        other => other.to_string(),
    });
    assert_eq!(days, ["2026-03-04", "2026-03-04"]);
}

fn read_xlsx(path: &PathBuf) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let name = book.sheet_names()[0].clone();
    let formulas = book.worksheet_formula(&name).unwrap();
    assert!(formulas.is_empty(), "nothing is run: {formulas:?}");
    let range = book.worksheet_range(&name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}
