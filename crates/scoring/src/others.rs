//! What is counted for a case whose text is asked for, or that is only to be survived.

use serde_json::Value;

use crate::answers::Answers;
use crate::fields::Mistake;
use crate::values::{squashed, written};

/// How a document is to end that cannot be read.
const SURVIVED: [&str; 2] = ["extracted", "rejected"];

/// What was found of the strings that a text must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TextOutcome {
    pub(crate) found: usize,
    pub(crate) strings: usize,
    pub(crate) mistakes: Vec<Mistake>,
}

/// Looks for the strings in `{"text": "..."}`, without regard to case and blanks.
pub(crate) fn text(answers: &Answers, prediction: &Value) -> TextOutcome {
    let text = squashed(&prediction.get("text").map(written).unwrap_or_default());
    let is_there = |string: &&String| text.contains(&squashed(string));
    let mistake = |expected: Value, got: Value| Mistake {
        field: "text".to_owned(),
        row: None,
        expected,
        got,
    };
    let wanted = answers.must_contain();
    let lost = wanted.iter().filter(|string| !is_there(string));
    let mut mistakes: Vec<Mistake> = lost
        .map(|string| mistake(string.as_str().into(), Value::Null))
        .collect();
    let found = wanted.len().saturating_sub(mistakes.len());
    let unwanted = answers.must_not_contain.iter().filter(is_there);
    mistakes.extend(unwanted.map(|string| mistake(Value::Null, string.as_str().into())));
    TextOutcome {
        found,
        strings: wanted.len(),
        mistakes,
    }
}

/// How a hostile document ended, and what is wrong with that, if anything.
pub(crate) fn hostile(answers: &Answers, prediction: &Value) -> (String, Option<Mistake>) {
    let ended = prediction
        .get("outcome")
        .map_or_else(|| "missing".to_owned(), written);
    let mistake = (!is_survived(&ended)).then(|| Mistake {
        field: answers.class.clone(),
        row: None,
        expected: SURVIVED.join(" or ").into(),
        got: ended.as_str().into(),
    });
    (ended, mistake)
}

/// Whether a hostile document that ended so did no harm.
pub(crate) fn is_survived(ended: &str) -> bool {
    SURVIVED.contains(&ended)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(what: &Value) -> Answers {
        let mut case = json!({"id": "one", "source": {"name": "made"}});
        case.as_object_mut()
            .unwrap()
            .extend(what.as_object().unwrap().clone());
        serde_json::from_value(case).unwrap()
    }

    #[test]
    fn strings_are_looked_for_without_blanks_and_case() {
        let case = answers(
            &json!({"kind": "text", "must_contain": ["one two", "three"], "must_not_contain": ["junk"]}),
        );
        let right = text(&case, &json!({"text": "ONE\n two three"}));
        assert_eq!((right.found, right.strings, right.mistakes), (2, 2, Vec::new()));
        let wrong = text(&case, &json!({"text": "one three junk"}));
        assert_eq!((wrong.found, wrong.strings), (1, 2));
        assert_eq!(wrong.mistakes[0].expected, json!("one two"));
        assert_eq!(wrong.mistakes[1].got, json!("junk"));
        assert_eq!(text(&case, &Value::Null).found, 0);
    }

    #[test]
    fn a_result_or_a_refusal_is_survived() {
        let case = answers(&json!({"kind": "hostile", "class": "loop"}));
        assert_eq!(
            hostile(&case, &json!({"outcome": "rejected"})),
            ("rejected".to_owned(), None)
        );
        let (ended, mistake) = hostile(&case, &Value::Null);
        assert_eq!(ended, "missing");
        assert_eq!(mistake.unwrap().field, "loop");
    }
}
