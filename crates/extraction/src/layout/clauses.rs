//! Clauses in running text: who the parties of a contract are, from when and how long it binds, whose law governs it.
//!
//! `prose` puts the words of a document in reading order and cuts them into sentences; `phrases` are the words around a
//! value, kept as data (`data`); `find` reads the value and says what around it speaks for and against it. `contract`
//! tells contracts from other documents. Everything here costs nothing where a schema asks for no clause.

mod contract;
mod data;
mod find;
mod names;
mod parties;
mod phrases;
mod prose;
mod rows;
#[cfg(test)]
mod tests;
mod values;
mod words;

use domain::schema::{CompiledSchema, Field, FieldKind, Group};

use self::contract::Contract;
pub(crate) use self::contract::agreements;
pub(crate) use self::data::Reads;
use self::parties::{Party, parties};
pub(crate) use self::rows::lists_parties;
pub(crate) use self::values::{beside_label, reads};
use super::answer::Scored;
use super::ask::Ask;
use super::ground::Scope;
use super::scene::Scene;
use super::slots::Answer;

/// The documents of a run as contracts.
#[derive(Debug, Default)]
pub(crate) struct Clauses {
    contracts: Vec<(Contract, Vec<Party>)>,
    /// The schema asks for what stands in contracts.
    contractual: bool,
}

impl Clauses {
    /// Reads the documents, if anything that is asked for stands in clauses.
    pub(crate) fn new(scene: &Scene<'_>, schema: &CompiledSchema, asks: &[Ask<'_>]) -> Self {
        let listed = schema.groups.iter().any(asks_for_parties);
        let contractual = listed || asks.iter().any(|ask| reads(ask).is_some());
        let one = |ask: &Ask<'_>| {
            let role = words::role_of_key(&ask.field.name).is_some_and(|role| !role.trade);
            role || words::rank_of_key(&ask.field.name).is_some()
        };
        if !contractual && !asks.iter().any(one) {
            return Self::default();
        }
        let contracts = (0..scene.documents.len()).map(|document| {
            let contract = Contract::new(scene, document);
            let parties = if contract.is_contract() {
                parties(&contract)
            } else {
                Vec::new()
            };
            (contract, parties)
        });
        Self {
            contracts: contracts.collect(),
            contractual,
        }
    }

    /// Whether the document reads like a contract.
    pub(crate) fn is_contract(&self, document: usize) -> bool {
        self.contracts
            .get(document)
            .is_some_and(|(contract, _)| contract.is_contract())
    }

    /// The candidates that running text gives for a field.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, ask: &Ask<'_>) -> Vec<Scored> {
        let mut found = Vec::new();
        let clause = values::clause(ask);
        for (contract, parties) in &self.contracts {
            if let Some(clause) = clause {
                found.extend(find::candidates(scene, contract, ask, clause));
            }
            found.extend(rows::candidates(scene, contract, parties, ask, self.contractual));
        }
        found
    }

    /// The rows of a list that holds the parties, each with its place; none where no contract names any.
    pub(crate) fn rows(
        &self,
        scene: &Scene<'_>,
        group: &Group,
        path: &str,
        fields: &[Field],
    ) -> Vec<(Answer, Scope)> {
        let rows = self
            .contracts
            .iter()
            .flat_map(|(contract, parties)| rows::rows(scene, contract, parties, group, path, fields));
        rows.collect()
    }
}

/// Whether the group is a list of parties or holds one.
fn asks_for_parties(group: &Group) -> bool {
    let is_list = |field: &Field| {
        let objects =
            matches!(&field.kind, FieldKind::Array(item) if matches!(item.kind, FieldKind::Object(_)));
        objects && lists_parties(&field.name, field.description.as_deref())
    };
    (group.repeated && lists_parties(&group.name, group.description.as_deref()))
        || group.fields.iter().any(is_list)
}
