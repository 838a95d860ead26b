//! The documents with their answers.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use domain::hash::ContentHash;
use domain::id::DocumentId;
use domain::parsed::ParsedDocument;
use domain::schema::CompiledSchema;
use extraction::{Engine as _, Input, Layout, Model};
use indexmap::IndexMap;
use scoring::Answers;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::plan::{Absent, Plan};
use crate::cli::Fit;
use crate::commands::eval::case::{self, Case, Kind, compiled};
use crate::commands::eval::read::Reader;
use crate::config::Settings;

/// Every document whose values are known, and what is known to be missing.
pub(super) struct Library {
    pub(super) documents: Vec<Known>,
    pub(super) lacking: Vec<Lacking>,
}

/// A document with its answers.
pub(super) struct Known {
    pub(super) answers: Answers,
    pub(super) maker: String,
    pub(super) schema: CompiledSchema,
    pub(super) parsed: ParsedDocument,
    name: String,
    id: DocumentId,
}

/// Fields that a document lacks.
pub(super) struct Lacking {
    /// What is asked of what, in words.
    pub(super) what: String,
    /// Index of the document.
    pub(super) document: usize,
    pub(super) schema: CompiledSchema,
}

impl Known {
    /// The values found with these weights, as `docent eval` writes them.
    pub(super) fn read_with(&self, model: &Model, schema: &CompiledSchema) -> Value {
        let found = Layout::with(model).extract(&[self.input()], schema);
        json!({ "groups": found.data, "audit_data": found.audit })
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            id: self.id,
            name: &self.name,
            config_hash: "",
            parsed: &self.parsed,
        }
    }
}

impl Library {
    pub(super) fn load(arguments: &Fit, settings: &Settings, plan: &Plan) -> anyhow::Result<Self> {
        let reader = Reader::new(arguments.parsed.as_deref(), arguments.words, settings)?;
        let mut documents = Vec::new();
        let mut schemas: BTreeMap<String, Schema> = BTreeMap::new();
        for folder in case::find(&arguments.cases, &[])? {
            let text = std::fs::read(folder.join(case::FILE))?;
            let case: Case = serde_json::from_slice(&text).context("cannot understand case.json")?;
            if case.kind != Kind::Fields {
                continue;
            }
            let Whole { schema, expected } = serde_json::from_slice(&text)?;
            schemas
                .entry(case.source().to_owned())
                .or_default()
                .take_in(schema);
            let bytes = std::fs::read(folder.join(&case.document)).context("cannot read the document")?;
            let parsed = reader.read(&folder, &case, &bytes)?.parsed;
            documents.push(Known {
                answers: serde_json::from_slice(&text)?,
                maker: plan.maker(&case.id, &expected),
                schema: case.schema()?,
                parsed: parsed.with_context(|| format!("cannot read the document of {}", case.id))?,
                name: case.document.clone(),
                id: DocumentId::from_content(&ContentHash::of(&bytes)),
            });
        }
        let lacking = lacking(&documents, &schemas, &plan.absent)?;
        Ok(Self { documents, lacking })
    }

    /// Who made the documents, in alphabetical order.
    pub(super) fn makers(&self) -> BTreeSet<&str> {
        self.documents.iter().map(|known| known.maker.as_str()).collect()
    }
}

/// What is read of a case beside what `docent eval` reads.
#[derive(Deserialize)]
struct Whole {
    schema: Schema,
    expected: Value,
}

/// Groups with their fields, as they stand in the case.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Schema {
    groups: IndexMap<String, Group>,
}

#[derive(Clone, Deserialize, Serialize)]
struct Group {
    fields: IndexMap<String, Value>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Schema {
    /// Adds the groups and fields that another has and this one lacks.
    fn take_in(&mut self, other: Self) {
        for (name, group) in other.groups {
            let Some(known) = self.groups.get_mut(&name) else {
                self.groups.insert(name, group);
                continue;
            };
            for (field, declared) in group.fields {
                known.fields.entry(field).or_insert(declared);
            }
        }
    }

    /// The schema with the fields alone that documents lack.
    fn narrowed(&self, absent: &Absent) -> Self {
        let mut schema = self.clone();
        for (name, group) in &mut schema.groups {
            group.fields.retain(|field, _| absent.holds(name, field));
        }
        schema.groups.retain(|_, group| !group.fields.is_empty());
        schema
    }
}

fn lacking(
    documents: &[Known],
    schemas: &BTreeMap<String, Schema>,
    absent: &[Absent],
) -> anyhow::Result<Vec<Lacking>> {
    let mut found = Vec::new();
    for absent in absent {
        let schema = schemas
            .get(&absent.schema_of)
            .with_context(|| format!("there are no cases of {}", absent.schema_of))?;
        let schema = compiled(&serde_json::to_value(schema.narrowed(absent))?)?;
        let theirs = documents.iter().enumerate().filter(|(_, known)| {
            absent.documents_of.contains(&known.answers.source.name)
                && !absent.but.contains(&known.answers.id)
        });
        found.extend(theirs.map(|(document, _)| Lacking {
            what: absent.name(),
            document,
            schema: schema.clone(),
        }));
    }
    Ok(found)
}
