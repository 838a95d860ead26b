//! Which characters a glyph stands for, and how heavy its face is.

use std::collections::HashMap;

use compact_str::CompactString;
use hayro_interpret::font::{Glyph, GlyphIdentifier, OutlineFontData, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{BezPath, Shape};

use unicode_normalization::UnicodeNormalization;

use super::glyph::Text;
use crate::layout::count;

/// Weights from here on count as bold (CSS: 600 is semi-bold).
const BOLD_FROM: u32 = 600;

/// Strokes thicker than this are bold, in thousandths of an em: Helvetica's letters have 81 on average, the bold ones of
/// Times, Courier and Helvetica 95, 92 and 118.
const BOLD_STROKE: f64 = 87.0;

/// So many letters of a run are measured.
const LETTERS_MEASURED: usize = 6;

/// How exactly an outline's length is taken, in thousandths of an em.
const OUTLINE_ACCURACY: f64 = 1.0;

/// What a glyph was found to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// White space: it separates words and is not part of any.
    Space,
    /// Nothing that is ever seen: zero-width and control characters.
    Nothing,
    /// Characters.
    Said(Text),
    /// The file does not say.
    Unknown,
}

/// What a code of a font stands for.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) meaning: Meaning,
    /// Width in glyph units, as the file says.
    pub(crate) advance: Option<f32>,
}

impl Meaning {
    fn is_letter(&self) -> bool {
        matches!(self, Self::Said(Text::One(c)) if c.is_alphanumeric())
    }
}

/// What was found out about the fonts of a document, by the key of their data.
#[derive(Default)]
pub(crate) struct FontPrograms {
    programs: HashMap<u128, Program>,
    /// Mean thickness of each glyph's strokes.
    strokes: HashMap<GlyphIdentifier, Option<f64>>,
}

/// A font program embedded in the document.
struct Program {
    /// Character of each glyph, by the font's own table read backwards.
    characters: HashMap<u16, char>,
}

/// Codes of a run that are remembered: an alphabet and its capitals.
const CODES_REMEMBERED: usize = 64;

impl FontPrograms {
    /// What the glyphs of a run say, and how far they move the pen. They are of one font, in which a code is always the
    /// same glyph: each is looked up once.
    pub(crate) fn readings<'g, 'a: 'g>(&mut self, run: impl Iterator<Item = &'g Glyph<'a>>) -> Vec<Reading> {
        let mut first: Vec<(u32, usize)> = Vec::new();
        let mut readings: Vec<Reading> = Vec::with_capacity(run.size_hint().0);
        for (index, glyph) in run.enumerate() {
            let code = glyph.char_code();
            let known = first.iter().find(|(known, _)| *known == code);
            let reading = match known.and_then(|(_, at)| readings.get(*at)) {
                Some(reading) => reading.clone(),
                None => Reading {
                    meaning: self.meaning(glyph),
                    advance: advance_width(glyph),
                },
            };
            // A longer list would take longer than looking up.
            if known.is_none() && first.len() < CODES_REMEMBERED {
                first.push((code, index));
            }
            readings.push(reading);
        }
        readings
    }

    /// What a glyph says: the file's own mapping, else the font's character table read backwards, else the code itself
    /// where it is ASCII.
    fn meaning(&mut self, glyph: &Glyph<'_>) -> Meaning {
        let mapped = glyph.as_unicode().map(|text| match text {
            BfString::Char(c) => read_char(c),
            BfString::String(text) => read_text(&text),
        });
        match mapped {
            Some(Meaning::Unknown) | None => self.unmapped(glyph),
            Some(meaning) => meaning,
        }
    }

    fn unmapped(&mut self, glyph: &Glyph<'_>) -> Meaning {
        if let Glyph::Outline(outline) = glyph
            && let Some(c) = self.by_font_program(outline)
        {
            return read_char(c);
        }
        u8::try_from(glyph.char_code())
            .ok()
            .filter(|code| code.is_ascii_graphic() || *code == b' ')
            .map_or(Meaning::Unknown, |code| read_char(char::from(code)))
    }

    /// Whether a run's face is bold, given its glyphs and what they say. Where the file has no data of the face, as with
    /// the standard fonts, the strokes of its letters are measured.
    pub(crate) fn is_bold<'g, 'a: 'g>(
        &mut self,
        run: impl Iterator<Item = (&'g Glyph<'a>, &'g Reading)>,
    ) -> bool {
        let (mut letters, mut thickness) = (0, 0.0);
        for (glyph, reading) in run {
            let Glyph::Outline(outline) = glyph else { continue };
            if let Some(font) = outline.font_data() {
                return is_bold_face(&font);
            }
            if reading.meaning.is_letter()
                && let Some(of_letter) = self.thickness(outline)
            {
                letters += 1;
                thickness += of_letter;
            }
            if letters >= LETTERS_MEASURED {
                break;
            }
        }
        letters > 0 && thickness > BOLD_STROKE * count(letters)
    }

    fn thickness(&mut self, glyph: &OutlineGlyph) -> Option<f64> {
        *self
            .strokes
            .entry(glyph.identifier())
            .or_insert_with(|| thickness(&glyph.outline()))
    }

    fn by_font_program(&mut self, glyph: &OutlineGlyph) -> Option<char> {
        let font = glyph.font_data()?;
        let id = u16::try_from(glyph.glyph_id().to_u32()).ok()?;
        let program = self
            .programs
            .entry(font.cache_key)
            .or_insert_with(|| Program::read(&font));
        program.characters.get(&id).copied()
    }
}

impl Program {
    fn read(font: &OutlineFontData) -> Self {
        Self {
            characters: characters_by_glyph((*font.data).as_ref()).unwrap_or_default(),
        }
    }
}

/// The font's character table backwards. Where several characters share a glyph, the smallest wins.
fn characters_by_glyph(data: &[u8]) -> Option<HashMap<u16, char>> {
    let face = ttf_parser::Face::parse(data, 0).ok()?;
    let mut characters = HashMap::new();
    for table in face.tables().cmap?.subtables {
        if !table.is_unicode() {
            continue;
        }
        table.codepoints(|code| {
            if let (Some(c), Some(id)) = (char::from_u32(code), table.glyph_index(code)) {
                let known = characters.entry(id.0).or_insert(c);
                *known = c.min(*known);
            }
        });
    }
    Some(characters)
}

/// Whether the name of a face, or else its weight, is that of a bold one. Names are asked first: there are regular
/// faces that give themselves the weight of a bold one.
fn is_bold_face(font: &OutlineFontData) -> bool {
    let name = font
        .postscript_name
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if says(&["bold", "black", "heavy", "-bd", "demi"]) {
        return true;
    }
    let is_named_regular = says(&["regu", "roman", "light", "book"]);
    !is_named_regular && font.weight.is_some_and(|weight| weight >= BOLD_FROM)
}

/// Mean thickness of a shape's strokes: a stroke's area is its length times its thickness, its outline twice its
/// length.
fn thickness(outline: &BezPath) -> Option<f64> {
    let around = outline.perimeter(OUTLINE_ACCURACY);
    (around > 0.0).then(|| 2.0 * outline.area().abs() / around)
}

fn advance_width(glyph: &Glyph<'_>) -> Option<f32> {
    match glyph {
        Glyph::Outline(glyph) => glyph.advance_width(),
        Glyph::Type3(glyph) => glyph.advance_width(),
    }
}

fn read_text(text: &str) -> Meaning {
    let mut said = CompactString::default();
    let mut space = false;
    for c in text.chars() {
        match read_char(c) {
            Meaning::Said(text) => text.push_to(&mut said),
            Meaning::Space => space = true,
            Meaning::Nothing | Meaning::Unknown => {}
        }
    }
    if !said.is_empty() {
        return Meaning::Said(Text::Several(said.as_str().into()));
    }
    if space { Meaning::Space } else { Meaning::Unknown }
}

fn read_char(c: char) -> Meaning {
    match c {
        '\u{ad}' => Meaning::Said(Text::One('-')),
        '\u{fffd}' | '\0' => Meaning::Unknown,
        '\u{fb00}' => several("ff"),
        '\u{fb01}' => several("fi"),
        '\u{fb02}' => several("fl"),
        '\u{fb03}' => several("ffi"),
        '\u{fb04}' => several("ffl"),
        '\u{fb05}' | '\u{fb06}' => several("st"),
        // Symbol fonts put their code page at U+F000.
        '\u{f020}' => Meaning::Space,
        '\u{f0b7}' | '\u{f0a7}' => Meaning::Said(Text::One('\u{2022}')),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {
            Meaning::Nothing
        }
        // The shapes of Arabic letters in their places stand for the letters.
        '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
            let letters: String = c.nfkc().filter(|c| !c.is_whitespace()).collect();
            several(&letters)
        }
        c if c.is_whitespace() => Meaning::Space,
        c if c.is_control() => Meaning::Unknown,
        c => Meaning::Said(Text::One(c)),
    }
}

fn several(text: &str) -> Meaning {
    Meaning::Said(Text::Several(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ligatures_are_spelled_out_and_soft_hyphens_are_hyphens() {
        assert_eq!(read_char('\u{fb01}'), several("fi"));
        assert_eq!(read_char('\u{ad}'), Meaning::Said(Text::One('-')));
        assert_eq!(read_char('\u{a0}'), Meaning::Space);
        assert_eq!(read_char('\u{fefb}'), several("\u{644}\u{627}"));
        assert_eq!(read_text("\u{feff}a\0"), several("a"));
    }
}
