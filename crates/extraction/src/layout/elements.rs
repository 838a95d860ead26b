//! Where the elements of a list of plain values stand, for groups that run once for each: an element reaches from its
//! line to the next element's, and the first on a page from the top of the page.

use domain::evidence::{Audit, Source};

use super::ground::Scope;
use super::rect::Rect;
use super::scene::Scene;
use super::slots::Answer;

/// For each element of a list the rows that are its own.
pub(crate) fn scopes(scene: &Scene<'_>, list: &Answer) -> Vec<Vec<Scope>> {
    let Audit::List(items) = &list.audit else {
        return Vec::new();
    };
    let places: Vec<Option<(usize, usize)>> = items.iter().map(|item| place(scene, item)).collect();
    let starts: Vec<Option<(usize, usize)>> = places
        .iter()
        .enumerate()
        .map(|(index, place)| {
            let (view, row) = (*place)?;
            let before = index
                .checked_sub(1)
                .and_then(|before| places.get(before).copied().flatten());
            let first = before.is_none_or(|(other, _)| other != view);
            Some((view, if first { 0 } else { row }))
        })
        .collect();
    starts
        .iter()
        .enumerate()
        .map(|(index, start)| {
            let Some(start) = *start else { return Vec::new() };
            let next = starts
                .iter()
                .skip(index + 1)
                .flatten()
                .find(|next| **next > start);
            between(scene, start, next.copied())
        })
        .collect()
}

/// The rows from a place to the next element's, or to the end of the document.
fn between(scene: &Scene<'_>, start: (usize, usize), next: Option<(usize, usize)>) -> Vec<Scope> {
    let document = |view: usize| scene.sheets.get(view).map(|sheet| sheet.view.document);
    let last = next.map_or(scene.sheets.len(), |(view, row)| view + usize::from(row > 0));
    (start.0..last)
        .filter(|view| document(*view) == document(start.0))
        .map(|view| Scope {
            view,
            from: if view == start.0 { start.1 } else { 0 },
            to: next
                .filter(|(other, _)| *other == view)
                .map_or(usize::MAX, |(_, row)| row),
        })
        .collect()
}

/// The page and the row of an element's first source.
fn place(scene: &Scene<'_>, item: &Audit) -> Option<(usize, usize)> {
    let mut first: Option<Source> = None;
    item.for_each_leaf(&mut |_, evidence| {
        if first.is_none() {
            first = evidence.sources.first().cloned();
        }
    });
    let source = first?;
    let index = scene.sheets.iter().position(|sheet| {
        let named = scene.documents.get(sheet.view.document);
        sheet.view.page.number == source.page && named.is_some_and(|input| input.id == source.document_id)
    })?;
    let view = &scene.sheets.get(index)?.view;
    let row = match source.bbox {
        Some(bbox) => {
            let y = Rect::on_page(&bbox, view.width, view.height).center_y();
            view.rows
                .iter()
                .position(|row| (row.place.y0..=row.place.y1).contains(&y))
        }
        None => view
            .segments
            .iter()
            .find(|segment| segment.text.contains(source.text.as_str()))
            .map(|segment| segment.row),
    };
    Some((index, row?))
}
