//! The parties of a run: which address block is whose, and what its lines say.

use std::collections::HashMap;

use super::answer::{Scored, Why};
use super::ask::Ask;
use super::candidates::{Candidate, Part as Words, clean};
use super::features;
use super::labels::Hit;
use super::party::{self, Block, Line, Part, PartyAsk, Sections};
use super::rect::Rect;
use super::regions::HitIndex;
use super::scene::Scene;
use super::score::{Feature, Features};
use super::spans;
use crate::reading::fold::fold;
use crate::reading::{looks_like_street, organization_score};

/// Below this nothing says that a block is a party's.
const LEAST: f64 = 0.3;

/// Blocks with the roles that were given to them.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    blocks: Vec<Block>,
    /// For each role its blocks (indices), the surest first.
    by_role: HashMap<String, Vec<(usize, f64)>>,
    /// For each page the headings of sections: role and place.
    sections: Vec<Vec<(String, Rect)>>,
    units: Vec<f64>,
}

impl Parties {
    pub(crate) fn new(scene: &Scene<'_>, hits: &[Vec<Hit>]) -> Self {
        let mut parties = Self::default();
        let mut claims: Vec<(f64, String, usize)> = Vec::new();
        for (index, (sheet, hits)) in scene.sheets.iter().zip(hits).enumerate() {
            let view = &sheet.view;
            let found = party::blocks(
                index,
                view,
                &sheet.spans,
                &HitIndex::new(hits, view.segments.len()),
            );
            for block in &found {
                let number = parties.blocks.len();
                for (role, strength) in party::roles(view, hits, block, &found) {
                    claims.push((strength, role, number));
                }
                parties.blocks.push(block.clone());
            }
            parties.sections.push(Sections::new(hits).into_places());
            parties.units.push(view.unit);
        }
        parties.share_out(claims);
        parties
    }

    /// Gives each block to the role that claims it most, and its twins (the same address elsewhere) with it.
    fn share_out(&mut self, mut claims: Vec<(f64, String, usize)>) {
        claims.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| a.2.cmp(&b.2))
                .then_with(|| a.1.cmp(&b.1))
        });
        let mut owner: HashMap<String, String> = HashMap::new();
        for (strength, role, number) in claims {
            let Some(block) = self.blocks.get(number) else {
                continue;
            };
            let key = identity(block);
            if strength < LEAST || owner.get(&key).is_some_and(|known| *known != role) {
                continue;
            }
            let list = self.by_role.entry(role.clone()).or_default();
            let settled = list
                .first()
                .and_then(|(first, _)| self.blocks.get(*first))
                .is_some_and(|first| identity(first) != key);
            if settled && strength < 0.8 {
                continue;
            }
            owner.insert(key, role);
            list.push((number, strength));
        }
    }

    /// The role in whose section of a page the place stands.
    pub(crate) fn section(&self, view: usize, place: &Rect) -> Option<&str> {
        let headings = self.sections.get(view)?;
        let unit = self.units.get(view).copied().unwrap_or(10.0);
        party::section_at(headings, unit, place)
    }

    /// What the blocks of the party say for the field.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, ask: &Ask<'_>, party: &PartyAsk) -> Vec<Scored> {
        let Some(part) = party.part else { return Vec::new() };
        let blocks = self
            .by_role
            .get(&party.role)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut found = Vec::new();
        for (rank, (number, strength)) in blocks.iter().enumerate() {
            let Some(block) = self.blocks.get(*number) else {
                continue;
            };
            let Some((words, printed)) = part_of(scene, block, part) else {
                continue;
            };
            let strength = strength - 0.1 * super::rect::float(rank.min(3));
            found.extend(candidate(scene, ask, party, block, words, printed, strength));
        }
        found
    }
}

fn candidate(
    scene: &Scene<'_>,
    ask: &Ask<'_>,
    party: &PartyAsk,
    block: &Block,
    words: Vec<Words>,
    printed: String,
    strength: f64,
) -> Option<Scored> {
    let view = &scene.sheets.get(block.view)?.view;
    let (value, exact) = spans::text_value(&printed, ask)?;
    let place = Rect::around(
        words
            .iter()
            .filter_map(|part| Some(view.segment(part.segment)?.place_of(part.from, part.to))),
    )?;
    let candidate = Candidate {
        view: block.view,
        parts: words,
        place,
        value,
        printed,
        exact,
        other: None,
        specificity: 0.6,
        fit: 1.0,
        end: None,
        skipped: 0,
    };
    let mut features = Features::default();
    features.set(Feature::Block, strength);
    features::add_own(&mut features, view, ask, &candidate);
    Some(Scored::new(
        candidate,
        features,
        Why::Block {
            role: party.role.replace('_', " "),
        },
    ))
}

/// Equal for two prints of the same address.
fn identity(block: &Block) -> String {
    let reading = &block.town.reading;
    match (&reading.parts, block.lines.first()) {
        (Some(place), Some(name)) => {
            format!(
                "{}|{}|{}",
                fold(&place.postcode),
                fold(&place.city),
                super::fold::letters(&name.text)
            )
        }
        _ => reading.text.clone(),
    }
}

/// The words of the block that are the part, and their text.
fn part_of(scene: &Scene<'_>, block: &Block, part: Part) -> Option<(Vec<Words>, String)> {
    match part {
        Part::Name => name_line(block).map(whole),
        Part::Street => street_line(block).map(|line| street(scene, block, line)),
        Part::Postcode => of_town(scene, block, &block.town.reading.parts.as_ref()?.postcode),
        Part::City => of_town(scene, block, &block.town.reading.parts.as_ref()?.city),
        Part::Region => of_town(
            scene,
            block,
            block.town.reading.parts.as_ref()?.region.as_deref()?,
        ),
        Part::Country => None,
        Part::Address => Some(address(block)),
    }
}

fn whole(line: &Line) -> (Vec<Words>, String) {
    (vec![line.words], clean(&line.text))
}

/// The lines above the town, without forms of address and labels.
fn upper_lines(block: &Block) -> impl DoubleEndedIterator<Item = &Line> {
    block
        .lines
        .get(..block.anchor)
        .unwrap_or_default()
        .iter()
        .filter(|line| !is_salutation(&line.text))
}

/// The line with the name: the one with a legal form, else the first that is no street.
fn name_line(block: &Block) -> Option<&Line> {
    let street = street_line(block).map(|line| line.words);
    let names = || upper_lines(block).filter(|line| Some(line.words) != street && !line.text.contains('@'));
    names()
        .find(|line| has_legal_form(&line.text))
        .or_else(|| names().next())
}

/// The line above the town that reads most like a street, else the one right above where two lines stand.
fn street_line(block: &Block) -> Option<&Line> {
    let lines: Vec<&Line> = upper_lines(block).collect();
    let sure = |line: &Line| {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        looks_like_street(&words)
    };
    let best = lines
        .iter()
        .rev()
        .max_by(|a, b| sure(a).total_cmp(&sure(b)))
        .filter(|line| sure(line) > 0.0);
    best.or_else(|| lines.iter().skip(1).next_back()).copied()
}

/// A street line up to a comma that further matter follows.
fn street(scene: &Scene<'_>, block: &Block, line: &Line) -> (Vec<Words>, String) {
    let Some(segment) = scene
        .sheets
        .get(block.view)
        .and_then(|sheet| sheet.view.segment(line.words.segment))
    else {
        return whole(line);
    };
    let comma = (line.words.from..line.words.to).find(|word| segment.slice(*word, word + 1).ends_with(','));
    if let Some(comma) = comma {
        let text = clean(segment.slice(line.words.from, comma + 1));
        if text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic) {
            return (
                vec![Words {
                    to: comma + 1,
                    ..line.words
                }],
                text,
            );
        }
    }
    whole(line)
}

/// The words of the town's reading that spell a text.
fn of_town(scene: &Scene<'_>, block: &Block, wanted: &str) -> Option<(Vec<Words>, String)> {
    let anchor = block.lines.get(block.anchor)?;
    let segment = scene.sheets.get(block.view)?.view.segment(anchor.words.segment)?;
    let letters = super::fold::letters;
    let wanted_letters = letters(wanted);
    for from in block.town.from..block.town.to {
        for to in from + 1..=block.town.to {
            if letters(segment.slice(from, to)) == wanted_letters {
                return Some((
                    vec![Words {
                        segment: anchor.words.segment,
                        from,
                        to,
                    }],
                    wanted.to_owned(),
                ));
            }
        }
    }
    let words = Words {
        segment: anchor.words.segment,
        from: block.town.from,
        to: block.town.to,
    };
    Some((vec![words], wanted.to_owned()))
}

/// All lines below the name, on one line.
fn address(block: &Block) -> (Vec<Words>, String) {
    let name = name_line(block).map(|line| line.words);
    let lines: Vec<&Line> = block
        .lines
        .iter()
        .take(block.anchor + 1)
        .filter(|line| Some(line.words) != name && !is_salutation(&line.text))
        .collect();
    let texts: Vec<String> = lines.iter().map(|line| clean(&line.text)).collect();
    (lines.iter().map(|line| line.words).collect(), texts.join(" "))
}

/// A form of address: the name stands below it.
pub(crate) fn is_salutation(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "herrn",
        "herr",
        "frau",
        "firma",
        "an",
        "an die",
        "to",
        "mr",
        "mrs",
        "ms",
        "monsieur",
        "madame",
        "m",
        "mme",
        "sr",
        "sra",
        "sig",
        "familie",
        "herrn frau",
        "de heer",
        "mevrouw",
        "eheleute",
    ];
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    WORDS.contains(&bare)
        || folded.starts_with("attn")
        || folded.starts_with("attention")
        || folded.starts_with("z.hd")
}

/// Whether the text is surely the name of an organisation.
fn has_legal_form(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    organization_score(&words) > 0.6
}
