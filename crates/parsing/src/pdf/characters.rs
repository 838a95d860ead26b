//! Which characters a glyph stands for, and how heavy its face is.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, OutlineFontData, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;

use super::glyph::Text;

/// Weights from here on count as bold (CSS: 600 is semi-bold).
const BOLD_FROM: u32 = 600;

/// What a glyph was found to say.
#[derive(Debug, PartialEq, Eq)]
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

/// What was found out about the fonts of a document, by the key of their data.
#[derive(Default)]
pub(crate) struct FontPrograms {
    programs: HashMap<u128, Program>,
}

/// A font program embedded in the document.
struct Program {
    /// Character of each glyph, by the font's own table read backwards.
    characters: HashMap<u16, char>,
}

impl FontPrograms {
    /// What a glyph says: the file's own mapping, else the font's character table read backwards, else the code itself
    /// where it is ASCII.
    pub(crate) fn meaning(&mut self, glyph: &Glyph<'_>) -> Meaning {
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

/// Whether the glyph's face is bold, by its weight or else its name.
pub(crate) fn is_bold(glyph: &Glyph<'_>) -> bool {
    let Glyph::Outline(outline) = glyph else {
        return false;
    };
    outline.font_data().is_some_and(|font| {
        font.weight.is_some_and(|weight| weight >= BOLD_FROM)
            || font.postscript_name.as_deref().is_some_and(is_name_of_bold_face)
    })
}

fn is_name_of_bold_face(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["bold", "black", "heavy", "-bd", "demi"]
        .iter()
        .any(|part| name.contains(part))
}

fn read_text(text: &str) -> Meaning {
    let mut said = String::new();
    let mut space = false;
    for c in text.chars() {
        match read_char(c) {
            Meaning::Said(text) => text.push_to(&mut said),
            Meaning::Space => space = true,
            Meaning::Nothing | Meaning::Unknown => {}
        }
    }
    if !said.is_empty() {
        return Meaning::Said(Text::Several(said.into_boxed_str()));
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
        assert_eq!(read_text("\u{feff}a\0"), several("a"));
    }
}
