//! What cannot be read off the cases: who made a document, and which fields documents surely lack.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

/// So many letters of a maker's name tell it from others: prints of one name differ at the end.
const TELLING: usize = 5;

/// The plan, as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// Names the weights.
    pub(super) version: String,
    /// The fields (`group.field`) whose answer names the maker, the first that is known.
    maker: Vec<String>,
    /// Fields that documents lack.
    #[serde(default)]
    pub(super) absent: Vec<Absent>,
}

/// A schema that is asked of documents that do not hold its fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    /// All fields that the cases of this source ask for.
    pub(super) schema_of: String,
    /// The documents of these sources.
    pub(super) documents_of: Vec<String>,
    /// Only these fields, `group.field`; all where none are named.
    #[serde(default)]
    only: Vec<String>,
    /// Not these fields: such documents may hold them.
    #[serde(default)]
    not: Vec<String>,
    /// Not these cases: they hold what the others lack.
    #[serde(default)]
    pub(super) but: Vec<String>,
}

impl Plan {
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))
    }

    /// Who made the document of a case: the beginning of the name, or the case itself where none is known.
    pub(super) fn maker(&self, id: &str, expected: &Value) -> String {
        let name = self.maker.iter().find_map(|path| {
            let (group, field) = path.split_once('.')?;
            expected.get(group)?.get(field)?.as_str()
        });
        let letters = |name: &str| -> String {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).take(TELLING).collect()
        };
        name.map(letters)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_owned())
    }
}

impl Absent {
    /// Whether the field is one of those.
    pub(super) fn holds(&self, group: &str, field: &str) -> bool {
        let path = format!("{group}.{field}");
        (self.only.is_empty() || self.only.contains(&path)) && !self.not.contains(&path)
    }

    /// In few words.
    pub(super) fn name(&self) -> String {
        format!("{} on {}", self.schema_of, self.documents_of.join(", "))
    }
}
