//! What is asked for: a field of the schema with its type, its labels, and what its key says about it.

use std::sync::LazyLock;

use domain::schema::{Field, FieldKind, Group, NumberRules, StringFormat};

use super::naming;
use super::party::PartyAsk;
use super::score::Model;
use crate::lexicon::normal::key_words;
use crate::lexicon::{ConceptId, Lexicon};
use crate::reading::ReadingKind;

/// What kind of text or number would answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Want {
    /// Any text.
    Text,
    /// A number as documents, orders, customers have; digits, perhaps with letters.
    Identifier,
    Number,
    Integer,
    Percent,
    Amount,
    Date,
    DateTime,
    Time,
    Boolean,
    Email,
    Uri,
    Iban,
    Bic,
    Currency,
    Phone,
    VatId,
    /// One of the words that the schema lists.
    Choice,
    /// Text over several lines, an address most of all.
    Lines,
    /// Name of a person or an organisation.
    Name,
}

impl Want {
    /// Found by its form alone, without a label.
    pub(crate) fn speaks_for_itself(self) -> bool {
        matches!(
            self,
            Self::Email | Self::Uri | Self::Iban | Self::Bic | Self::VatId | Self::Currency
        )
    }

    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Integer | Self::Percent | Self::Amount)
    }

    /// Text that only a label or its place tells from other text.
    pub(crate) fn is_textual(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Identifier | Self::Lines | Self::Name | Self::Choice
        )
    }
}

/// Which end of a span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum End {
    First,
    Last,
}

/// A field that is looked for.
#[derive(Debug)]
pub(crate) struct Ask<'s> {
    /// `invoice.total`.
    pub(crate) path: String,
    pub(crate) field: &'s Field,
    pub(crate) want: Want,
    /// What it may be in the lexicon's terms, the best first.
    pub(crate) concepts: Vec<(ConceptId, f64)>,
    /// Labels with how well they name it, 0..=1.
    pub(crate) labels: Vec<(String, f64)>,
    /// The party whose name or address it is part of.
    pub(crate) party: Option<PartyAsk>,
    /// It is one end of a span of days.
    pub(crate) end: Option<End>,
    /// Its name within a row: `price.amount` for a field of an object in a column of its own.
    pub(crate) column: String,
    /// Nobody asked for it: it is looked for because it proves what was asked for.
    pub(crate) silent: bool,
}

/// Amounts that prove each other, by what they may be in the lexicon's terms, and the field that stands for each.
static TOTALS: LazyLock<[(&[&str], Field); 3]> = LazyLock::new(|| {
    let amount = |name: &str| Field {
        name: name.to_owned(),
        description: None,
        extraction_prompt: None,
        aliases: Vec::new(),
        required: false,
        confidence_threshold: None,
        kind: FieldKind::Number(NumberRules::default()),
    };
    [
        (&["net_total"], amount("net_total")),
        (&["tax_total"], amount("tax_total")),
        (&["grand_total", "amount_due"], amount("grand_total")),
    ]
});
/// No group has such a name: names hold no dots.
const SILENT: &str = "..";

/// A concept this much less sure than the best one says nothing about a field.
const SECOND: f64 = 0.75;
/// Below this a concept says nothing at all.
const LEAST: f64 = 0.5;

impl<'s> Ask<'s> {
    /// Prepares a field of a group; `party` is the group's, if it describes one.
    pub(crate) fn new(group: &Group, prefix: &str, field: &'s Field, party: Option<&PartyAsk>) -> Self {
        let key = key_words(&field.name);
        let lexicon = Lexicon::builtin();
        let meaning = lexicon.meaning_of_key(&field.name, field.description.as_deref());
        // A key that is a role alone (`advertiser`) asks for its name, whatever else the description mentions.
        let alone = lexicon.meaning_of_key(&field.name, None);
        let role = alone.role.filter(|_| alone.values.is_empty());
        let best = meaning.values.first().map_or(0.0, |(_, sure)| *sure);
        let near = |(_, sure): &(ConceptId, f64)| *sure >= LEAST && *sure >= SECOND * best;
        let mut concepts: Vec<(ConceptId, f64)> = meaning.values.iter().copied().filter(near).collect();
        if role.is_some() {
            concepts.clear();
        }
        let party = PartyAsk::of_field(&meaning, role.is_some(), &concepts, party);
        let end = naming::end_of_key(&key, field);
        let want = match want_of(field, &key, &concepts) {
            Want::Text if role.is_some() || naming::is_name(field) => Want::Name,
            want => want,
        };
        let mut labels = naming::labels_of(field, &key, group, &concepts, end);
        if let Some(role) = role {
            labels.extend(naming::of_role(role));
        }
        naming::qualify(&mut labels, &key, group, want);
        Self {
            path: format!("{prefix}.{}", field.name),
            field,
            want,
            concepts,
            labels,
            party,
            end,
            column: field.name.clone(),
            silent: false,
        }
    }

    /// What a group does not ask for, and would prove what it does: a tax is the difference of two totals.
    pub(crate) fn silent(group: &Group, asked: &[Self]) -> Vec<Self> {
        let any = |names: &[&str]| asked.iter().any(|ask| ask.is(names));
        let totals = TOTALS.iter().filter(|(names, _)| any(names)).count();
        if totals + 1 < TOTALS.len() {
            return Vec::new();
        }
        let missing = TOTALS.iter().filter(|(names, _)| !any(names));
        missing
            .map(|(_, field)| Self {
                silent: true,
                ..Self::new(group, SILENT, field, None)
            })
            .collect()
    }

    /// A value less sure than this is not given: as the template says, else as the weights do.
    pub(crate) fn threshold(&self, model: &Model) -> f64 {
        self.field.confidence_threshold.unwrap_or(model.threshold)
    }

    /// Whether it is most likely one of these concepts.
    pub(crate) fn is(&self, names: &[&str]) -> bool {
        let best = self
            .concepts
            .first()
            .map(|(concept, _)| Lexicon::builtin().name(*concept));
        best.is_some_and(|name| names.contains(&name))
    }
}

/// The kind of answer that a field wants, by its type, its format and what its key says.
pub(crate) fn want_of(field: &Field, key: &[String], concepts: &[(ConceptId, f64)]) -> Want {
    let by_term = concepts
        .first()
        .and_then(|(concept, _)| Lexicon::builtin().concept(*concept)?.reads.first().copied())
        .map(of_reading);
    match &field.kind {
        FieldKind::Boolean => Want::Boolean,
        FieldKind::Date => Want::Date,
        FieldKind::DateTime => Want::DateTime,
        FieldKind::Time => Want::Time,
        FieldKind::Number(_) | FieldKind::Integer(_) => number_want(field, key, by_term),
        FieldKind::String(rules) if !rules.allowed.is_empty() => Want::Choice,
        FieldKind::String(rules) => rules
            .format
            .map(of_format)
            .or(by_term.filter(|want| !want.is_numeric()))
            .unwrap_or_else(|| text_want(key)),
        FieldKind::Array(item) => want_of(item, key, concepts),
        FieldKind::Object(_) => Want::Text,
    }
}

fn of_format(format: StringFormat) -> Want {
    match format {
        StringFormat::Email => Want::Email,
        StringFormat::Uri => Want::Uri,
        StringFormat::Iban => Want::Iban,
        StringFormat::Currency => Want::Currency,
        StringFormat::Phone => Want::Phone,
        StringFormat::VatId => Want::VatId,
        StringFormat::Address => Want::Lines,
        StringFormat::Person | StringFormat::Organization => Want::Name,
    }
}

fn of_reading(kind: ReadingKind) -> Want {
    match kind {
        ReadingKind::Date => Want::Date,
        ReadingKind::DateTime => Want::DateTime,
        ReadingKind::Time => Want::Time,
        ReadingKind::Amount => Want::Amount,
        ReadingKind::Quantity | ReadingKind::Number => Want::Number,
        ReadingKind::Percent => Want::Percent,
        ReadingKind::Integer => Want::Integer,
        ReadingKind::Identifier => Want::Identifier,
        ReadingKind::Iban => Want::Iban,
        ReadingKind::VatId => Want::VatId,
        ReadingKind::Bic => Want::Bic,
        ReadingKind::Email => Want::Email,
        ReadingKind::Uri => Want::Uri,
        ReadingKind::Phone => Want::Phone,
        ReadingKind::Currency => Want::Currency,
        ReadingKind::Boolean => Want::Boolean,
        ReadingKind::PostcodeCity => Want::Lines,
    }
}

fn number_want(field: &Field, key: &[String], by_term: Option<Want>) -> Want {
    if let Some(want) = by_term.filter(|want| want.is_numeric()) {
        return want;
    }
    let says = |words: &[&str]| key.iter().any(|word| words.contains(&word.as_str()));
    if says(&["rate", "percent", "percentage", "pct", "share"]) {
        return Want::Percent;
    }
    if says(&[
        "amount", "total", "price", "cost", "fee", "sum", "balance", "subtotal", "tax", "vat",
    ]) {
        return Want::Amount;
    }
    if matches!(field.kind, FieldKind::Integer(_)) {
        Want::Integer
    } else {
        Want::Number
    }
}

fn text_want(key: &[String]) -> Want {
    match key.last().map(String::as_str) {
        Some(
            "number" | "no" | "id" | "nr" | "code" | "reference" | "ref" | "num" | "tin" | "ein" | "ssn",
        ) => Want::Identifier,
        Some("email" | "mail") => Want::Email,
        Some("phone" | "telephone" | "tel" | "fax" | "mobile") => Want::Phone,
        Some("url" | "website" | "web" | "link") => Want::Uri,
        Some("address") => Want::Lines,
        Some("name" | "company" | "organization" | "organisation") => Want::Name,
        Some("currency") => Want::Currency,
        Some("iban") => Want::Iban,
        Some("bic" | "swift") => Want::Bic,
        Some("date") => Want::Text,
        _ => Want::Text,
    }
}
