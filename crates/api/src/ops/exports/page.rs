//! The values and the evidence of a few sessions at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::vec;

use domain::access::Scope;
use domain::id::{DocumentId, ResultId};
use domain::result::ExtractionResult;
use serde_json::Value;
use storage::AnyConnection;
use storage::results::ResultValues;
use storage::sessions::SessionHead;

use super::plan::{Plan, Planned};
use super::schemas::{Schema, Schemas};
use crate::error::ApiError;
use crate::export::layout::Layout;
use crate::export::table::{About, Table};

/// What is still to be read.
pub(super) struct Pages {
    scope: Scope,
    table: Table,
    schemas: Schemas,
    rest: vec::IntoIter<Planned>,
    length: usize,
}

/// A session with its values.
pub(super) struct Values {
    pub(super) about: About,
    pub(super) data: Option<Value>,
    schema: Option<Arc<Schema>>,
}

/// A session with its whole result.
pub(super) struct Whole {
    pub(super) about: About,
    pub(super) found: Option<Found>,
}

/// A result with what stands elsewhere about it.
pub(super) struct Found {
    pub(super) result: ExtractionResult,
    pub(super) schema: Arc<Schema>,
    /// How many pages of each document were read.
    pub(super) page_counts: HashMap<DocumentId, u32>,
}

impl Pages {
    /// Everything that is planned, in pages of that many sessions.
    pub(super) fn new(plan: Plan, length: usize) -> Self {
        let Plan {
            scope,
            table,
            sessions,
            schemas,
            template: _,
        } = plan;
        Self {
            scope,
            table,
            schemas,
            rest: sessions.into_iter(),
            length,
        }
    }

    /// The columns.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Whether all pages were read.
    pub(super) fn is_done(&self) -> bool {
        self.rest.len() == 0
    }

    /// The next page, without evidence.
    pub(super) fn next_values(&mut self, conn: &mut AnyConnection) -> Result<Vec<Values>, ApiError> {
        let page: Vec<Planned> = self.rest.by_ref().take(self.length).collect();
        let wanted: Vec<ResultId> = page
            .iter()
            .filter_map(|planned| Some(planned.result?.id))
            .collect();
        let found = storage::results::values_of(conn, &self.scope, &wanted)?;
        let mut found: HashMap<ResultId, ResultValues> =
            found.into_iter().map(|values| (values.id, values)).collect();
        let mut all = Vec::with_capacity(page.len());
        for Planned { session, result } in page {
            let Some((planned, values)) = result.and_then(|result| Some((result, found.remove(&result.id)?)))
            else {
                all.push(Values {
                    about: about(session, None, None),
                    data: None,
                    schema: None,
                });
                continue;
            };
            let version = planned.template_version_id;
            all.push(Values {
                about: about(session, Some(values.id), values.title),
                data: values.data,
                schema: self.schemas.find(conn, &self.scope, version)?,
            });
        }
        Ok(all)
    }

    /// The next page with evidence.
    pub(super) fn next_whole(&mut self, conn: &mut AnyConnection) -> Result<Vec<Whole>, ApiError> {
        let page: Vec<Planned> = self.rest.by_ref().take(self.length).collect();
        let mut all = Vec::with_capacity(page.len());
        for Planned { session, result } in page {
            let found = match result {
                Some(planned) => self.find(conn, planned.id)?,
                None => None,
            };
            let result = found.as_ref().map(|found| &found.result);
            let (id, title) = (
                result.map(|result| result.id),
                result.and_then(|result| result.title.clone()),
            );
            all.push(Whole {
                about: about(session, id, title),
                found,
            });
        }
        Ok(all)
    }

    fn find(&mut self, conn: &mut AnyConnection, id: ResultId) -> Result<Option<Found>, ApiError> {
        let Some(result) = storage::results::find(conn, &self.scope, id)? else {
            return Ok(None);
        };
        let version = result.template_version_id;
        let Some(schema) = self.schemas.find(conn, &self.scope, version)? else {
            return Ok(None);
        };
        let inputs = storage::results::inputs_of(conn, &self.scope, id)?;
        let page_counts = inputs
            .iter()
            .filter_map(|parsing| Some((parsing.document_id, parsing.page_count?)));
        Ok(Some(Found {
            page_counts: page_counts.collect(),
            result,
            schema,
        }))
    }
}

impl Values {
    /// The values with their place in a table, where there are any.
    pub(super) fn laid_out(&self) -> Option<(&Layout, &Value)> {
        Some((&self.schema.as_ref()?.layout, self.data.as_ref()?))
    }
}

fn about(session: SessionHead, result_id: Option<ResultId>, title: Option<String>) -> About {
    About {
        session_id: session.id,
        session_name: session.name,
        status: session.status,
        result_id,
        title,
    }
}
