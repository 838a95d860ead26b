//! Reading the file's own objects, as opposed to what its pages draw.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use hayro_syntax::object::{Array, Dict, Object};

/// Items of one list beyond these are left out.
const MAX_ITEMS: usize = 20_000;

/// A text string in the encoding that its first bytes tell. PDF's own encoding differs from Windows-1252 in rare signs
/// only.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xfe, 0xff, ..] => UTF_16BE,
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xef, 0xbb, 0xbf, ..] => UTF_8,
        _ => WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// The dictionaries of a list, read as they are asked for. hayro's own iterators end at the first item that is missing
/// or of another type; this one goes on.
pub(super) fn dicts<'a>(list: &Array<'a>) -> impl Iterator<Item = Dict<'a>> {
    objects(list).filter_map(Object::into_dict)
}

/// The same for items of any type.
pub(super) fn objects<'a>(list: &Array<'a>) -> impl Iterator<Item = Object<'a>> {
    let count = list.raw_iter().take(MAX_ITEMS).count();
    let mut items = list.flex_iter();
    (0..count).filter_map(move |_| items.next::<Object<'a>>())
}
