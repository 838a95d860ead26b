//! From JSON to the checked form: groups, fields, references. Collects every mistake with its path.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::check::Check;
use super::node::NodeCompiler;
use super::{CompiledSchema, Config, Field, FieldKind, FieldPath, Group, SchemaError};
use super::{names, order};

/// How large a schema may be. References can blow a small text up, so what counts is the compiled form.
pub mod limits {
    /// Most errors in one answer.
    pub const ERRORS: usize = 100;
    /// Most groups in a schema.
    pub const GROUPS: usize = 200;
    /// Most fields in a compiled schema, items and members of objects counted, references resolved.
    pub const NODES: usize = 5_000;
    /// Longest chain of references that refer to references.
    pub const REFERENCES: usize = 32;
    /// Most bytes of JSON that all references together stand for.
    pub const RESOLVED_BYTES: usize = 16_000_000;
    /// Deepest nesting of arrays and objects.
    pub const DEPTH: usize = 8;
    /// Most characters in the name of a group, a field or a check.
    pub const NAME_CHARS: usize = 128;
    /// Most characters in a description, a prompt, a label, a pattern or a check.
    pub const TEXT_CHARS: usize = 10_000;
    /// Most entries in `aliases` and `enum`, and checks in a group.
    pub const LIST_ITEMS: usize = 1_000;
}

/// The name of the one group of the plain form.
pub(super) const PLAIN_GROUP: &str = "fields";

pub(super) fn compile(schema: &Value) -> Result<CompiledSchema, Vec<SchemaError>> {
    let mut errors = Errors::default();
    let compiled = compile_root(schema, &mut errors);
    match (compiled, errors.list.is_empty()) {
        (Some(compiled), true) => Ok(compiled),
        (_, _) => Err(errors.list),
    }
}

fn compile_root(schema: &Value, errors: &mut Errors) -> Option<CompiledSchema> {
    let root = Path::root();
    let object = errors.object(schema, &root)?;
    let config = compile_config(object, errors);
    let definitions = match object.get("definitions") {
        None | Some(Value::Null) => &Map::new(),
        Some(value) => errors.object(value, &root.key("definitions"))?,
    };
    let mut nodes = NodeCompiler::new(definitions);
    nodes.check_definitions(errors);
    let mut groups = compile_groups(object, &mut nodes, errors)?;
    for group in &mut groups {
        inherit_threshold(&mut group.fields, config.confidence_threshold);
    }
    if !errors.list.is_empty() {
        names::check(object, errors);
        return None;
    }
    let groups = compile_checks(object, groups, errors);
    let order = order::order(&groups, errors)?;
    Some(CompiledSchema {
        config,
        groups,
        order,
    })
}

fn compile_config(object: &Map<String, Value>, errors: &mut Errors) -> Config {
    let path = Path::root().key("config");
    let Some(value) = object.get("config").filter(|value| !value.is_null()) else {
        return Config::default();
    };
    let Some(config) = errors.object(value, &path) else {
        return Config::default();
    };
    Config {
        system_message: errors.text(config, "system_message", &path),
        reasoning_enabled: errors.flag(config, "reasoning_enabled", &path),
        extraction_title_prompt: errors.text(config, "extraction_title_prompt", &path),
        confidence_threshold: errors.fraction(config, "confidence_threshold", &path),
    }
}

/// A field without a threshold of its own takes that of what it stands in. Fields are nested to a limited depth.
fn inherit_threshold(fields: &mut [Field], outer: Option<f64>) {
    for field in fields {
        field.confidence_threshold = field.confidence_threshold.or(outer);
        match &mut field.kind {
            FieldKind::Object(inner) => inherit_threshold(inner, field.confidence_threshold),
            FieldKind::Array(item) => {
                inherit_threshold(std::slice::from_mut(item), field.confidence_threshold);
            }
            _ => {}
        }
    }
}

fn compile_groups(
    object: &Map<String, Value>,
    nodes: &mut NodeCompiler<'_>,
    errors: &mut Errors,
) -> Option<Vec<Group>> {
    let root = Path::root();
    if let Some(value) = object.get("groups") {
        let path = root.key("groups");
        let groups = errors.object(value, &path)?;
        if groups.is_empty() || groups.len() > limits::GROUPS {
            errors.add(&path, format!("must hold 1 to {} groups", limits::GROUPS));
            return None;
        }
        let compiled = groups
            .iter()
            .filter_map(|(name, group)| compile_group(name, group, &path.key(name), nodes, errors))
            .collect();
        return Some(compiled);
    }
    if object.contains_key("fields") {
        let group = compile_group(PLAIN_GROUP, &Value::Object(object.clone()), &root, nodes, errors)?;
        return Some(vec![group]);
    }
    errors.add(&root, "must hold \"groups\" or \"fields\"");
    None
}

fn compile_group(
    name: &str,
    value: &Value,
    path: &Path,
    nodes: &mut NodeCompiler<'_>,
    errors: &mut Errors,
) -> Option<Group> {
    errors.name(name, path);
    let group = errors.object(value, path)?;
    let fields = nodes.compile_fields(group, "fields", path, errors);
    Some(Group {
        name: name.to_owned(),
        description: errors.text(group, "description", path),
        search_query: errors.text(group, "search_query", path),
        extraction_prompt: errors.text(group, "extraction_prompt", path),
        repeated: errors.flag(group, "repeated", path),
        iterates_on: iterates_on(group, path, errors),
        fields: fields?,
        checks: Vec::new(),
    })
}

/// `config.iterates_on` of a group: `"group.field"`. Whether there is such a list is seen when all groups are known.
pub(super) fn iterates_on(group: &Map<String, Value>, path: &Path, errors: &mut Errors) -> Option<FieldPath> {
    let path = path.key("config");
    let config = group.get("config").filter(|value| !value.is_null())?;
    let config = errors.object(config, &path)?;
    let text = errors.text(config, "iterates_on", &path)?;
    let split = text
        .split_once('.')
        .filter(|(group, field)| !group.is_empty() && !field.is_empty());
    let Some((group, field)) = split else {
        errors.add(&path.key("iterates_on"), "must name a list as \"group.field\"");
        return None;
    };
    Some(FieldPath {
        group: group.to_owned(),
        field: field.to_owned(),
    })
}

/// Parses the groups' checks once all fields are known, for a check may name fields of other groups.
fn compile_checks(object: &Map<String, Value>, mut groups: Vec<Group>, errors: &mut Errors) -> Vec<Group> {
    let known = groups.clone();
    for group in &mut groups {
        let (source, path) = match object.get("groups").and_then(|all| all.get(&group.name)) {
            Some(source) => (source.get("checks"), Path::root().key("groups").key(&group.name)),
            None => (object.get("checks"), Path::root()),
        };
        let Some(source) = source.filter(|value| !value.is_null()) else {
            continue;
        };
        group.checks = checks_of(source, &path.key("checks"), group, &known, errors);
    }
    groups
}

fn checks_of(source: &Value, path: &Path, group: &Group, known: &[Group], errors: &mut Errors) -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, expression, path) in expressions(source, path, errors) {
        match Check::parse(&name, expression, group, known) {
            Ok(check) => checks.push(check),
            Err(error) => errors.add(&path, error.to_string()),
        }
    }
    checks
}

/// Checks come as `{"name": "expression"}`, or as a list of expressions that are their own names.
pub(super) fn expressions<'s>(
    source: &'s Value,
    path: &Path,
    errors: &mut Errors,
) -> Vec<(String, &'s str, Path)> {
    let named: Vec<(String, &Value, Path)> = match source {
        Value::Object(checks) => checks
            .iter()
            .map(|(name, check)| (name.clone(), check, path.key(name)))
            .collect(),
        Value::Array(checks) => checks
            .iter()
            .enumerate()
            .map(|(index, check)| {
                (
                    check.as_str().unwrap_or_default().to_owned(),
                    check,
                    path.index(index),
                )
            })
            .collect(),
        _ => {
            errors.add(path, "must be an object of named expressions");
            return Vec::new();
        }
    };
    if named.len() > limits::LIST_ITEMS {
        errors.add(path, format!("must hold at most {} checks", limits::LIST_ITEMS));
        return Vec::new();
    }
    let mut expressions = Vec::with_capacity(named.len());
    for (name, value, path) in named {
        let fitting = value
            .as_str()
            .filter(|text| text.chars().count() <= limits::TEXT_CHARS);
        match fitting {
            Some(expression) => expressions.push((name, expression, path)),
            None => errors.add(&path, "must be an expression, such as \"net + tax == total\""),
        }
    }
    expressions
}

/// Where in the schema something stands.
#[derive(Clone)]
pub(super) struct Path(String);

impl Path {
    pub(super) fn root() -> Self {
        Self(String::new())
    }

    pub(super) fn key(&self, key: &str) -> Self {
        if self.0.is_empty() {
            Self(key.to_owned())
        } else {
            Self(format!("{}.{key}", self.0))
        }
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.key(&index.to_string())
    }
}

/// The mistakes found so far, and the readers of simple members that note them.
#[derive(Default)]
pub(super) struct Errors {
    list: Vec<SchemaError>,
}

impl Errors {
    pub(super) fn add(&mut self, path: &Path, message: impl Into<String>) {
        if self.list.len() < limits::ERRORS {
            self.list.push(SchemaError {
                path: path.0.clone(),
                message: message.into(),
            });
        }
    }

    /// How many mistakes were found.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// Whether so many mistakes were found that looking on is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= limits::ERRORS
    }

    pub(super) fn object<'v>(&mut self, value: &'v Value, path: &Path) -> Option<&'v Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.add(path, "must be an object");
        }
        object
    }

    /// A text that may be missing or null.
    pub(super) fn text(&mut self, object: &Map<String, Value>, key: &str, path: &Path) -> Option<String> {
        match object.get(key)? {
            Value::Null => None,
            Value::String(text) if text.chars().count() <= limits::TEXT_CHARS => Some(text.clone()),
            _ => {
                self.add(
                    &path.key(key),
                    format!("must be a text of at most {} characters", limits::TEXT_CHARS),
                );
                None
            }
        }
    }

    /// A boolean that may be missing: then false.
    pub(super) fn flag(&mut self, object: &Map<String, Value>, key: &str, path: &Path) -> bool {
        match object.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.add(&path.key(key), "must be true or false");
                false
            }
        }
    }

    /// A number from 0 to 1 that may be missing.
    pub(super) fn fraction(&mut self, object: &Map<String, Value>, key: &str, path: &Path) -> Option<f64> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        let fraction = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
        if fraction.is_none() {
            self.add(&path.key(key), "must be a number from 0 to 1");
        }
        fraction
    }

    /// A list of texts that may be missing.
    pub(super) fn texts(&mut self, object: &Map<String, Value>, key: &str, path: &Path) -> Vec<String> {
        let path = path.key(key);
        let list = match object.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) if list.len() <= limits::LIST_ITEMS => list,
            Some(_) => {
                self.add(
                    &path,
                    format!("must be a list of at most {} texts", limits::LIST_ITEMS),
                );
                return Vec::new();
            }
        };
        let mut texts = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            match item
                .as_str()
                .filter(|text| text.chars().count() <= limits::TEXT_CHARS)
            {
                Some(text) => texts.push(text.to_owned()),
                None => self.add(
                    &path.index(index),
                    format!("must be a text of at most {} characters", limits::TEXT_CHARS),
                ),
            }
        }
        texts
    }

    /// Checks, iterations and evidence address fields by paths with dots: a name with one could not be told from two.
    pub(super) fn name(&mut self, name: &str, path: &Path) {
        let fits = !name.trim().is_empty()
            && name.chars().count() <= limits::NAME_CHARS
            && !name.chars().any(|c| c.is_control() || c == '.');
        if !fits {
            self.add(
                path,
                format!(
                    "a name must have 1 to {} characters on one line and no dots, which separate the parts of paths",
                    limits::NAME_CHARS
                ),
            );
        }
    }
}

/// Whether two fields of one object have one name is settled by JSON itself; this is what remains to be said of them.
pub(super) fn must_have_fields(fields: &[Field], path: &Path, errors: &mut Errors) {
    if fields.is_empty() && !errors.is_full() {
        errors.add(path, "must hold at least one field");
    }
}

/// Names that occur, for messages: `a, b and 3 more`.
pub(super) fn known_names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let mut sorted = names;
    sorted.sort_unstable();
    let more = sorted.len().saturating_sub(SHOWN);
    sorted.truncate(SHOWN);
    let listed = sorted.join(", ");
    match (listed.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => listed,
        (false, more) => format!("{listed} and {more} more"),
    }
}
