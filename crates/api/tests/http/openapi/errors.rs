//! The errors that the document names.

use serde_json::json;

use super::examples::{examples_of, file_of, mistakes, validator};
use super::{document, operations, resolved};

#[test]
fn every_error_has_both_forms_with_examples_of_its_status() {
    let document = document();
    let of = |name: &str| {
        validator(
            &document,
            &json!({ "$ref": format!("#/components/schemas/{name}") }),
        )
    };
    let (error, problem_document) = (of("Error"), of("Problem"));
    for (_, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let answers = operation["responses"].as_object().unwrap();
        for (status, answer) in answers
            .iter()
            .filter(|(status, _)| status.starts_with(['4', '5']))
        {
            let content = &resolved(&document, answer)["content"];
            let (plain, problem) = (&content["application/json"], &content["application/problem+json"]);
            assert_eq!(
                plain["schema"]["$ref"], "#/components/schemas/Error",
                "{id} {status}"
            );
            assert_eq!(
                problem["schema"]["$ref"], "#/components/schemas/Problem",
                "{id} {status}"
            );
            let (plains, problems) = (examples_of(&document, plain), examples_of(&document, problem));
            assert!(
                !problems.is_empty() && plains.len() == problems.len(),
                "{id} shows no example of its error {status}: add `Examples::of({id:?}).fails(ApiError::..)` in {}",
                file_of(id)
            );
            for ((code, plain_value), (_, problem_value)) in plains.into_iter().zip(problems) {
                assert_eq!(problem_value["status"].to_string(), *status, "{id} {code}");
                assert_eq!(plain_value["code"], code, "{id}");
                assert_eq!(problem_value["code"], code, "{id}");
                assert_eq!(plain_value["message"], problem_value["detail"], "{id}");
                let wrong = [
                    mistakes(&error, plain_value),
                    mistakes(&problem_document, problem_value),
                ];
                assert!(wrong.iter().all(Vec::is_empty), "{id} {code}: {wrong:?}");
            }
        }
    }
}
