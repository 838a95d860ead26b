//! Fields: JSON-Schema-like nodes with references, types and rules.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::compile::{Errors, Path, known_names, limits, must_have_fields};
use super::{Field, FieldKind, NumberRules, StringFormat, StringRules};

const TYPES: &str = "string, number, integer, boolean, date, datetime, time, array, object";
const REFERENCE_PREFIX: &str = "#/definitions/";

/// Compiles nodes and follows their references.
pub(super) struct NodeCompiler<'s> {
    definitions: &'s Map<String, Value>,
    /// The definitions being resolved, outermost first: a name that comes again is a cycle.
    resolving: Vec<String>,
    /// Definitions with mistakes. These are told at the definition and not again at each use.
    broken: HashSet<String>,
    /// Nodes compiled so far, against [`limits::NODES`]: of all definitions together, then of all groups.
    count: usize,
    /// Bytes of JSON of each definition that was referred to.
    sizes: HashMap<String, usize>,
    /// Bytes of JSON that references stood for so far, against [`limits::RESOLVED_BYTES`].
    resolved: usize,
}

impl<'s> NodeCompiler<'s> {
    pub(super) fn new(definitions: &'s Map<String, Value>) -> Self {
        Self {
            definitions,
            resolving: Vec::new(),
            broken: HashSet::new(),
            count: 0,
            sizes: HashMap::new(),
            resolved: 0,
        }
    }

    /// Compiles every definition once, used or not, so that its mistakes are told at its own path.
    pub(super) fn check_definitions(&mut self, errors: &mut Errors) {
        let path = Path::root().key("definitions");
        for (name, node) in self.definitions {
            errors.name(name, &path.key(name));
            let mistakes = errors.count();
            self.resolving.push(name.clone());
            let compiled = self.compile_node(name, node, &path.key(name), 0, errors);
            self.resolving.pop();
            if compiled.is_none() || errors.count() > mistakes {
                self.broken.insert(name.clone());
            }
        }
        self.count = 0;
    }

    /// The fields under `key` (`fields` of a group, `properties` of an object).
    pub(super) fn compile_fields(
        &mut self,
        parent: &Map<String, Value>,
        key: &str,
        path: &Path,
        errors: &mut Errors,
    ) -> Option<Vec<Field>> {
        self.compile_members(parent, key, path, 0, errors)
    }

    fn compile_members(
        &mut self,
        parent: &Map<String, Value>,
        key: &str,
        path: &Path,
        depth: usize,
        errors: &mut Errors,
    ) -> Option<Vec<Field>> {
        let path = path.key(key);
        let Some(value) = parent.get(key) else {
            errors.add(&path, "is required");
            return None;
        };
        let members = errors.object(value, &path)?;
        let mut fields = Vec::with_capacity(members.len());
        let mut whole = true;
        for (name, node) in members {
            let path = path.key(name);
            errors.name(name, &path);
            match self.compile_node(name, node, &path, depth, errors) {
                Some(field) => fields.push(field),
                None => whole = false,
            }
            if errors.is_full() {
                return None;
            }
        }
        if whole {
            must_have_fields(&fields, &path, errors);
        }
        whole.then_some(fields)
    }

    fn compile_node(
        &mut self,
        name: &str,
        node: &Value,
        path: &Path,
        depth: usize,
        errors: &mut Errors,
    ) -> Option<Field> {
        if !self.may_go_on(path, depth, errors) {
            return None;
        }
        let node = errors.object(node, path)?;
        if node.contains_key("$ref") {
            return self.compile_reference(name, node, path, depth, errors);
        }
        let kind = self.compile_kind(name, node, path, depth, errors);
        let field = Field {
            name: name.to_owned(),
            description: errors.text(node, "description", path),
            extraction_prompt: errors.text(node, "extraction_prompt", path),
            aliases: errors.texts(node, "aliases", path),
            required: required(node, path, errors),
            confidence_threshold: errors.fraction(node, "confidence_threshold", path),
            kind: kind?,
        };
        Some(field)
    }

    /// Refuses what grows without end: the limits are told once, at the node that crosses them.
    fn may_go_on(&mut self, path: &Path, depth: usize, errors: &mut Errors) -> bool {
        self.count += 1;
        if self.count == limits::NODES + 1 {
            let message = format!(
                "the schema has more than {} fields when its references are resolved",
                limits::NODES
            );
            errors.add(path, message);
        }
        if depth > limits::DEPTH {
            errors.add(
                path,
                format!("arrays and objects are nested deeper than {}", limits::DEPTH),
            );
        }
        self.count <= limits::NODES && depth <= limits::DEPTH && !errors.is_full()
    }

    /// What is said beside a reference wins over what the definition says.
    fn compile_reference(
        &mut self,
        name: &str,
        node: &Map<String, Value>,
        path: &Path,
        depth: usize,
        errors: &mut Errors,
    ) -> Option<Field> {
        let at = path.key("$ref");
        let target = node
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix(REFERENCE_PREFIX));
        let Some(target) = target else {
            errors.add(&at, "must be \"#/definitions/NAME\"");
            return None;
        };
        let definitions = self.definitions;
        let Some(definition) = definitions.get(target) else {
            let known = known_names(definitions.keys().map(String::as_str));
            errors.add(
                &at,
                format!("there is no definition {target:?}; known are: {known}"),
            );
            return None;
        };
        if self.resolving.iter().any(|open| open == target) {
            let cycle = format!("{} -> {target}", self.resolving.join(" -> "));
            errors.add(&at, format!("the reference is part of a cycle: {cycle}"));
            return None;
        }
        if self.broken.contains(target) || !self.may_follow(target, definition, &at, errors) {
            return None;
        }
        let mut merged = definition.as_object()?.clone();
        let beside = node.iter().filter(|(key, _)| *key != "$ref");
        merged.extend(beside.map(|(key, value)| (key.clone(), value.clone())));
        self.resolving.push(target.to_owned());
        let field = self.compile_node(name, &Value::Object(merged), path, depth, errors);
        self.resolving.pop();
        field
    }

    /// Refuses references that make much of little: long chains, and large definitions that are referred to often.
    fn may_follow(&mut self, target: &str, definition: &Value, at: &Path, errors: &mut Errors) -> bool {
        if self.resolving.len() >= limits::REFERENCES {
            errors.add(
                at,
                format!(
                    "references refer to references more than {} times",
                    limits::REFERENCES
                ),
            );
            return false;
        }
        let size = *self
            .sizes
            .entry(target.to_owned())
            .or_insert_with(|| definition.to_string().len());
        let before = self.resolved;
        self.resolved = before.saturating_add(size);
        if self.resolved > limits::RESOLVED_BYTES && before <= limits::RESOLVED_BYTES {
            let megabytes = limits::RESOLVED_BYTES / 1_000_000;
            errors.add(
                at,
                format!("the schema is larger than {megabytes} MB when its references are resolved"),
            );
        }
        self.resolved <= limits::RESOLVED_BYTES
    }

    fn compile_kind(
        &mut self,
        name: &str,
        node: &Map<String, Value>,
        path: &Path,
        depth: usize,
        errors: &mut Errors,
    ) -> Option<FieldKind> {
        let kind = match type_name(node, path, errors)? {
            "string" => FieldKind::String(string_rules(node, path, errors)),
            "number" => FieldKind::Number(number_rules(node, path, errors)),
            "integer" => FieldKind::Integer(number_rules(node, path, errors)),
            "boolean" => FieldKind::Boolean,
            "date" => FieldKind::Date,
            "datetime" => FieldKind::DateTime,
            "time" => FieldKind::Time,
            "array" => {
                let Some(items) = node.get("items") else {
                    errors.add(&path.key("items"), "is required for an array");
                    return None;
                };
                let item = self.compile_node(name, items, &path.key("items"), depth + 1, errors)?;
                FieldKind::Array(Box::new(item))
            }
            "object" => {
                let fields = self.compile_members(node, "properties", path, depth + 1, errors)?;
                FieldKind::Object(fields)
            }
            unknown => {
                errors.add(
                    &path.key("type"),
                    format!("unknown type {unknown:?}; known are: {TYPES}"),
                );
                return None;
            }
        };
        Some(kind)
    }
}

/// `type` is a name, or a list of one name and `null`. Where it is missing, the other keywords tell it.
fn type_name<'n>(node: &'n Map<String, Value>, path: &Path, errors: &mut Errors) -> Option<&'n str> {
    let path = path.key("type");
    match node.get("type") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Array(names)) => {
            let mut named = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null");
            let (first, second) = (named.next(), named.next());
            if first.is_none() || second.is_some() || !names.iter().all(Value::is_string) {
                errors.add(&path, "a list of types must be one type and \"null\"");
                return None;
            }
            first
        }
        None if node.contains_key("properties") => Some("object"),
        None if node.contains_key("items") => Some("array"),
        None => Some("string"),
        Some(_) => {
            errors.add(&path, format!("must be one of: {TYPES}"));
            None
        }
    }
}

/// `required` is true or false here. JSON Schema's list of names on an object is let through: it asks nothing of
/// the node itself.
fn required(node: &Map<String, Value>, path: &Path, errors: &mut Errors) -> bool {
    if node.get("required").is_some_and(Value::is_array) {
        return false;
    }
    errors.flag(node, "required", path)
}

fn string_rules(node: &Map<String, Value>, path: &Path, errors: &mut Errors) -> StringRules {
    let allowed = errors.texts(&without_null(node), "enum", path);
    let format = match errors.text(node, "format", path) {
        None => None,
        Some(name) => {
            let format = StringFormat::from_name(&name);
            if format.is_none() {
                let known = known_names(StringFormat::ALL.iter().map(|(_, name)| *name));
                errors.add(
                    &path.key("format"),
                    format!("unknown format {name:?}; known are: {known}"),
                );
            }
            format
        }
    };
    let pattern = errors
        .text(node, "pattern", path)
        .and_then(|pattern| compile_pattern(&pattern, path, errors));
    let rules = StringRules {
        allowed,
        format,
        pattern,
        min_length: length(node, "minLength", path, errors),
        max_length: length(node, "maxLength", path, errors),
    };
    if let (Some(min), Some(max)) = (rules.min_length, rules.max_length)
        && min > max
    {
        errors.add(&path.key("minLength"), "must not be greater than maxLength");
    }
    rules
}

/// JSON Schema lets `null` stand in an `enum` of a nullable field; it adds nothing, for every field may be null.
fn without_null(node: &Map<String, Value>) -> Map<String, Value> {
    let mut node = node.clone();
    if let Some(Value::Array(values)) = node.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    node
}

fn compile_pattern(pattern: &str, path: &Path, errors: &mut Errors) -> Option<regex::Regex> {
    const COMPILED_BYTES: usize = 1 << 20;
    match regex::RegexBuilder::new(pattern)
        .size_limit(COMPILED_BYTES)
        .build()
    {
        Ok(regex) => Some(regex),
        Err(regex::Error::CompiledTooBig(_)) => {
            errors.add(&path.key("pattern"), "the regular expression is too large");
            None
        }
        Err(error) => {
            // The last line of the message says what is wrong; those before it draw a picture.
            let text = error.to_string();
            let reason = text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned();
            errors.add(
                &path.key("pattern"),
                format!("not a regular expression: {reason}"),
            );
            None
        }
    }
}

fn length(node: &Map<String, Value>, key: &str, path: &Path, errors: &mut Errors) -> Option<u64> {
    let value = node.get(key).filter(|value| !value.is_null())?;
    let length = value.as_u64();
    if length.is_none() {
        errors.add(&path.key(key), "must be a whole number of at least 0");
    }
    length
}

fn number_rules(node: &Map<String, Value>, path: &Path, errors: &mut Errors) -> NumberRules {
    let allowed = match node.get("enum") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => {
            let numbers: Vec<Decimal> = values.iter().filter_map(decimal).collect();
            let wanted = values.iter().filter(|value| !value.is_null()).count();
            if numbers.len() != wanted || wanted > limits::LIST_ITEMS {
                errors.add(
                    &path.key("enum"),
                    format!("must be a list of at most {} numbers", limits::LIST_ITEMS),
                );
            }
            numbers
        }
        Some(_) => {
            errors.add(&path.key("enum"), "must be a list of numbers");
            Vec::new()
        }
    };
    let minimum = bound(node, "minimum", path, errors);
    let maximum = bound(node, "maximum", path, errors);
    if let (Some(min), Some(max)) = (minimum, maximum)
        && min > max
    {
        errors.add(&path.key("minimum"), "must not be greater than maximum");
    }
    NumberRules {
        minimum,
        maximum,
        allowed,
    }
}

fn bound(node: &Map<String, Value>, key: &str, path: &Path, errors: &mut Errors) -> Option<Decimal> {
    let value = node.get(key).filter(|value| !value.is_null())?;
    let number = decimal(value);
    if number.is_none() {
        errors.add(&path.key(key), "must be a number");
    }
    number
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}
