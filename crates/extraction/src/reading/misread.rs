//! What recognition of characters takes for one another: digits for letters of the same shape.
//!
//! A digit between letters of one word is a letter (`Ja1an`, `INV0ICE`); digits at its end may be a number that lost its
//! blank (`Block1`) and are left.

/// Words with fewer letters are codes rather than words.
const LETTERS: usize = 3;

/// The text with letters for the digits between letters of a word.
pub fn mended(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut mended = String::with_capacity(text.len());
    for (index, c) in chars.iter().enumerate() {
        let letter =
            letter_for(*c, neighbour_is_lower(&chars, index)).filter(|_| is_within_word(&chars, index));
        mended.push(letter.unwrap_or(*c));
    }
    mended
}

/// The ways to read a folded text whose digits are all misread letters; none where it holds other digits or hardly a
/// letter.
pub fn as_letters(text: &str) -> Vec<String> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 0 || letters < LETTERS || digits * 2 > letters {
        return Vec::new();
    }
    let read = |one: char| -> Option<String> {
        let chars = text.chars().map(|c| match c {
            '1' => Some(one),
            '0' => Some('o'),
            '5' => Some('s'),
            '8' => Some('b'),
            c if c.is_ascii_digit() => None,
            c => Some(c),
        });
        chars.collect()
    };
    let mut ways: Vec<String> = [read('l'), read('i')].into_iter().flatten().collect();
    ways.dedup();
    ways
}

/// Whether the print, digits within its words read as letters, is what is wanted.
pub fn same_but_misread(printed: &str, wanted: &str) -> bool {
    let bare = |text: &str| -> Vec<char> {
        let plain = text.chars().filter(|c| c.is_alphanumeric());
        plain.flat_map(char::to_lowercase).collect()
    };
    let read = bare(&mended(printed));
    !read.is_empty() && read == bare(wanted)
}

fn letter_for(digit: char, lower: bool) -> Option<char> {
    Some(match (digit, lower) {
        ('0', true) => 'o',
        ('0', false) => 'O',
        ('1', true) => 'l',
        ('1', false) => 'I',
        ('5', true) => 's',
        ('5', false) => 'S',
        ('8', false) => 'B',
        _ => return None,
    })
}

fn neighbour_is_lower(chars: &[char], index: usize) -> bool {
    chars.get(index + 1).is_some_and(|next| next.is_lowercase())
}

/// Whether letters stand on both sides in a run with enough letters and no other digit.
fn is_within_word(chars: &[char], index: usize) -> bool {
    let before = chars.get(..index).unwrap_or_default();
    let after = chars.get(index + 1..).unwrap_or_default();
    let left = before.iter().rev().take_while(|c| c.is_alphabetic()).count();
    let right = after.iter().take_while(|c| c.is_alphabetic()).count();
    let ends = |c: Option<&char>| c.is_none_or(|c| !c.is_alphanumeric());
    let whole = ends(after.get(right)) && ends(before.iter().rev().nth(left));
    left >= 1 && right >= 1 && left + right >= LETTERS && whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_within_words_are_letters() {
        for (text, wanted) in [
            ("Ja1an Contoh 19/9", "Jalan Contoh 19/9"),
            ("INV0ICE", "INVOICE"),
            ("Hauptstra5se 5", "Hauptstrasse 5"),
            ("SS15/4D", "SS15/4D"),
            ("Block1", "Block1"),
            ("31G&33G", "31G&33G"),
            ("LOT S319", "LOT S319"),
            ("B1B", "B1B"),
        ] {
            assert_eq!(mended(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_word_of_letters_and_like_digits_is_read_as_letters() {
        assert_eq!(as_letters("tota1"), ["total", "totai"]);
        assert_eq!(as_letters("inv0ice"), ["invoice"]);
        assert_eq!(as_letters("form1040"), Vec::<String>::new());
        assert_eq!(as_letters("total"), Vec::<String>::new());
    }

    #[test]
    fn only_shapes_that_are_alike_are_the_same() {
        assert!(same_but_misread("Ja1an Contoh 19", "Jalan Contoh 19"));
        assert!(!same_but_misread("Ja1an", "Jaxan"));
        assert!(!same_but_misread("10115", "IOIIS"));
        assert!(!same_but_misread("Jalan 19", "Jalan l9"));
        assert!(!same_but_misread("", ""));
    }
}
