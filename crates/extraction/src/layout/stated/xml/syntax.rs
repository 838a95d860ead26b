//! Where the formats of e-invoices hold what, `data/einvoice/*.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::lexicon::normal::squashed;

const FILES: [&str; 2] = [
    include_str!("../../../../data/einvoice/cii.toml"),
    include_str!("../../../../data/einvoice/ubl.toml"),
];

/// Paths as written, by what they hold.
type Written = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roots: Vec<String>,
    only: Vec<String>,
    steps: BTreeMap<String, String>,
    values: Written,
    keys: Written,
    roles: Written,
    party: Written,
    party_keys: Written,
    list: Vec<FileList>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileList {
    names: Vec<String>,
    element: String,
    values: Written,
    keys: Written,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// Its names, any of which will do.
    pub(super) names: Vec<String>,
    pub(super) condition: Option<Condition>,
}

/// What must hold of the element of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// Of an attribute or an element in it.
    pub(super) path: String,
    /// One of which it must be, or must not.
    pub(super) values: Vec<String>,
    pub(super) not: bool,
}

/// Paths by what they hold, the best first.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeMap<String, Vec<Vec<Step>>>);

impl Paths {
    pub(super) fn of(&self, name: &str) -> &[Vec<Step>] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A list of elements, each with values of its own.
#[derive(Debug)]
pub(super) struct List {
    /// What schemas call it, squashed.
    pub(super) names: Vec<String>,
    pub(super) element: Vec<Step>,
    /// By concept of the lexicon.
    pub(super) values: Paths,
    /// By squashed name of a field.
    pub(super) keys: Paths,
}

/// A format of e-invoices.
#[derive(Debug)]
pub(super) struct Syntax {
    roots: Vec<String>,
    /// Concepts that are told only where there is one value.
    pub(super) only: Vec<String>,
    pub(super) values: Paths,
    pub(super) keys: Paths,
    pub(super) roles: Paths,
    pub(super) party: Paths,
    pub(super) party_keys: Paths,
    /// Lists; the first is that of the items.
    pub(super) lists: Vec<List>,
}

static ALL: LazyLock<Vec<Syntax>> =
    LazyLock::new(|| FILES.iter().filter_map(|file| read(file).ok()).collect());

/// The format of a document by the name of its root.
pub(super) fn of_root(root: &str) -> Option<&'static Syntax> {
    ALL.iter()
        .find(|syntax| syntax.roots.iter().any(|known| known == root))
}

fn read(text: &str) -> Result<Syntax, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let path = |text: &String| path_of(text, &file.steps);
    let paths = |list: &Vec<String>| list.iter().map(path).collect::<Vec<_>>();
    let by_concept = |written: &Written| {
        Paths(
            written
                .iter()
                .map(|(name, list)| (name.clone(), paths(list)))
                .collect(),
        )
    };
    let by_key = |written: &Written| {
        let named = written.iter();
        Paths(
            named
                .map(|(name, list)| (squashed(&name.replace('_', " ")), paths(list)))
                .collect(),
        )
    };
    let lists = file.list.iter().map(|list| List {
        names: list.names.iter().map(|name| squashed(name)).collect(),
        element: path(&list.element),
        values: by_concept(&list.values),
        keys: by_key(&list.keys),
    });
    Ok(Syntax {
        lists: lists.collect(),
        values: by_concept(&file.values),
        keys: by_key(&file.keys),
        roles: by_concept(&file.roles),
        party: by_concept(&file.party),
        party_keys: by_key(&file.party_keys),
        roots: file.roots,
        only: file.only,
    })
}

/// A path with its named steps written out: `{doc}/ID[@schemeID=VA]`.
fn path_of(text: &str, steps: &BTreeMap<String, String>) -> Vec<Step> {
    let mut written = text.to_owned();
    for (name, step) in steps {
        written = written.replace(&format!("{{{name}}}"), step);
    }
    parted(&written).iter().map(|step| step_of(step)).collect()
}

/// Cut at slashes outside of brackets.
fn parted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    for c in text.chars() {
        if c == '/' && !inside {
            parts.push(String::new());
            continue;
        }
        inside = c == '[' || inside && c != ']';
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn step_of(text: &str) -> Step {
    let (names, condition) = text.split_once('[').unwrap_or((text, ""));
    let condition = condition.trim_end_matches(']').split_once('=');
    let condition = condition.map(|(path, values)| Condition {
        path: path.to_owned(),
        not: values.starts_with('!'),
        values: values
            .trim_start_matches('!')
            .split('|')
            .map(str::to_owned)
            .collect(),
    });
    Step {
        names: names.split('|').map(str::to_owned).collect(),
        condition,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    #[test]
    fn the_data_parse_and_name_concepts_of_the_lexicon() {
        let lexicon = Lexicon::builtin();
        for text in FILES {
            let file: File = toml::from_str(text).unwrap();
            let lists = file.list.iter().flat_map(|list| list.values.keys());
            let names = file
                .values
                .keys()
                .chain(file.roles.keys())
                .chain(file.party.keys())
                .chain(lists);
            for name in names {
                assert!(lexicon.by_name(name).is_some(), "{name}");
            }
            assert!(!text.contains('\t') && read(text).is_ok());
        }
    }

    #[test]
    fn every_named_step_is_known() {
        for syntax in ALL.iter() {
            let all = [
                &syntax.values,
                &syntax.keys,
                &syntax.roles,
                &syntax.party,
                &syntax.party_keys,
            ];
            let paths = all.into_iter().flat_map(|paths| paths.0.values().flatten());
            let lists = syntax.lists.iter().map(|list| &list.element);
            for step in paths.chain(lists).flatten() {
                assert!(
                    step.names
                        .iter()
                        .all(|name| !name.contains('{') && !name.is_empty()),
                    "{step:?}"
                );
            }
        }
    }

    #[test]
    fn steps_have_names_and_conditions() {
        let steps = BTreeMap::from([("doc".to_owned(), "A|B".to_owned())]);
        let path = path_of("{doc}/ID[x/@scheme=!VA]", &steps);
        assert_eq!(path[0].names, ["A", "B"]);
        let condition = path[1].condition.clone().unwrap();
        assert_eq!((condition.path.as_str(), condition.not), ("x/@scheme", true));
        assert_eq!(condition.values, ["VA"]);
    }
}
