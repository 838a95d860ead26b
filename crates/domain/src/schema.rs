//! The schema language: which values a template asks for.
//!
//! A schema is JSON, `{config, groups, definitions}`, or the plain form `{"fields": {...}}`, which is one group named
//! `fields`. It is kept as it came, unknown keys included, and compiled once into a checked form, [`CompiledSchema`]:
//! references resolved, cycles refused, groups ordered by dependency, checks parsed. Every mistake is one
//! [`SchemaError`] at its path.
//!
//! ```
//! use domain::schema::{CompiledSchema, FieldKind};
//!
//! let schema = serde_json::json!({"fields": {"invoice_number": {"type": "string"}}});
//! let compiled = CompiledSchema::compile(&schema).unwrap();
//! let field = &compiled.groups[0].fields[0];
//! assert_eq!(field.name, "invoice_number");
//! assert!(matches!(field.kind, FieldKind::String(_)));
//!
//! let wrong = serde_json::json!({"groups": {"invoice": {"fields": {"total": {"type": "money"}}}}});
//! let errors = CompiledSchema::compile(&wrong).unwrap_err();
//! assert_eq!(errors[0].path, "groups.invoice.fields.total.type");
//! ```

pub mod check;
mod compile;
mod names;
mod node;
mod order;

use rust_decimal::Decimal;
use serde_json::Value;

pub use self::compile::limits;

/// A schema in its checked form.
#[derive(Debug, Clone)]
pub struct CompiledSchema {
    /// What holds for all groups.
    pub config: Config,
    /// In the order of the schema; at least one.
    pub groups: Vec<Group>,
    /// Indices into `groups`, each after the groups that it iterates on.
    pub order: Vec<usize>,
}

/// What holds for all groups of a schema.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// Instructions for a language model.
    pub system_message: Option<String>,
    /// Ask a language model for its reasons.
    pub reasoning_enabled: bool,
    /// Instructions for the result's title.
    pub extraction_title_prompt: Option<String>,
    /// Values less sure than this, 0..=1, are null, with what was found as alternatives; none leaves it to the engine.
    pub confidence_threshold: Option<f64>,
}

/// Fields that are looked for together.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its key in the schema and in the data.
    pub name: String,
    /// What the group is, in words.
    pub description: Option<String>,
    /// Words that stand near its values.
    pub search_query: Option<String>,
    /// Instructions for a language model.
    pub extraction_prompt: Option<String>,
    /// The group occurs any number of times: its value is a list of objects.
    pub repeated: bool,
    /// The group is run once for each element of this list, and its value is a list in that order.
    pub iterates_on: Option<FieldPath>,
    /// In the order of the schema; at least one.
    pub fields: Vec<Field>,
    /// What must hold between the values.
    pub checks: Vec<check::Check>,
}

impl Group {
    /// Whether the group's data is a list of objects (or else one object).
    pub fn is_list(&self) -> bool {
        self.repeated || self.iterates_on.is_some()
    }
}

/// A field of a group: `group.field`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// Name of the group.
    pub group: String,
    /// Name of the field.
    pub field: String,
}

/// One value that is asked for. The items of an array are a field too, with the array's name.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its key in the schema and in the data.
    pub name: String,
    /// What the value is, in words.
    pub description: Option<String>,
    /// Instructions for a language model.
    pub extraction_prompt: Option<String>,
    /// Labels as printed on documents.
    pub aliases: Vec<String>,
    /// The document must hold it: where it is not found, the result says so.
    pub required: bool,
    /// As in [`Config`], for this field: its own, else that of the field around it, else the schema's.
    pub confidence_threshold: Option<f64>,
    /// What it holds.
    pub kind: FieldKind,
}

/// The type of a field with the rules for its values.
#[derive(Debug, Clone)]
pub enum FieldKind {
    /// Text.
    String(StringRules),
    /// A decimal number.
    Number(NumberRules),
    /// A whole number.
    Integer(NumberRules),
    /// True or false: a tick box, a word.
    Boolean,
    /// A day, given as `2026-03-04`.
    Date,
    /// A day and a time, given as RFC 3339, without an offset where none is printed.
    DateTime,
    /// A time of day, given as `13:38:00`.
    Time,
    /// A list; every item is a value of this field.
    Array(Box<Field>),
    /// An object of fields.
    Object(Vec<Field>),
}

/// Rules for text.
#[derive(Debug, Clone, Default)]
pub struct StringRules {
    /// One of these, exactly; empty for any.
    pub allowed: Vec<String>,
    /// What kind of text.
    pub format: Option<StringFormat>,
    /// The value matches this somewhere (anchor it to mean the whole).
    pub pattern: Option<regex::Regex>,
    /// At least so many characters.
    pub min_length: Option<u64>,
    /// At most so many characters.
    pub max_length: Option<u64>,
}

/// Rules for numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberRules {
    /// At least this.
    pub minimum: Option<Decimal>,
    /// At most this.
    pub maximum: Option<Decimal>,
    /// One of these; empty for any.
    pub allowed: Vec<Decimal>,
}

/// What kind of text a string field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StringFormat {
    /// An e-mail address.
    Email,
    /// A web address.
    Uri,
    /// A bank account number, given without blanks.
    Iban,
    /// An ISO 4217 code.
    Currency,
    /// A telephone number.
    Phone,
    /// A VAT identification number, given without blanks.
    VatId,
    /// A postal address, given on one line.
    Address,
    /// The name of a person.
    Person,
    /// The name of a company or another organisation.
    Organization,
}

impl StringFormat {
    /// Every format with its name in the schema.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Email, "email"),
        (Self::Uri, "uri"),
        (Self::Iban, "iban"),
        (Self::Currency, "currency"),
        (Self::Phone, "phone"),
        (Self::VatId, "vat-id"),
        (Self::Address, "address"),
        (Self::Person, "person"),
        (Self::Organization, "organization"),
    ];

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(format, _)| *format)
    }
}

/// A mistake in a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct SchemaError {
    /// Where, from the root of the schema: `groups.invoice.fields.total.type`. Empty for the schema itself.
    pub path: String,
    /// What is wrong and what is expected.
    pub message: String,
}

impl CompiledSchema {
    /// Checks a schema and brings it into the form that engines work on.
    ///
    /// # Errors
    ///
    /// Every mistake that was found, in the order of the schema, at most [`limits::ERRORS`].
    pub fn compile(schema: &Value) -> Result<Self, Vec<SchemaError>> {
        compile::compile(schema)
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}
