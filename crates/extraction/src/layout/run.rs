//! One run: every group of the schema in its order, put together in the schema's shape.

use std::collections::BTreeSet;

use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::schema::check::CheckResult;
use domain::schema::{CompiledSchema, Field, Group};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::answer::Scored;
use super::ask::Ask;
use super::book::book_of;
use super::clauses::{self, Clauses};
use super::derived;
use super::elements;
use super::forms::Forms;
use super::gather::candidates_of;
use super::ground::{Ground, Scope};
use super::labels::Hit;
use super::parties::Parties;
use super::party::PartyAsk;
use super::rect::float;
use super::relations::GroupRelations;
use super::scalars;
use super::scene::Scene;
use super::score::Model;
use super::slots::{self, Answer, Slot};
use super::stated::Stated;
use super::tables::{self, Claimed, Located};
use super::till::Tills;
use super::title::{self, Titles};
use super::warnings;
use crate::Input;

/// Everything that is asked for, group by group.
struct Plan<'s> {
    asks: Vec<Ask<'s>>,
    /// For each group the indices of its asks.
    groups: Vec<Vec<usize>>,
}

/// The documents of a run with everything that is asked for, made ready for looking.
struct Run<'s, 'a> {
    scene: Scene<'a>,
    plan: Plan<'s>,
    /// By page.
    hits: Vec<Vec<Hit>>,
    parties: Parties,
    tills: Tills,
    clauses: Clauses,
    forms: Forms,
    titles: Titles,
    stated: Stated<'a>,
    claimed: Claimed,
    /// The share of what is asked for that has no label.
    unfamiliar: f64,
    /// For each document whether it reads like a contract.
    agreements: Vec<bool>,
    /// The rows of repeated groups, by name, and of lists of objects, by path.
    tables: IndexMap<String, Located>,
    nested: IndexMap<String, Located>,
}

impl<'s, 'a> Run<'s, 'a> {
    fn new(documents: &'a [Input<'a>], schema: &'s CompiledSchema, model: &'a Model) -> Self {
        let scene = Scene::new(documents, model);
        let plan = plan(schema);
        let hits = scene.find(&book_of(&plan.asks));
        let parties = Parties::new(&scene, &hits);
        let tills = Tills::new(&scene, &hits);
        let clauses = Clauses::new(&scene, schema, &plan.asks);
        let forms = Forms::new(&scene, &hits, &plan.asks);
        let titles = Titles::new(&scene);
        let stated = Stated::new(&scene, &schema.groups, &plan.asks);
        let unfamiliar = unfamiliar(&plan.asks, &hits);
        let agreements = clauses::agreements(&scene);
        let mut claimed = Claimed::default();
        let known = Known {
            stated: &stated,
            clauses: &clauses,
        };
        let tables = tables_of_groups(&scene, schema, known, &mut claimed);
        let nested = tables_of_fields(&scene, schema, known, &mut claimed);
        Self {
            scene,
            plan,
            hits,
            parties,
            tills,
            clauses,
            forms,
            titles,
            stated,
            claimed,
            unfamiliar,
            agreements,
            tables,
            nested,
        }
    }

    fn ground(&self, scope: Option<Vec<Scope>>) -> Ground<'_, 'a> {
        Ground {
            scene: &self.scene,
            hits: &self.hits,
            parties: &self.parties,
            tills: &self.tills,
            clauses: &self.clauses,
            forms: &self.forms,
            titles: &self.titles,
            stated: &self.stated,
            claimed: &self.claimed,
            unfamiliar: self.unfamiliar,
            agreements: &self.agreements,
            scope,
        }
    }

    /// The answer of a group that is no table, for one element of the list that it iterates on.
    fn one(&self, group: &Group, asks: &[usize], scope: Option<Vec<Scope>>) -> Answer {
        one(&self.ground(scope), &self.plan, group, asks, &self.nested)
    }
}

/// Labels that name a field at least so well are counted.
const PLAIN: f64 = 0.75;
/// A schema of few fields says little of the kind of documents that it is for: so many are taken to have labels.
const GRANTED: usize = 4;

/// The share of what is asked for that has no label in the documents.
fn unfamiliar(asks: &[Ask<'_>], hits: &[Vec<Hit>]) -> f64 {
    let claims = hits.iter().flatten().flat_map(|hit| &hit.claims);
    let plain = claims.filter(|claim| claim.weight >= PLAIN && !claim.behind_only);
    let named: BTreeSet<usize> = plain.map(|claim| claim.ask).collect();
    let unnamed = asks.len().saturating_sub(named.len());
    float(unnamed) / float(asks.len() + GRANTED)
}

/// Finds the values of the schema in the documents.
pub(crate) fn run(documents: &[Input<'_>], schema: &CompiledSchema, model: &Model) -> Extraction {
    let run = Run::new(documents, schema, model);
    let mut answers: IndexMap<String, Answer> = IndexMap::new();
    let mut rows: IndexMap<String, Vec<Vec<Scope>>> = IndexMap::new();
    for index in &schema.order {
        let Some(group) = schema.groups.get(*index) else {
            continue;
        };
        if let Some(table) = run.tables.get(&group.name) {
            rows.insert(group.name.clone(), each(table.scopes()));
            answers.insert(group.name.clone(), table.answer.clone());
            continue;
        }
        let Some(asks) = run.plan.groups.get(*index) else {
            continue;
        };
        let answer = match &group.iterates_on {
            None => run.one(group, asks, None),
            Some(path) => {
                let scopes = rows
                    .get(&format!("{}.{}", path.group, path.field))
                    .or_else(|| rows.get(&path.group))
                    .cloned()
                    .unwrap_or_default();
                rows.insert(group.name.clone(), scopes.clone());
                Answer::list(
                    scopes
                        .into_iter()
                        .map(|scope| run.one(group, asks, Some(scope)))
                        .collect(),
                )
            }
        };
        for (name, table) in run
            .nested
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("{}.", group.name)))
        {
            rows.insert(name.clone(), each(table.scopes()));
        }
        plain_lists(&run.scene, group, &answer, &mut rows);
        answers.insert(group.name.clone(), answer);
    }
    assemble(&run.scene, schema, answers, &run.claimed)
}

/// One scope for each element.
fn each(scopes: Vec<Scope>) -> Vec<Vec<Scope>> {
    scopes.into_iter().map(|scope| vec![scope]).collect()
}

/// Where the elements of a group's lists of plain values stand.
fn plain_lists(
    scene: &Scene<'_>,
    group: &Group,
    answer: &Answer,
    rows: &mut IndexMap<String, Vec<Vec<Scope>>>,
) {
    let (Value::Object(values), Audit::Object(audits)) = (&answer.value, &answer.audit) else {
        return;
    };
    for slot in Slot::of(&group.fields) {
        let Slot::Many(field) = slot else { continue };
        if let (Some(value), Some(audit)) = (values.get(&field.name), audits.get(&field.name)) {
            let list = Answer {
                value: value.clone(),
                audit: audit.clone(),
                ..Answer::list(Vec::new())
            };
            rows.insert(
                format!("{}.{}", group.name, field.name),
                elements::scopes(scene, &list),
            );
        }
    }
}

/// What is weighed for each field that holds one value, before the fields of a group are chosen together.
pub(crate) fn weigh(
    documents: &[Input<'_>],
    schema: &CompiledSchema,
    model: &Model,
) -> Vec<(String, Vec<Scored>)> {
    let run = Run::new(documents, schema, model);
    let ground = run.ground(None);
    let single = run
        .plan
        .asks
        .iter()
        .enumerate()
        .filter(|(_, ask)| is_single(ask) && !ask.silent);
    single
        .map(|(index, ask)| (ask.path.clone(), candidates_of(&ground, index, ask)))
        .collect()
}

fn plan(schema: &CompiledSchema) -> Plan<'_> {
    let mut asks = Vec::new();
    let mut groups = Vec::new();
    for group in &schema.groups {
        let first = asks.len();
        if !group.repeated {
            let keys: Vec<&str> = group.fields.iter().map(|field| field.name.as_str()).collect();
            let party = PartyAsk::of_group(&group.name, &keys);
            plan_fields(
                group,
                &group.name,
                &Slot::of(&group.fields),
                party.as_ref(),
                &mut asks,
            );
            let silent = Ask::silent(group, asks.get(first..).unwrap_or_default());
            asks.extend(silent);
        }
        groups.push((first..asks.len()).collect());
    }
    Plan { asks, groups }
}

fn plan_fields<'s>(
    group: &'s Group,
    prefix: &str,
    fields: &[Slot<'s>],
    party: Option<&PartyAsk>,
    asks: &mut Vec<Ask<'s>>,
) {
    for slot in fields {
        match slot {
            Slot::One(field) | Slot::Many(field) => asks.push(Ask::new(group, prefix, field, party)),
            Slot::Object(field, inner) => {
                let keys: Vec<&str> = inner.iter().map(|slot| slot.field().name.as_str()).collect();
                let own = PartyAsk::of_group(&field.name, &keys);
                let prefix = format!("{prefix}.{}", field.name);
                plan_fields(group, &prefix, inner, own.as_ref().or(party), asks);
            }
            Slot::Rows(..) => {}
        }
    }
}

/// What is known of lists before tables are looked at.
#[derive(Clone, Copy)]
struct Known<'k, 'a> {
    stated: &'k Stated<'a>,
    clauses: &'k Clauses,
}

impl Known<'_, '_> {
    /// The rows of a list, given by its path and description: as the file states them, the parties of a contract, or a
    /// table's.
    fn rows(
        self,
        scene: &Scene<'_>,
        group: &Group,
        named: (&str, Option<&str>),
        fields: &[Field],
        claimed: &mut Claimed,
    ) -> Located {
        self.stated.rows(scene, group, named, fields, || {
            let (path, description) = named;
            let name = path.rsplit('.').next().unwrap_or(path);
            if clauses::lists_parties(name, description) {
                let rows = self.clauses.rows(scene, group, path, fields);
                if !rows.is_empty() {
                    return Located::of(rows);
                }
            }
            tables::extract(scene, group, path, fields, claimed)
        })
    }
}

/// The rows of every repeated group.
fn tables_of_groups(
    scene: &Scene<'_>,
    schema: &CompiledSchema,
    known: Known<'_, '_>,
    claimed: &mut Claimed,
) -> IndexMap<String, Located> {
    let mut found = IndexMap::new();
    for group in schema.groups.iter().filter(|group| group.repeated) {
        let named = (group.name.as_str(), group.description.as_deref());
        let rows = known.rows(scene, group, named, &group.fields, claimed);
        found.insert(group.name.clone(), rows);
    }
    found
}

/// The rows of every list of objects, by path.
fn tables_of_fields(
    scene: &Scene<'_>,
    schema: &CompiledSchema,
    known: Known<'_, '_>,
    claimed: &mut Claimed,
) -> IndexMap<String, Located> {
    let mut found = IndexMap::new();
    for group in schema.groups.iter().filter(|group| !group.repeated) {
        nested_tables(
            scene,
            group,
            &group.name,
            &Slot::of(&group.fields),
            (known, claimed),
            &mut found,
        );
    }
    found
}

fn nested_tables(
    scene: &Scene<'_>,
    group: &Group,
    prefix: &str,
    fields: &[Slot<'_>],
    (known, claimed): (Known<'_, '_>, &mut Claimed),
    found: &mut IndexMap<String, Located>,
) {
    for slot in fields {
        let path = format!("{prefix}.{}", slot.field().name);
        match slot {
            Slot::Rows(field, columns) => {
                let named = (path.as_str(), field.description.as_deref());
                let rows = known.rows(scene, group, named, columns, claimed);
                found.insert(path, rows);
            }
            Slot::Object(_, inner) => nested_tables(scene, group, &path, inner, (known, claimed), found),
            Slot::One(_) | Slot::Many(_) => {}
        }
    }
}

/// The answer of a group that occurs once.
fn one(
    ground: &Ground<'_, '_>,
    plan: &Plan<'_>,
    group: &Group,
    asks: &[usize],
    nested: &IndexMap<String, Located>,
) -> Answer {
    let of = |index: &usize| plan.asks.get(*index);
    let single: Vec<usize> = asks
        .iter()
        .copied()
        .filter(|index| of(index).is_some_and(is_single))
        .collect();
    let fields: Vec<&Ask<'_>> = single.iter().filter_map(of).collect();
    let relations = GroupRelations::new(group, &fields, ground.claimed.sum_of_lines());
    let solved = scalars::solve(ground, &plan.asks, &single, &relations);
    let told = |ask: &Ask<'_>, answer| {
        ground
            .stated
            .told(ground.scene, ask, ground.scope.is_some(), answer)
    };
    let mut answers: IndexMap<String, Answer> = fields
        .iter()
        .zip(solved)
        .map(|(ask, answer)| (ask.path.clone(), told(ask, answer)))
        .collect();
    for index in asks {
        if let Some(ask) = of(index).filter(|ask| !is_single(ask)) {
            answers.insert(ask.path.clone(), told(ask, scalars::many(ground, *index, ask)));
        }
    }
    shaped(&group.name, &Slot::of(&group.fields), &mut answers, nested)
}

fn is_single(ask: &Ask<'_>) -> bool {
    !matches!(ask.field.kind, domain::schema::FieldKind::Array(_))
}

/// The rows of repeated groups by name, with what was looked at in their cells.
pub(crate) fn watch(
    documents: &[Input<'_>],
    schema: &CompiledSchema,
    model: &Model,
) -> Vec<(String, Answer)> {
    let mut scene = Scene::new(documents, model);
    scene.watched = true;
    let known = Known {
        stated: &Stated::default(),
        clauses: &Clauses::default(),
    };
    let tables = tables_of_groups(&scene, schema, known, &mut Claimed::default());
    tables
        .into_iter()
        .map(|(name, table)| (name, table.answer))
        .collect()
}

/// Puts answers by path into the shape of the fields.
fn shaped(
    prefix: &str,
    fields: &[Slot<'_>],
    answers: &mut IndexMap<String, Answer>,
    nested: &IndexMap<String, Located>,
) -> Answer {
    let members = fields.iter().map(|slot| {
        let name = slot.field().name.clone();
        let path = format!("{prefix}.{name}");
        let answer = match slot {
            Slot::One(field) | Slot::Many(field) => answers
                .swap_remove(&path)
                .unwrap_or_else(|| slots::empty(field, "Not looked for.")),
            Slot::Rows(field, _) => match nested.get(&path) {
                Some(table) if table.answer.holds_anything() => table.answer.clone(),
                _ => slots::empty(field, "No table with such columns was found."),
            },
            Slot::Object(_, inner) => shaped(&path, inner, answers, nested),
        };
        (name, answer)
    });
    Answer::object(members.collect::<Vec<_>>())
}

fn assemble(
    scene: &Scene<'_>,
    schema: &CompiledSchema,
    mut answers: IndexMap<String, Answer>,
    claimed: &Claimed,
) -> Extraction {
    let mut data = Map::new();
    let mut audit = IndexMap::new();
    for group in &schema.groups {
        let answer = answers.swap_remove(&group.name).unwrap_or_else(|| nothing(group));
        data.insert(group.name.clone(), answer.value);
        audit.insert(group.name.clone(), answer.audit);
    }
    let data = Value::Object(data);
    let checks: IndexMap<String, Vec<CheckResult>> = schema
        .groups
        .iter()
        .map(|group| (group.name.clone(), checks_of(schema, group, &data)))
        .filter(|(_, results)| !results.is_empty())
        .collect();
    let audit = Audit::Object(audit);
    Extraction {
        title: title::of(scene, &audit, &data),
        warnings: warnings::of(schema, &audit, claimed, &checks),
        data,
        audit,
        checks,
    }
}

/// The schema's checks of a group, and those that follow from what its fields mean.
fn checks_of(schema: &CompiledSchema, group: &Group, data: &Value) -> Vec<CheckResult> {
    let own = group.checks.iter().map(|check| check.evaluate(&group.name, data));
    own.chain(derived::checks(schema, group, data)).collect()
}

fn nothing(group: &Group) -> Answer {
    if group.is_list() {
        return Answer::list(Vec::new());
    }
    let empty = |field: &Field| (field.name.clone(), slots::empty(field, "Not looked for."));
    Answer::object(group.fields.iter().map(empty).collect::<Vec<_>>())
}
