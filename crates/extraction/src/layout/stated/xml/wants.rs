//! Which elements of an e-invoice a field asks for, and their texts as its values.

use chrono::{NaiveDate, NaiveDateTime};
use domain::parsed::XmlValue;
use domain::schema::{FieldKind, StringFormat};
use rust_decimal::Decimal;
use serde_json::Value;

use super::index::{Within, Xml};
use super::syntax::{List, Step};
use crate::layout::ask::Ask;
use crate::layout::party::Part;
use crate::layout::spans;
use crate::lexicon::Lexicon;
use crate::lexicon::normal::key_words;
use crate::reading::{self, Line, ReadingKind, Style};

/// Concepts this near to the best one may be meant.
const NEAR: f64 = 0.95;
/// Parts of an address in the order of its lines.
const ADDRESS: [&str; 6] = [
    "street",
    "addressline2",
    "addressline3",
    "postcode",
    "city",
    "country",
];
/// What a field asks of the seller even where no party is named.
const SELLERS: [&str; 2] = ["vat_id", "tax_number"];
/// Whose account it is, and who else is meant where an invoice speaks of its own values.
const OWN: [&str; 2] = ["seller", "recipient"];

/// What the XML holds for a field.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// The format knows where such a value would stand.
    pub(super) known: bool,
    /// Where the values stand; the lines of an address are one value.
    pub(super) values: Vec<Vec<&'a XmlValue>>,
}

impl<'a> Found<'a> {
    fn of(values: Vec<&'a XmlValue>) -> Self {
        Self {
            known: true,
            values: values.into_iter().map(|value| vec![value]).collect(),
        }
    }
}

/// The best concepts of a field, by name.
fn concepts<'l>(ask: &Ask<'_>) -> Vec<&'l str> {
    let lexicon = Lexicon::builtin();
    let best = ask.concepts.first().map_or(0.0, |(_, sure)| *sure);
    let near = ask.concepts.iter().filter(|(_, sure)| *sure >= NEAR * best);
    near.map(|(concept, _)| lexicon.name(*concept)).collect()
}

/// What the document as a whole holds for a field.
pub(super) fn of_document<'a>(xml: &Xml<'a>, ask: &Ask<'_>) -> Found<'a> {
    let key = key_words(&ask.field.name);
    let by_key = xml.syntax.keys.of(&key.concat());
    if !by_key.is_empty() {
        return Found::of(xml.all(xml.head(), by_key));
    }
    let names = concepts(ask);
    if let Some(party) = &ask.party
        && !xml.syntax.roles.of(&party.role).is_empty()
    {
        let found = of_party(xml, &party.role, party.part, &key, &names);
        if found.known || !OWN.contains(&party.role.as_str()) {
            return found;
        }
    }
    for name in names {
        let paths = xml.syntax.values.of(name);
        if paths.is_empty() {
            if ask.party.is_none() && SELLERS.contains(&name) {
                return Found::of(of_role(xml, "seller", xml.syntax.party.of(name)));
            }
            continue;
        }
        let values = xml.all(xml.head(), paths);
        let mut texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        texts.dedup();
        let open = texts.len() > 1 && xml.syntax.only.iter().any(|only| only == name);
        return Found::of(if open { Vec::new() } else { values });
    }
    Found::default()
}

fn of_party<'a>(xml: &Xml<'a>, role: &str, part: Option<Part>, key: &[String], names: &[&str]) -> Found<'a> {
    if part == Some(Part::Address) {
        let lines = ADDRESS.iter().filter_map(|line| {
            let by_key = xml.syntax.party_keys.of(line);
            let paths = if by_key.is_empty() {
                xml.syntax.party.of(line)
            } else {
                by_key
            };
            of_role(xml, role, paths).into_iter().next()
        });
        let lines: Vec<&XmlValue> = lines.collect();
        let values = if lines.is_empty() { Vec::new() } else { vec![lines] };
        return Found { known: true, values };
    }
    let ends = (0..key.len()).filter_map(|from| Some(key.get(from..)?.concat()));
    let by_key = ends
        .map(|end| xml.syntax.party_keys.of(&end))
        .find(|paths| !paths.is_empty());
    let alone = (part == Some(Part::Name)).then_some("name");
    let by_concept = names
        .iter()
        .copied()
        .chain(alone)
        .map(|name| xml.syntax.party.of(name));
    let paths = by_concept.chain(by_key).find(|paths| !paths.is_empty());
    paths
        .map(|paths| Found::of(of_role(xml, role, paths)))
        .unwrap_or_default()
}

/// The values at the paths below the first element of the role that holds any.
fn of_role<'a>(xml: &Xml<'a>, role: &str, paths: &[Vec<Step>]) -> Vec<&'a XmlValue> {
    let elements = xml
        .syntax
        .roles
        .of(role)
        .iter()
        .flat_map(|path| xml.below(xml.head(), path));
    let found = elements.map(|element| xml.all(element, paths));
    found
        .into_iter()
        .find(|values| !values.is_empty())
        .unwrap_or_default()
}

/// The paths of a column within the elements of a list; none where the list has no such column.
pub(super) fn of_column<'l>(list: &'l List, ask: &Ask<'_>) -> Option<&'l [Vec<Step>]> {
    let by_key = list.keys.of(&key_words(&ask.field.name).concat());
    let names = concepts(ask);
    let by_concept = names.iter().map(|name| list.values.of(name));
    std::iter::once(by_key)
        .chain(by_concept)
        .find(|paths| !paths.is_empty())
}

/// What an element of a list holds at the paths.
pub(super) fn of_element<'a>(xml: &Xml<'a>, element: Within<'_>, paths: &[Vec<Step>]) -> Found<'a> {
    Found::of(xml.all(element, paths))
}

/// The text of elements as a value of the field, where its type and the schema's rules allow it.
pub(super) fn json(xml: &Xml<'_>, values: &[&XmlValue], ask: &Ask<'_>) -> Option<Value> {
    let texts: Vec<&str> = values
        .iter()
        .flat_map(|value| value.text.split_whitespace())
        .collect();
    let text = texts.join(" ");
    let kind = match &ask.field.kind {
        FieldKind::Array(item) => &item.kind,
        kind => kind,
    };
    match kind {
        FieldKind::Date => spans::to_json(&reading::Value::Date(day(&text)?), kind),
        FieldKind::DateTime => {
            let (local, offset) = (time(&text)?, None);
            spans::to_json(&reading::Value::DateTime { local, offset }, kind)
        }
        FieldKind::Number(_) | FieldKind::Integer(_) => {
            let number: Decimal = text.parse().ok()?;
            spans::to_json(&reading::Value::Number(number), kind)
        }
        FieldKind::Boolean => match text.as_str() {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        FieldKind::String(rules) => {
            if let Some(wanted) = rules.format.and_then(reads_as) {
                let readings = reading::read_all(&Line::new(&texts), &Style::default());
                let fitting = readings.iter().find(|reading| reading.kind == wanted)?;
                return spans::to_json(&fitting.value, kind);
            }
            let first = values.first()?;
            let dated = xml.attribute(&first.path, "format").is_some();
            let iso = day(&text).filter(|_| dated).map(|day| day.to_string());
            spans::text_value(&iso.unwrap_or(text), ask).map(|(value, _)| value)
        }
        _ => None,
    }
}

/// The reading that a format asks for.
fn reads_as(format: StringFormat) -> Option<ReadingKind> {
    match format {
        StringFormat::Email => Some(ReadingKind::Email),
        StringFormat::Uri => Some(ReadingKind::Uri),
        StringFormat::Iban => Some(ReadingKind::Iban),
        StringFormat::Currency => Some(ReadingKind::Currency),
        StringFormat::VatId => Some(ReadingKind::VatId),
        StringFormat::Phone => Some(ReadingKind::Phone),
        StringFormat::Address | StringFormat::Person | StringFormat::Organization => None,
    }
}

/// `20240507`, `2024-05-07`, each perhaps with a time or a zone behind it.
fn day(text: &str) -> Option<NaiveDate> {
    let of = |length: usize, form: &str| NaiveDate::parse_from_str(text.get(..length)?, form).ok();
    of(10, "%Y-%m-%d").or_else(|| of(8, "%Y%m%d"))
}

/// `202405071405`, `2024-05-07T14:05:00`; a day alone does not say when.
fn time(text: &str) -> Option<NaiveDateTime> {
    let of = |length: usize, form: &str| NaiveDateTime::parse_from_str(text.get(..length)?, form).ok();
    of(19, "%Y-%m-%dT%H:%M:%S")
        .or_else(|| of(14, "%Y%m%d%H%M%S"))
        .or_else(|| of(12, "%Y%m%d%H%M"))
}
