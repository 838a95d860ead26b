//! DOCX. It has no pages until a program lays it out; where the last one that did so ended them, they end here.

mod body;
mod numbering;
mod styles;

use std::collections::BTreeMap;

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;

use super::package::{Package, Relation};
use super::pieces::{NoteKind, Piece};
use crate::flow::{FULL_TEXT, Flow, Text};
use crate::{Format, ParseError, Parsed};
use body::{Reader, Section};
use numbering::Numbering;
use styles::Styles;

const MEDIA_TYPE: &str = Format::Docx.media_type();

/// Reads a text.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    let mut package = Package::open(bytes, MEDIA_TYPE)?;
    let main = package.main("word/document.xml")?;
    let text = package.need(&main)?;
    let relations = package.relations(&main)?;
    let mut part = |kind: &str| {
        let found = relations.iter().find(|relation| relation.kind == kind);
        found.map_or(Ok(None), |relation| package.text(&relation.target))
    };
    let styles = part("styles")?.map_or_else(Styles::default, |text| Styles::read(&text));
    let numbering = part("numbering")?.map_or_else(Numbering::default, |text| Numbering::read(&text));
    let kinds = [
        ("footnotes", NoteKind::Footnote),
        ("endnotes", NoteKind::Endnote),
        ("comments", NoteKind::Comment),
    ];
    let mut notes = BTreeMap::new();
    let mut reader = Reader::new(&styles, numbering);
    for (name, kind) in kinds {
        if let Some(text) = part(name)? {
            // What cannot be read beside the text is no reason to lose the text.
            for (id, pieces) in reader.notes(&text).unwrap_or_default() {
                notes.insert((kind, id), pieces);
            }
        }
    }
    let body = reader.body(&text)?;
    let heads = heads(&mut package, &relations, &body.sections, &mut reader)?;

    let mut setting = Setting {
        flow: Flow::new(MEDIA_TYPE, config, FULL_TEXT),
        notes,
        waiting: Vec::new(),
    };
    setting.all(body.pieces, &body.sections, &heads)?;
    Ok(setting.flow.finish()?.into())
}

/// Reads the heads and feet that sections name, by their ids.
fn heads(
    package: &mut Package<'_>,
    relations: &[Relation],
    sections: &[Section],
    reader: &mut Reader<'_>,
) -> Result<BTreeMap<String, Vec<Piece>>, ParseError> {
    let mut heads = BTreeMap::new();
    for id in sections
        .iter()
        .flat_map(|section| section.headers.iter().chain(&section.footers))
    {
        let target = relations.iter().find(|relation| relation.id == *id);
        if let Some(target) = target.filter(|_| !heads.contains_key(id))
            && let Some(text) = package.text(&target.target)?
        {
            heads.insert(id.clone(), reader.part(&text).unwrap_or_default());
        }
    }
    Ok(heads)
}

/// Pages in the making.
struct Setting {
    flow: Flow,
    notes: BTreeMap<(NoteKind, String), Vec<Piece>>,
    /// Notes of the page under way.
    waiting: Vec<(NoteKind, String)>,
}

impl Setting {
    fn all(
        &mut self,
        pieces: Vec<Piece>,
        sections: &[Section],
        heads: &BTreeMap<String, Vec<Piece>>,
    ) -> Result<(), ParseError> {
        let mut number = 0_usize;
        let mut shown = Vec::new();
        let mut beside = |setting: &mut Self, ids: &[String], kind| {
            for id in ids {
                // A head that goes on from section to section stands where it begins.
                if !shown.contains(id) {
                    shown.push(id.clone());
                    setting.beside(heads.get(id).cloned().unwrap_or_default(), kind)?;
                }
            }
            Ok(())
        };
        let headers = |number: usize| {
            sections
                .get(number)
                .map_or(&[][..], |section| section.headers.as_slice())
        };
        let footers = |number: usize| {
            sections
                .get(number)
                .map_or(&[][..], |section| section.footers.as_slice())
        };
        beside(self, headers(number), BlockKind::Header)?;
        for piece in pieces {
            if !matches!(piece, Piece::SectionEnd) {
                self.piece(piece)?;
                continue;
            }
            beside(self, footers(number), BlockKind::Footer)?;
            number = number.saturating_add(1);
            if sections.get(number).is_none_or(|next| next.new_page) {
                self.end_page()?;
            }
            beside(self, headers(number), BlockKind::Header)?;
        }
        self.set_notes()?;
        beside(self, footers(number), BlockKind::Footer)
    }

    fn piece(&mut self, piece: Piece) -> Result<(), ParseError> {
        match piece {
            Piece::Block(kind, text) => {
                if !text.is_blank() {
                    self.flow.block(kind, &text)?;
                }
            }
            Piece::Table(table) if table.holds_values() => {
                for note in table.set(&mut self.flow)? {
                    self.piece(note)?;
                }
            }
            Piece::Table(table) => {
                for piece in table.into_pieces() {
                    self.piece(piece)?;
                }
            }
            Piece::PageEnd => self.end_page()?,
            Piece::Note(kind, id) => self.waiting.push((kind, id)),
            Piece::SectionEnd => {}
        }
        Ok(())
    }

    /// What stands at the head or foot.
    fn beside(&mut self, pieces: Vec<Piece>, kind: BlockKind) -> Result<(), ParseError> {
        for piece in pieces {
            match piece {
                Piece::Block(_, text) if !text.is_blank() => {
                    self.flow.block(kind, &text)?;
                }
                Piece::Table(table) => {
                    let mut line = Text::default();
                    for piece in table.into_pieces() {
                        if let Piece::Block(_, text) = piece {
                            line.append(text);
                        }
                    }
                    if !line.is_blank() {
                        self.flow.block(kind, &line)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), ParseError> {
        self.set_notes()?;
        self.flow.break_page();
        Ok(())
    }

    /// Each note stands once, on the page where it is first referred to.
    fn set_notes(&mut self) -> Result<(), ParseError> {
        for note in std::mem::take(&mut self.waiting) {
            for piece in self.notes.remove(&note).unwrap_or_default() {
                // Notes do not end pages, and have no notes.
                if matches!(piece, Piece::Block(_, _) | Piece::Table(_)) {
                    self.piece(piece)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
