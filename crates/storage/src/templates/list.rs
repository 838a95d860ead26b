//! Lists of templates.

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::WorkspaceId;
use domain::pagination::{Page, PageRequest, Sort};
use domain::template::Template;

use super::{NewestRow, TemplateRow, template_of};
use crate::columns::folded;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{template_versions, templates};

/// A page of a workspace's templates; only those whose name holds `name`, in any case of letters.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    name: Option<&str>,
    sort: Sort,
    request: PageRequest,
) -> Result<Page<Template>, Error> {
    if !scope.sees(workspace) {
        return Ok(Page::new(Vec::new(), request, 0));
    }
    let of_workspace = templates::workspace_id.eq(workspace.0);
    let wanted = name.map(pattern);
    let mut all = templates::table.filter(of_workspace).into_boxed();
    let mut newest = templates::table
        .inner_join(template_versions::table)
        .filter(template_versions::number.eq(templates::version_number))
        .filter(of_workspace)
        .into_boxed();
    if let Some(wanted) = &wanted {
        let named = || templates::name_folded.like(wanted).escape('\\');
        all = all.filter(named());
        newest = newest.filter(named());
    }
    let newest = match sort {
        Sort::Newest => newest.order((templates::created_at.desc(), templates::id.desc())),
        Sort::Oldest => newest.order((templates::created_at.asc(), templates::id.asc())),
        Sort::Name => newest.order((templates::name_folded.asc(), templates::id.asc())),
        Sort::NameBackwards => newest.order((templates::name_folded.desc(), templates::id.desc())),
    };
    let total: i64 = all.count().get_result(conn)?;
    let rows: Vec<(TemplateRow, NewestRow)> = newest
        .limit(request.limit())
        .offset(request.offset())
        .select((TemplateRow::as_select(), NewestRow::as_select()))
        .load(conn)?;
    let items = rows.into_iter().map(template_of).collect();
    Ok(Page::new(items, request, u64::try_from(total).unwrap_or(0)))
}

/// A LIKE pattern for names that hold the text.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded(text).chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
