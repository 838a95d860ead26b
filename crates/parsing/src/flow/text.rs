//! Texts as a file has them, and the words they fall into.

use domain::geometry::BBox;
use domain::parsed::Word;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A word is full after so many characters: what works on words, in extraction too, works on something of bounded size.
const CHARS_A_WORD: usize = 500;

/// Characters as they stand in a file, with line ends (`\n`) and with what of them is bold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    runs: Vec<(String, bool)>,
}

impl Text {
    pub(crate) fn plain(text: &str) -> Self {
        let mut all = Self::default();
        all.push(text, false);
        all
    }

    /// Adds characters. Two runs are two words only where a blank stands between them.
    pub(crate) fn push(&mut self, text: &str, bold: bool) {
        match self.runs.last_mut() {
            Some((last, was_bold)) if *was_bold == bold => last.push_str(text),
            _ => self.runs.push((text.to_owned(), bold)),
        }
    }

    /// Adds another text in lines of its own.
    pub(crate) fn append(&mut self, other: Self) {
        if !self.runs.is_empty() {
            self.push("\n", false);
        }
        self.runs.extend(other.runs);
    }

    /// Puts characters before it.
    pub(crate) fn prepend(&mut self, text: &str, bold: bool) {
        if !text.is_empty() {
            self.runs.insert(0, (text.to_owned(), bold));
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.runs
            .iter()
            .all(|(text, _)| text.chars().all(|c| is_blank(c) || is_invisible(c)))
    }

    /// Whether all that can be seen of it is bold.
    pub(crate) fn is_bold(&self) -> bool {
        self.runs
            .iter()
            .all(|(text, bold)| *bold || text.chars().all(is_blank))
            && !self.is_blank()
    }

    /// Whether it has more digits than letters.
    pub(super) fn is_number(&self) -> bool {
        let count = |wanted: fn(char) -> bool| {
            let characters = self.runs.iter().flat_map(|(text, _)| text.chars());
            characters.filter(|c| wanted(*c)).count()
        };
        count(|c| c.is_ascii_digit()) > count(char::is_alphabetic)
    }

    /// All of it in one line.
    pub(crate) fn line(&self) -> String {
        let words = self.lines().into_iter().flatten();
        words.map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    /// How many words it has.
    pub(crate) fn words(&self) -> usize {
        self.lines().iter().map(Vec::len).sum()
    }

    /// The words of each line that has any.
    pub(super) fn lines(&self) -> Vec<Vec<Word>> {
        let mut lines = vec![Vec::new()];
        let mut word = OpenWord::default();
        for (text, bold) in &self.runs {
            for c in text.chars() {
                if !is_blank(c) {
                    word.push(c, *bold);
                    continue;
                }
                word.close(&mut lines);
                if c == '\n' {
                    lines.push(Vec::new());
                }
            }
        }
        word.close(&mut lines);
        lines.retain(|words| !words.is_empty());
        lines
    }
}

/// Between two words.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Marks that say something of their neighbours and are no word alone: joiners, soft hyphens, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

#[derive(Default)]
struct OpenWord {
    text: String,
    /// All of it so far.
    bold: bool,
}

impl OpenWord {
    fn push(&mut self, c: char, bold: bool) {
        self.bold = bold && (self.bold || self.text.is_empty());
        self.text.push(c);
    }

    /// Puts the word at the end of the last line; in pieces if it is longer than any word.
    fn close(&mut self, lines: &mut [Vec<Word>]) {
        let text = std::mem::take(&mut self.text);
        let Some(line) = lines.last_mut() else { return };
        if text.chars().all(is_invisible) {
            return;
        }
        let text = if is_nfc(&text) { text } else { text.nfc().collect() };
        if text.len() <= CHARS_A_WORD {
            line.push(word(text, self.bold));
            return;
        }
        let characters: Vec<char> = text.chars().collect();
        let pieces = characters.chunks(CHARS_A_WORD);
        line.extend(pieces.map(|piece| word(piece.iter().collect(), self.bold)));
    }
}

fn word(text: String, bold: bool) -> Word {
    Word {
        text: text.into(),
        bbox: BBox::default(),
        size: 0.0,
        bold,
        hidden: false,
        confidence: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_bold_if_all_of_it_is() {
        let mut text = Text::default();
        text.push("In", true);
        text.push("voice ", false);
        text.push("No", true);
        let lines = text.lines();
        let words: Vec<(&str, bool)> = lines[0].iter().map(|w| (w.text.as_str(), w.bold)).collect();
        assert_eq!(words, [("Invoice", false), ("No", true)]);
    }
}
