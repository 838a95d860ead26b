//! Operations as the document has them.

use domain::ability::Ability;
use reqwest::Method;
use serde_json::Value;

/// What the walk knows of an operation.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: String,
    /// Those that the token must hold; none where no token is asked for.
    pub(super) abilities: Option<Vec<Ability>>,
}

impl Operation {
    /// Every operation of a document.
    pub(super) fn all_of(document: &Value) -> impl Iterator<Item = Self> {
        let paths = document["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            item.iter()
                .filter_map(move |(method, operation)| Self::read(path, method, operation))
        })
    }

    /// None for a member of the path that is no operation.
    fn read(path: &str, method: &str, operation: &Value) -> Option<Self> {
        let id = operation["operationId"].as_str()?;
        // An empty way to be let in is one without a token.
        let security = operation["security"].as_array();
        let security = security.filter(|ways| !ways.contains(&Value::Object(serde_json::Map::new())));
        let abilities = security.map(|security| {
            let named = security[0]["bearer"].as_array().unwrap().iter();
            named
                .map(|ability| ability.as_str().unwrap().parse().unwrap())
                .collect()
        });
        Some(Self {
            id: id.to_owned(),
            method: method.to_uppercase().parse().unwrap(),
            path: path.to_owned(),
            abilities,
        })
    }
}
