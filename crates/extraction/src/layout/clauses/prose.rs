//! Running text: the words of a document in reading order over lines and pages, cut into sentences.

use domain::parsed::{Block, BlockKind, Page};

use super::words::Words;
use crate::layout::candidates::Part;
use crate::layout::rect::Rect;
use crate::layout::scene::Scene;
use crate::layout::view::View;
use crate::reading::fold::fold;

/// No more words of a document are looked at: contracts say who, when and where long before.
const MOST_WORDS: usize = 120_000;
/// A word of running text.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) view: usize,
    pub(crate) segment: usize,
    /// Index within the segment.
    pub(crate) at: usize,
    pub(crate) text: String,
    /// Folded, without marks around it; empty for marks alone, and for the second half of a word that a line end cut.
    pub(crate) core: String,
    /// Number of its sentence.
    pub(crate) sentence: usize,
    /// First of its line.
    pub(crate) opens_line: bool,
}

/// Words `from..to` of a document's running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The running text of a document.
#[derive(Debug, Default)]
pub(crate) struct Prose {
    pub(crate) words: Vec<Word>,
    /// Where each sentence begins.
    sentences: Vec<usize>,
    /// Raised letters that are left out, by page: they part the words around them.
    raised: Vec<(usize, Rect)>,
}

/// How the next block joins the text before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// On the same line or on the next of its block.
    Close,
    /// The next block of text: a page may have cut the sentence.
    Loose,
    /// A heading ends or begins here, or an entry of a list.
    Apart,
}

impl Prose {
    /// Of the document with that index.
    pub(crate) fn new(scene: &Scene<'_>, document: usize) -> Self {
        let mut prose = Self::default();
        let mut joints: Vec<Joint> = Vec::new();
        let mut before: Option<BlockKind> = None;
        for (index, sheet) in scene.sheets.iter().enumerate() {
            let view = &sheet.view;
            if view.document != document || prose.words.len() > MOST_WORDS {
                continue;
            }
            let places = places(view);
            for block in &view.page.blocks {
                if is_running_head(view.page, block) {
                    continue;
                }
                let first = prose.words.len();
                prose.add_block(index, view, block, &places);
                if prose.words.len() == first {
                    continue;
                }
                joints.resize(prose.words.len(), Joint::Close);
                if let Some(joint) = joints.get_mut(first) {
                    *joint = joint_of(before, block.kind);
                }
                before = Some(block.kind);
            }
        }
        prose.join_cut_words();
        prose.cut(&joints);
        prose
    }

    fn add_block(&mut self, index: usize, view: &View<'_>, block: &Block, places: &Places) {
        for line in block.lines.of(&view.page.lines) {
            let mut opens_line = true;
            let first = self.words.len();
            for (segment, at) in line.words.range().flat_map(|word| places.of(word)) {
                let Some(text) = view.segment(*segment).map(|segment| segment.slice(*at, at + 1)) else {
                    continue;
                };
                self.words.push(Word {
                    view: index,
                    segment: *segment,
                    at: *at,
                    core: core(text),
                    text: text.to_owned(),
                    sentence: 0,
                    opens_line,
                });
                opens_line = false;
            }
            if is_raised_mark(&self.words, first) {
                self.raised.extend(
                    self.words
                        .get(first)
                        .and_then(|word| Some((index, word.place(view)?))),
                );
                self.words.truncate(first);
            }
        }
    }

    /// A word that a line end cut with a hyphen is one word.
    fn join_cut_words(&mut self) {
        for index in 1..self.words.len() {
            let Some((left, right)) = self.words.split_at_mut_checked(index) else {
                return;
            };
            let (Some(head), Some(tail)) = (left.last_mut(), right.first_mut()) else {
                return;
            };
            let cut = tail.opens_line
                && head.text.ends_with(['-', '\u{ad}', '‐'])
                && head.text.chars().count() > 2
                && tail.text.starts_with(char::is_lowercase);
            if cut {
                head.core.push_str(&tail.core);
                tail.core.clear();
            }
        }
    }

    fn cut(&mut self, joints: &[Joint]) {
        let mut sentence = 0;
        let mut starts = vec![0];
        for index in 0..self.words.len() {
            let joint = joints.get(index).copied().unwrap_or(Joint::Close);
            if index > 0 && self.ends_before(index, joint) {
                sentence += 1;
                starts.push(index);
            }
            if let Some(word) = self.words.get_mut(index) {
                word.sentence = sentence;
            }
        }
        self.sentences = starts;
    }

    /// Whether a sentence ends before the word.
    fn ends_before(&self, index: usize, joint: Joint) -> bool {
        let (Some(before), Some(word)) = (self.words.get(index - 1), self.words.get(index)) else {
            return true;
        };
        let closed = before
            .text
            .trim_end_matches(['"', '”', '’', '\'', ')', ']', '“', '»']);
        let opens = !word.text.starts_with(char::is_lowercase);
        let ends = closed.ends_with(['.', '!', '?']) && opens && !is_short_form(before, closed);
        match joint {
            Joint::Close => ends,
            Joint::Loose => {
                ends || closed.ends_with([':', ';'])
                    || (opens && !closed.ends_with(',') && self.is_short_line(index))
            }
            Joint::Apart => true,
        }
    }

    /// Whether the line before the word is too short for running text: a heading, a line of an address.
    fn is_short_line(&self, index: usize) -> bool {
        let before = self.words.get(..index).unwrap_or_default();
        let length = before.iter().rev().position(|word| word.opens_line).unwrap_or(0) + 1;
        length <= 6
    }

    pub(crate) fn word(&self, index: usize) -> Option<&Word> {
        self.words.get(index)
    }

    pub(crate) fn core(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| word.core.as_str())
    }

    pub(crate) fn text(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| word.text.as_str())
    }

    /// The printed words of a run.
    pub(crate) fn texts(&self, run: Run) -> Vec<&str> {
        let words = self.words.get(run.from..run.to).unwrap_or_default();
        words.iter().map(|word| word.text.as_str()).collect()
    }

    /// The sentence that holds the word.
    pub(crate) fn sentence_at(&self, index: usize) -> Run {
        let number = self.words.get(index).map_or(0, |word| word.sentence);
        self.sentence(number)
    }

    /// The sentence of that number; empty where there is none.
    pub(crate) fn sentence(&self, number: usize) -> Run {
        let from = self.sentences.get(number).copied().unwrap_or(self.words.len());
        let to = self
            .sentences
            .get(number + 1)
            .copied()
            .unwrap_or(self.words.len());
        Run { from, to }
    }

    /// The words as parts of segments, one a line, with the page; none where they stand on two pages.
    pub(crate) fn parts(&self, scene: &Scene<'_>, run: Run) -> Option<(usize, Vec<Part>)> {
        let words = self.words.get(run.from..run.to)?;
        let view = words.first()?.view;
        let page = &scene.sheets.get(view)?.view;
        let raised: Vec<Rect> = self
            .raised
            .iter()
            .filter(|(on, _)| *on == view)
            .map(|(_, place)| *place)
            .collect();
        let mut left: Option<Rect> = None;
        let mut parts: Vec<Part> = Vec::new();
        for word in words {
            if word.view != view {
                return None;
            }
            let place = word.place(page);
            match parts.last_mut() {
                Some(last)
                    if last.segment == word.segment
                        && last.to == word.at
                        && !parted(left, place, &raised) =>
                {
                    last.to += 1;
                }
                _ => parts.push(Part {
                    segment: word.segment,
                    from: word.at,
                    to: word.at + 1,
                }),
            }
            left = place;
        }
        Some((view, parts))
    }
}

impl Word {
    fn place(&self, view: &View<'_>) -> Option<Rect> {
        Some(view.segment(self.segment)?.place_of(self.at, self.at + 1))
    }
}

/// Whether raised letters stand between two words: a box around both would hold them.
fn parted(left: Option<Rect>, right: Option<Rect>, raised: &[Rect]) -> bool {
    left.zip(right).is_some_and(|(left, right)| {
        raised.iter().any(|mark| {
            let x = mark.center_x();
            left.center_x() < x && x < right.center_x() && mark.overlap_y(&left) > 0.0
        })
    })
}

/// Where parts of a page's segments stand.
pub(crate) fn place_of(view: &View<'_>, parts: &[Part]) -> Option<Rect> {
    let places = parts
        .iter()
        .filter_map(|part| Some(view.segment(part.segment)?.place_of(part.from, part.to)));
    Rect::around(places)
}

/// Folded, without marks around it: `“Company”)` is `company`.
pub(crate) fn core(text: &str) -> String {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = bare
        .strip_suffix("'s")
        .or(bare.strip_suffix("’s"))
        .unwrap_or(bare);
    bare.to_owned()
}

/// For each word of a page its places in segments: a word cut at a colon stands in two.
struct Places(Vec<Vec<(usize, usize)>>);

impl Places {
    fn of(&self, word: usize) -> &[(usize, usize)] {
        self.0.get(word).map(Vec::as_slice).unwrap_or_default()
    }
}

fn places(view: &View<'_>) -> Places {
    let mut places = vec![Vec::new(); view.page.words.len()];
    for (segment, found) in view.segments.iter().enumerate() {
        for (at, word) in found.words.iter().enumerate() {
            if let Some(place) = places.get_mut(*word) {
                place.push((segment, at));
            }
        }
    }
    Places(places)
}

/// A head or foot that runs over the pages. The first page's head may be the title.
fn is_running_head(page: &Page, block: &Block) -> bool {
    match block.kind {
        BlockKind::Footer => true,
        BlockKind::Header => page.number > 1,
        _ => false,
    }
}

/// Letters raised above a line that stand as a line of their own: the `th` of `December 9th`.
fn is_raised_mark(words: &[Word], first: usize) -> bool {
    match words.get(first..) {
        Some([word]) => matches!(word.text.as_str(), "st" | "nd" | "rd" | "th" | "er" | "º"),
        _ => false,
    }
}

fn joint_of(before: Option<BlockKind>, kind: BlockKind) -> Joint {
    match (before, kind) {
        (None | Some(BlockKind::Heading), _) | (_, BlockKind::Heading | BlockKind::ListItem) => Joint::Apart,
        _ => Joint::Loose,
    }
}

fn is_short_form(word: &Word, closed: &str) -> bool {
    let bare = word.core.replace('.', "");
    let inner = closed.trim_end_matches('.').contains('.') && bare.chars().all(char::is_alphabetic);
    let initial = bare.chars().count() == 1 && bare.chars().all(char::is_alphabetic);
    let number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit()) && bare.len() <= 2;
    inner || initial || number || Words::get().is_short_form(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::score::Model;
    use crate::testing::{Sketch, document, input};

    fn sentences(lines: &[&str]) -> Vec<String> {
        let mut sketch = Sketch::new(1);
        for (at, line) in (0_u32..).zip(lines) {
            sketch = sketch.text(50.0, 50.0 + 14.0 * f64::from(at), line);
        }
        let parsed = document(vec![sketch.page()]);
        let inputs = [input("a.pdf", &parsed)];
        let scene = Scene::new(&inputs, Model::builtin());
        let prose = Prose::new(&scene, 0);
        (0..prose.sentences.len())
            .map(|number| prose.texts(prose.sentence(number)).join(" "))
            .collect()
    }

    #[test]
    fn a_sentence_goes_on_over_lines_and_short_forms_do_not_end_it() {
        let found = sentences(&[
            "This is made between Harbour Co. Ltd. and Example Inc. of the U.S.",
            "and goes on for quite a while in this line here. The next",
            "one follows.",
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].starts_with("The next one"));
    }

    #[test]
    fn words_cut_at_a_line_end_are_one_and_raised_letters_are_none() {
        let mut sketch = Sketch::new(1).text(50.0, 50.0, "made on the 9 day of this agree-");
        sketch = sketch
            .sized(200.0, 48.0, 5.0, "th")
            .text(50.0, 64.0, "ment it is");
        let parsed = document(vec![sketch.page()]);
        let inputs = [input("a.pdf", &parsed)];
        let scene = Scene::new(&inputs, Model::builtin());
        let prose = Prose::new(&scene, 0);
        let cores: Vec<&str> = prose
            .words
            .iter()
            .map(|word| word.core.as_str())
            .filter(|core| !core.is_empty())
            .collect();
        assert_eq!(
            cores,
            [
                "made",
                "on",
                "the",
                "9",
                "day",
                "of",
                "this",
                "agreement",
                "it",
                "is"
            ]
        );
    }
}
