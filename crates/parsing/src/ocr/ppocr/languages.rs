//! Which characters a language is written with, to tell whether a model can read it.

/// Characters beyond the letters a to z, digits and marks. The codes are those of ISO 639-2 and Tesseract's.
/// Of languages with thousands of characters there stand common ones that a model for another language lacks.
const BEYOND_ASCII: [(&str, &str); 24] = [
    ("eng", ""),
    ("ind", ""),
    ("may", ""),
    ("msa", ""),
    ("swa", ""),
    ("chi_sim", "的一是不了在人有我他这个们中来上大为和国"),
    ("ces", "áčďéěíňóřšťúůýž"),
    ("dan", "æøå"),
    ("deu", "äöüßÄÖÜ"),
    ("est", "äõöü"),
    ("fin", "äö"),
    ("fra", "àâçèéêëîïôùûœ"),
    ("hrv", "čćđšž"),
    ("hun", "áéíóöőúüű"),
    ("ita", "àèéìòù"),
    ("nld", "éëï"),
    ("nor", "æøå"),
    ("pol", "ąćęłńóśźż"),
    ("por", "áâãàçéêíóôõú"),
    ("ron", "ăâîșț"),
    ("slv", "čšž"),
    ("spa", "áéíñóúü¿¡"),
    ("swe", "äåö"),
    ("tur", "çğıöşü"),
];

/// The characters of a language; none where the language is not known here.
pub(super) fn characters_of(language: &str) -> Option<impl Iterator<Item = char>> {
    let (_, beyond) = BEYOND_ASCII.iter().find(|(code, _)| *code == language)?;
    let letters = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    Some(letters.chain(beyond.chars()))
}
