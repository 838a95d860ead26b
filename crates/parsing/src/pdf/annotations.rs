//! What a page's annotations say beyond what they draw: form fields and notes.
//!
//! A field with an appearance is drawn like everything else. Three things are made good here: values that the file
//! leaves to the viewer to draw, appearances that no longer say what the value is, and the state of boxes and buttons,
//! which is drawn as often as it is written.

mod boxes;
mod field;
mod pairs;
mod written;

use compact_str::CompactString;
use hayro_interpret::TransformExt;
use hayro_interpret::kurbo::{Affine, Rect as KurboRect};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Rect};
use hayro_syntax::page::Page;
use unicode_normalization::UnicodeNormalization;

use super::glyph::Glyph;
use super::objects::dicts;
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::PlacedWord;
pub(super) use boxes::word as tick_word;
use field::{Field, Kind};
pub(super) use pairs::{Named, add_pairs};

/// Flags of an annotation that is not shown: hidden, or not viewed.
const NOT_SHOWN: u32 = (1 << 1) | (1 << 5);

/// Fields of one page beyond these are taken as they are drawn.
const MAX_FIELDS: usize = 2_000;

/// What the document says of all of its fields.
pub(super) struct Forms<'a> {
    /// Viewers are to draw the fields anew: what is drawn may be out of date.
    stale: bool,
    /// How text in fields looks where they do not say.
    appearance: Option<Dict<'a>>,
}

impl<'a> Forms<'a> {
    pub(super) fn of(pdf: &'a Pdf) -> Self {
        let catalog = pdf.xref().get::<Dict<'a>>(pdf.xref().root_id());
        let appearance = catalog.and_then(|catalog| catalog.get::<Dict<'a>>("AcroForm"));
        let stale = |form: &Dict<'a>| form.get::<bool>("NeedAppearances").unwrap_or(false);
        Self {
            stale: appearance.as_ref().is_some_and(stale),
            appearance,
        }
    }

    /// Settles what the page's annotations say. The glyphs from that index on are those that annotations drew. Glyphs
    /// that do not say what a field holds are removed, and words that do are given back.
    pub(super) fn settle(&self, page: &Page<'a>, glyphs: &mut Vec<Glyph>, from: usize) -> Settled {
        let Some(annotations) = page.raw().get::<Array<'a>>("Annots") else {
            return Settled::default();
        };
        let to_page = page.initial_transform(true).to_kurbo();
        let mut settling = Settling {
            stale: self.stale,
            from,
            gone: vec![false; glyphs.len()],
            glyphs,
            words: Vec::new(),
        };
        let shown = dicts(&annotations).filter(is_shown);
        let fields = shown.filter_map(|annotation| {
            let place = place(&annotation, to_page)?;
            Some((Field::read(&annotation, self.appearance.as_ref())?, place))
        });
        let mut named = Vec::new();
        for (field, place) in fields.take(MAX_FIELDS) {
            settling.field(&field, place);
            named.extend(Named::of(field, place));
        }
        let Settling { gone, words, .. } = settling;
        let mut gone = gone.into_iter();
        glyphs.retain(|_| !gone.next().unwrap_or(false));
        Settled { words, named }
    }
}

/// What the annotations of a page say.
#[derive(Default)]
pub(super) struct Settled {
    /// Words that the page does not draw.
    pub(super) words: Vec<PlacedWord>,
    /// The fields with their names.
    pub(super) named: Vec<Named>,
}

fn is_shown(annotation: &Dict<'_>) -> bool {
    annotation.get::<u32>("F").unwrap_or(0) & NOT_SHOWN == 0
}

fn place(annotation: &Dict<'_>, to_page: Affine) -> Option<Area> {
    let rect = annotation.get::<Rect>("Rect")?;
    let place = to_page.transform_rect_bbox(KurboRect::new(rect.x0, rect.y0, rect.x1, rect.y1));
    let place = Area::new(place.x0, place.y0, place.x1, place.y1);
    let is_on_page =
        place.width() > 0.0 && place.height() > 0.0 && place.x1.is_finite() && place.y1.is_finite();
    is_on_page.then_some(place)
}

/// A page whose fields are gone through one by one.
struct Settling<'g> {
    stale: bool,
    glyphs: &'g [Glyph],
    /// Where the glyphs that annotations drew begin.
    from: usize,
    gone: Vec<bool>,
    words: Vec<PlacedWord>,
}

impl Settling<'_> {
    fn field(&mut self, field: &Field, place: Area) {
        match &field.kind {
            Kind::Box { on } => self.tick_box(*on, place),
            _ if field.value.trim().is_empty() => {}
            Kind::Note if !field.drawn => self.words.extend(written::words(field, place)),
            Kind::Note => {}
            Kind::Text | Kind::Lines | Kind::Comb { .. } => self.text(field, place),
        }
    }

    fn text(&mut self, field: &Field, place: Area) {
        let drawn = self.inside(place, self.from);
        let says_the_value = || squashed(&self.text_of(&drawn)) == squashed(&field.value);
        if drawn.is_empty() || (self.stale && !says_the_value()) {
            self.remove(&drawn);
            self.words.extend(written::words(field, place));
        } else if matches!(field.kind, Kind::Comb { .. }) && says_the_value() {
            self.join(&drawn, &field.value);
        }
    }

    /// A box or button whose mark is drawn, or is not there, becomes a word; one whose mark is written has it.
    fn tick_box(&mut self, on: bool, place: Area) {
        let marks = self.inside(place, 0);
        let is_ticked = marks
            .iter()
            .any(|index| self.text_of(&[*index]).contains(boxes::is_tick));
        let has_label = marks
            .iter()
            .any(|index| self.text_of(&[*index]).contains(char::is_alphanumeric));
        if is_ticked || (has_label && !on) {
            return;
        }
        let marks: Vec<usize> = marks
            .into_iter()
            .filter(|index| *index >= self.from || !self.text_of(&[*index]).contains(char::is_alphanumeric))
            .collect();
        self.remove(&marks);
        self.words.push(boxes::word(on, place));
    }

    /// Indices of the glyphs inside of that place.
    fn inside(&self, place: Area, from: usize) -> Vec<usize> {
        let all = self.glyphs.iter().zip(&self.gone).enumerate().skip(from);
        let inside = all.filter(|(_, (glyph, gone))| !**gone && place.holds_center_of(&glyph.area));
        inside.map(|(index, _)| index).collect()
    }

    fn text_of(&self, indices: &[usize]) -> CompactString {
        let mut text = CompactString::default();
        for glyph in indices.iter().filter_map(|index| self.glyphs.get(*index)) {
            glyph.text.push_to(&mut text);
        }
        text
    }

    fn remove(&mut self, indices: &[usize]) {
        for index in indices {
            if let Some(gone) = self.gone.get_mut(*index) {
                *gone = true;
            }
        }
    }

    /// Characters set in a comb are one word, however far they stand from each other.
    fn join(&mut self, indices: &[usize], value: &str) {
        let glyphs: Vec<&Glyph> = indices
            .iter()
            .filter_map(|index| self.glyphs.get(*index))
            .collect();
        let (Some(first), Some(area)) = (
            glyphs.first(),
            Area::around(glyphs.iter().map(|glyph| &glyph.area)),
        ) else {
            return;
        };
        if glyphs.iter().any(|glyph| glyph.direction != Direction::RIGHT) {
            return;
        }
        let word = PlacedWord {
            text: value.nfc().filter(|c| !c.is_whitespace()).collect(),
            area,
            direction: Direction::RIGHT,
            start: area.x0,
            end: area.x1,
            baseline: first.across,
            size: first.size,
            bold: first.bold,
            hidden: first.hidden,
            confidence: 1.0,
        };
        self.remove(indices);
        self.words.push(word);
    }
}

/// Without what differs between a value and how it is drawn.
fn squashed(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect()
}

/// Whether the annotation draws itself.
fn has_appearance(annotation: &Dict<'_>) -> bool {
    annotation
        .get::<Dict<'_>>("AP")
        .is_some_and(|appearance| appearance.contains_key("N"))
}

fn is_named(name: Option<&Name<'_>>, wanted: &[u8]) -> bool {
    name.is_some_and(|name| name.as_ref() == wanted)
}
