//! What is sent of a template, and what is wrong with it.

use domain::parsing::ParseConfig;
use domain::schema::CompiledSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{ApiError, FieldErrors};

/// What a template is for, in words.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Description(pub(super) String);

/// The text is too long for a description.
#[derive(Debug, thiserror::Error)]
#[error("must be at most {max} characters", max = Description::MAX_CHARS)]
pub struct DescriptionError;

impl Description {
    const MAX_CHARS: usize = 10_000;
}

impl TryFrom<String> for Description {
    type Error = DescriptionError;

    fn try_from(text: String) -> Result<Self, DescriptionError> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(DescriptionError);
        }
        Ok(Self(text))
    }
}

/// A schema, and the member of the request that held it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentSchema {
    /// `schema_json`, or the older `schema`: mistakes are named below it.
    member: &'static str,
    pub(super) value: Value,
}

impl SentSchema {
    /// Of the two names the newer one wins; what stands under the other must be a schema's kind of thing all the same.
    pub fn choose(schema_json: Option<Value>, schema: Option<Value>) -> Result<Option<Self>, ApiError> {
        match (schema_json, schema) {
            (Some(_), Some(unused)) if !unused.is_object() => {
                Err(ApiError::field("schema", "must be an object"))
            }
            (Some(value), _) => Ok(Some(Self {
                member: "schema_json",
                value,
            })),
            (None, older) => Ok(older.map(|value| Self {
                member: "schema",
                value,
            })),
        }
    }

    /// Every mistake is one entry at its path.
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        let Err(mistakes) = CompiledSchema::compile(&self.value) else {
            return;
        };
        for mistake in mistakes {
            let path = if mistake.path.is_empty() {
                self.member.to_owned()
            } else {
                format!("{}.{}", self.member, mistake.path)
            };
            errors.add(path, mistake.message);
        }
    }
}

/// Settings are an object; `settings.parsing` holds what parsing can use.
pub(super) fn check_settings(settings: Option<&Value>, defaults: &ParseConfig, errors: &mut FieldErrors) {
    let Some(settings) = settings else {
        return;
    };
    if !settings.is_object() {
        errors.add("settings", "must be an object");
        return;
    }
    let Some(parsing) = settings.get("parsing") else {
        return;
    };
    if !parsing.is_object() {
        errors.add("settings.parsing", "must be an object");
        return;
    }
    if let Err(mistake) = defaults.clone().overlaid(parsing) {
        errors.add(format!("settings.parsing.{}", mistake.key), mistake.message);
    }
}
