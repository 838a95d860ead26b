//! The schemas by which results were made, compiled.

use std::collections::HashMap;
use std::sync::Arc;

use domain::access::Scope;
use domain::id::TemplateVersionId;
use domain::schema::CompiledSchema;
use storage::AnyConnection;

use crate::error::ApiError;
use crate::export::layout::Layout;

/// Most schemas that are kept at a time: sessions next to each other mostly have one.
const KEPT: usize = 16;

/// A saved state of a template's schema.
#[derive(Debug)]
pub(super) struct Schema {
    /// Counted from 1.
    pub(super) number: i64,
    /// What it makes of a table.
    pub(super) layout: Layout,
}

/// The schemas of late.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    kept: HashMap<TemplateVersionId, Arc<Schema>>,
}

impl Schemas {
    /// A schema of the caller's. None where its template is gone.
    pub(super) fn find(
        &mut self,
        conn: &mut AnyConnection,
        scope: &Scope,
        id: TemplateVersionId,
    ) -> Result<Option<Arc<Schema>>, ApiError> {
        if let Some(schema) = self.kept.get(&id) {
            return Ok(Some(Arc::clone(schema)));
        }
        let Some(version) = storage::templates::find_version(conn, scope, id)? else {
            return Ok(None);
        };
        let compiled = CompiledSchema::compile(&version.schema_json).map_err(|errors| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            ApiError::internal(format!("template version {id} does not compile: {first}"))
        })?;
        let schema = Arc::new(Schema {
            number: version.number,
            layout: Layout::of(&compiled),
        });
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(id, Arc::clone(&schema));
        Ok(Some(schema))
    }
}
