//! How a report is shown: a table by source, and lines for the texts and the hostile documents.

use std::fmt;

use crate::others::is_survived;
use crate::report::{Report, Source};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values(f)?;
        self.strings(f)?;
        self.survivors(f)?;
        if self.missing > 0 {
            writeln!(f, "no prediction for {} cases", self.missing)?;
        }
        Ok(())
    }
}

impl Report {
    fn values(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mean) = self.mean_of_sources() else {
            return Ok(());
        };
        writeln!(
            f,
            "{:<20}{:>6}{:>8}{:>9}{:>7}{:>7}{:>10}{:>7}{:>11}{:>11}",
            "source", "cases", "values", "exact P", "R", "F1", "loose F1", "ANLS", "all right", "silent ok"
        )?;
        let mut all = Source::default();
        for (name, source) in &self.sources {
            row(f, name, source)?;
            writeln!(f, "{:>11}", silent(source))?;
            all.counts.add(&source.counts);
            all.cases += source.cases;
            all.all_right += source.all_right;
        }
        row(f, "all (micro)", &all)?;
        writeln!(f, "\nmean of sources: exact F1 {mean:.3}")
    }

    fn strings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = &self.texts;
        if texts.cases == 0 {
            return Ok(());
        }
        writeln!(
            f,
            "text: {} of {} strings found ({:.3}) in {} documents, {} documents complete",
            texts.found,
            texts.strings,
            share(count(texts.found), count(texts.strings)),
            texts.cases,
            texts.complete
        )
    }

    fn survivors(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hostile.is_empty() {
            return Ok(());
        }
        let ends = || self.hostile.values().flatten();
        let all: u32 = ends().map(|(_, count)| count).sum();
        let survived: u32 = ends()
            .filter(|(end, _)| is_survived(end))
            .map(|(_, count)| count)
            .sum();
        writeln!(
            f,
            "hostile: {survived} of {all} survived ({:.3})",
            share(survived, all)
        )?;
        for (class, ends) in &self.hostile {
            let ends: Vec<String> = ends.iter().map(|(end, count)| format!("{end} {count}")).collect();
            writeln!(f, "  {class:<40}{}", ends.join(", "))?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, source: &Source) -> fmt::Result {
    let counts = &source.counts;
    write!(
        f,
        "{name:<20}{:>6}{:>8}{:>9.3}{:>7.3}{:>7.3}{:>10.3}{:>7.3}{:>11.3}",
        source.cases,
        counts.values,
        counts.precision(),
        counts.recall(),
        counts.f1(),
        counts.loose_f1(),
        counts.parts / f64::from(counts.values.max(1)),
        share(source.all_right, source.cases),
    )
}

/// Of the fields that the documents do not hold, those that got no value.
fn silent(source: &Source) -> String {
    let silent = source.counts.silent;
    match silent + source.invented {
        0 => "-".to_owned(),
        empty => format!("{silent}/{empty}"),
    }
}

fn share(part: u32, of: u32) -> f64 {
    f64::from(part) / f64::from(of.max(1))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_case_has_its_lines() {
        let case = |kind: &str, more: serde_json::Value| {
            let mut case = json!({"id": kind, "kind": kind, "source": {"name": "made"}});
            case.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            serde_json::from_value(case).unwrap()
        };
        let fields = case(
            "fields",
            json!({"expected": {"a": {"x": "yes", "y": null}},
            "schema": {"groups": {"a": {"fields": {"x": {"type": "string"}, "y": {"type": "string"}}}}}}),
        );
        let mut report = Report::default();
        assert_eq!(report.to_string(), "");
        report.judge(&fields, Some(&json!({"a": {"x": "YES"}}))).unwrap();
        report.judge(&fields, None).unwrap();
        let text = case("text", json!({"must_contain": ["one", "two"]}));
        report.judge(&text, Some(&json!({"text": "One"}))).unwrap();
        let hostile = case("hostile", json!({"class": "loop"}));
        report
            .judge(&hostile, Some(&json!({"outcome": "rejected"})))
            .unwrap();
        report
            .judge(&hostile, Some(&json!({"outcome": "timeout"})))
            .unwrap();
        assert_eq!(
            report.to_string(),
            "source               cases  values  exact P      R     F1  loose F1   ANLS  all right  silent ok\n\
             made                     2       2    1.000  0.500  0.667     0.667  0.500      0.500        2/2\n\
             all (micro)              2       2    1.000  0.500  0.667     0.667  0.500      0.500\n\
             mean of sources: exact F1 0.667\n\
             text: 1 of 2 strings found (0.500) in 1 documents, 0 documents complete\n\
             hostile: 1 of 2 survived (0.500)\n  \
             loop                                    rejected 1, timeout 1\n\
             no prediction for 1 cases\n"
        );
    }
}
