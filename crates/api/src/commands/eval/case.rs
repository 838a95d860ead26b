//! A case as far as predicting needs it: the document and what is asked of it, never the answers.

use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::schema::CompiledSchema;
use serde::Deserialize;
use serde_json::Value;

/// The file that describes a case, in its folder.
pub(in crate::commands) const FILE: &str = "case.json";

/// What is read of `case.json`.
#[derive(Deserialize)]
pub(in crate::commands) struct Case {
    pub(in crate::commands) id: String,
    pub(in crate::commands) kind: Kind,
    /// File name of the document, beside `case.json`.
    pub(in crate::commands) document: String,
    /// File name of the annotated text, if there is one.
    pub(in crate::commands) words: Option<String>,
    #[serde(default)]
    source: Source,
    #[serde(default)]
    schema: Value,
}

/// What is asked of a case.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::commands) enum Kind {
    /// Values by a schema.
    Fields,
    /// The text of the document.
    Text,
    /// To survive it.
    Hostile,
}

#[derive(Default, Deserialize)]
struct Source {
    name: String,
}

impl Case {
    /// Of a case's folder.
    pub(in crate::commands) fn read(folder: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(folder.join(FILE)).context("cannot read case.json")?;
        serde_json::from_str(&text).context("cannot understand case.json")
    }

    /// Which collection it is from.
    pub(in crate::commands) fn source(&self) -> &str {
        &self.source.name
    }

    pub(in crate::commands) fn schema(&self) -> anyhow::Result<CompiledSchema> {
        compiled(&self.schema)
    }
}

/// A schema that is fit for use.
pub(in crate::commands) fn compiled(schema: &Value) -> anyhow::Result<CompiledSchema> {
    CompiledSchema::compile(schema).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the schema has mistakes: {}", errors.join("; "))
    })
}

/// The folders of all cases, two levels below, sorted; of these sources alone, where any are named.
pub(in crate::commands) fn find(root: &Path, sources: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for source in subfolders(root)? {
        folders.extend(
            subfolders(&source)?
                .into_iter()
                .filter(|folder| folder.join(FILE).is_file()),
        );
    }
    anyhow::ensure!(
        !folders.is_empty(),
        "there are no cases (SOURCE/CASE/case.json) in {}",
        root.display()
    );
    folders.sort();
    if sources.is_empty() {
        return Ok(folders);
    }
    folders.retain(|folder| {
        Case::read(folder).is_ok_and(|case| sources.iter().any(|name| name == case.source()))
    });
    anyhow::ensure!(
        !folders.is_empty(),
        "there are no cases of {} in {}",
        sources.join(", "),
        root.display()
    );
    Ok(folders)
}

fn subfolders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}
