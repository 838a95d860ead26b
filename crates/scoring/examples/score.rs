//! `score CASES PREDICTIONS`
use std::path::Path;
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (cases, predictions) = (arguments.next().unwrap(), arguments.next().unwrap());
    let mut report = scoring::Report::default();
    for source in std::fs::read_dir(&cases)? {
        for case in std::fs::read_dir(source?.path())? {
            let path = case?.path().join("case.json");
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let answers: scoring::Answers = serde_json::from_str(&text)?;
            if answers.kind != scoring::Kind::Fields {
                continue;
            }
            let p = Path::new(&predictions).join(format!("{}.json", answers.id));
            let prediction = std::fs::read_to_string(p)
                .ok()
                .map_or(serde_json::Value::Null, |t| serde_json::from_str(&t).unwrap());
            report.add(&answers.source.name, &scoring::fields(&answers, &prediction)?);
        }
    }
    print!("{report}");
    Ok(())
}
