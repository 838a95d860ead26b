//! Files with files in them: zip archives and OLE compound files. Their lists of names say what they are.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::DeflateDecoder;

use super::{Ends, Format, Sniffed};
use crate::limits;

/// Begins each member of a zip archive.
const MEMBER: &[u8] = b"PK\x03\x04";
/// Begins each entry of its list of members, and what ends that.
const LISTED: &[u8] = b"PK\x01\x02";
const LIST_END: &[u8] = b"PK\x05\x06";
/// What ends the list has this many bytes, and a comment of up to as many as fit two bytes.
const LIST_END_BYTES: usize = 22;

/// Lists the types of the parts of an Office Open XML file, mostly as its first member.
const TYPES: &[u8] = b"[Content_Types].xml";
/// So much of it is looked at.
const TYPES_BYTES: usize = 256 * 1024;

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Sectors of an OLE file's directory, or of the way to it, that are looked at.
const MOST_SECTORS: usize = 4_096;
/// From here on, the number of a sector means something else.
const NO_SECTOR: u32 = 0xffff_fffa;

pub(super) fn sniff(ends: &Ends<'_>) -> Option<Sniffed> {
    if ends.head.starts_with(MEMBER) {
        return Some(zip(ends));
    }
    if ends.head.starts_with(OLE) {
        return Some(ole(ends));
    }
    None
}

/// How many members the archive lists; None where the list is not to be seen.
pub(crate) fn members(bytes: &[u8]) -> Option<u64> {
    let mut found = 0_u64;
    listed(&Ends::whole(bytes), |_| {
        found = found.saturating_add(1);
    })?;
    Some(found)
}

fn zip(ends: &Ends<'_>) -> Sniffed {
    if let Some(kind) = declared(ends.head) {
        return match kind {
            "application/vnd.oasis.opendocument.spreadsheet" => Format::Ods.into(),
            "application/vnd.oasis.opendocument.text" => {
                Sniffed::unread("application/vnd.oasis.opendocument.text")
            }
            "application/vnd.oasis.opendocument.presentation" => {
                Sniffed::unread("application/vnd.oasis.opendocument.presentation")
            }
            "application/epub+zip" => Sniffed::unread("application/epub+zip"),
            _ => Sniffed::unread("application/zip"),
        };
    }
    let mut office = Office::default();
    let listed = listed(ends, |name| office.see(name)).is_some();
    if !listed {
        passed(ends.head, |member| {
            office.see(member.name);
            if member.name == TYPES {
                office.see_types(&member.inflated(ends.head));
            }
        });
    }
    match office.format() {
        Some(format) => format.into(),
        None if listed => Sniffed::unread("application/zip"),
        None => Sniffed {
            media_type: "application/zip",
            format: Some(Format::Container),
        },
    }
}

/// What names of members say of an Office Open XML file.
#[derive(Default)]
struct Office {
    word: bool,
    slides: bool,
    sheets: bool,
}

impl Office {
    fn see(&mut self, name: &[u8]) {
        self.word |= name.starts_with(b"word/");
        self.slides |= name.starts_with(b"ppt/");
        self.sheets |= name.starts_with(b"xl/");
    }

    /// The list of the types of all parts, or the beginning of it.
    fn see_types(&mut self, types: &[u8]) {
        let types = String::from_utf8_lossy(types);
        self.word |= types.contains("wordprocessingml.document.main");
        self.slides |= types.contains("presentationml.presentation.main");
        self.sheets |= types.contains("spreadsheetml.sheet.main");
    }

    fn format(&self) -> Option<Format> {
        match (self.word, self.slides, self.sheets) {
            (true, _, _) => Some(Format::Docx),
            (_, true, _) => Some(Format::Pptx),
            (_, _, true) => Some(Format::Xlsx),
            _ => None,
        }
    }
}

/// The type that the first member, named `mimetype` and not packed, declares.
fn declared(head: &[u8]) -> Option<&str> {
    let member = Member::at(head, 0)?;
    if member.name != b"mimetype" || member.packed != 0 {
        return None;
    }
    let end = member.data.checked_add(member.size.min(100))?;
    std::str::from_utf8(head.get(member.data..end)?)
        .ok()
        .map(str::trim)
}

/// A member of an archive, by what stands before it.
struct Member<'a> {
    name: &'a [u8],
    packed: u16,
    /// Where its bytes begin, and how many they are.
    data: usize,
    size: usize,
}

impl<'a> Member<'a> {
    fn at(bytes: &'a [u8], place: usize) -> Option<Self> {
        let header = bytes.get(place..place.checked_add(30)?)?;
        if !header.starts_with(MEMBER) {
            return None;
        }
        let name_at = place.checked_add(30)?;
        let name_end = name_at.checked_add(usize::from(u16_at(header, 26)?))?;
        Some(Self {
            name: bytes.get(name_at..name_end)?,
            packed: u16_at(header, 8)?,
            data: name_end.checked_add(usize::from(u16_at(header, 28)?))?,
            size: usize::try_from(u32_at(header, 18)?).ok()?,
        })
    }
}

impl Member<'_> {
    /// The beginning of its bytes, as far as they are there.
    fn inflated(&self, bytes: &[u8]) -> Vec<u8> {
        let rest = bytes.get(self.data..).unwrap_or_default();
        let mut found = Vec::new();
        if self.packed == 0 {
            found.extend_from_slice(rest.get(..rest.len().min(TYPES_BYTES)).unwrap_or_default());
            return found;
        }
        let mut reader = DeflateDecoder::new(rest).take(u64::try_from(TYPES_BYTES).unwrap_or(0));
        // Where it is cut off, what came before that is there.
        let _ = reader.read_to_end(&mut found);
        found
    }
}

/// Goes over the list of members at the end of the archive. None where it is not to be seen.
fn listed(ends: &Ends<'_>, mut see: impl FnMut(&[u8])) -> Option<()> {
    let window = ends
        .tail
        .len()
        .saturating_sub(LIST_END_BYTES + usize::from(u16::MAX));
    let tail = ends.tail.get(window..)?;
    let at = tail.windows(4).rposition(|four| four == LIST_END)?;
    let end = tail.get(at..)?;
    let length = u64::from(u32_at(end, 12)?);
    // Where the list really ends: bytes before the archive move it, against what it says itself.
    let list_end = ends
        .size
        .checked_sub(u64::try_from(tail.len().checked_sub(at)?).ok()?)?;
    let mut place = list_end.checked_sub(length)?;
    let mut seen = 0_u64;
    while place < list_end && seen <= limits::MAX_ENTRIES {
        let header = ends.at(place, 46)?;
        if !header.starts_with(LISTED) {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(header, at).map_or(0, u64::from));
        let name_at = place.checked_add(46)?;
        see(ends.at(name_at, usize::try_from(name).ok()?)?);
        place = name_at
            .checked_add(name)?
            .checked_add(extra)?
            .checked_add(comment)?;
        seen = seen.saturating_add(1);
    }
    Some(())
}

/// Goes from member to member as far as they can be seen.
fn passed(head: &[u8], mut see: impl FnMut(&Member<'_>)) {
    let mut place = 0;
    while let Some(member) = Member::at(head, place) {
        see(&member);
        // Where the size stands behind the member, the next one is looked for.
        let next = if member.size == 0 {
            head.get(member.data..)
                .and_then(|rest| rest.windows(4).position(|four| four == MEMBER))
        } else {
            Some(member.size)
        };
        let Some(next) = next.and_then(|next| member.data.checked_add(next)) else {
            break;
        };
        place = next;
    }
}

fn ole(ends: &Ends<'_>) -> Sniffed {
    let kind = |media_type, format| Sniffed { media_type, format };
    let storage = "application/x-ole-storage";
    match Directory::read(ends) {
        Some(directory) => directory.kind(),
        None => kind(storage, Some(Format::Container)),
    }
}

/// Entries of an OLE file's directory, 128 bytes each.
struct Directory(Vec<u8>);

impl Directory {
    /// None where not all of it is in sight.
    fn read(ends: &Ends<'_>) -> Option<Self> {
        let header = ends.at(0, 512)?;
        let shift = u16_at(header, 30)?;
        if !(7..=16).contains(&shift) {
            return None;
        }
        let sector_bytes = 1_usize.checked_shl(u32::from(shift))?;
        let place = |sector: u32| {
            let sector = u64::from(sector).checked_add(1)?;
            sector.checked_mul(u64::try_from(sector_bytes).ok()?)
        };
        let per_sector = u32::try_from(sector_bytes / 4).ok()?;
        let next = |sector: u32| {
            // The header names the first 109 sectors of the table of sectors; directories of larger files stand
            // near their beginning all the same.
            let of_table = usize::try_from(sector / per_sector).ok().filter(|n| *n < 109)?;
            let table = u32_at(header, 76_usize.checked_add(of_table.checked_mul(4)?)?)?;
            let at = place(table)?.checked_add(u64::from(sector % per_sector).checked_mul(4)?)?;
            u32_at(ends.at(at, 4)?, 0)
        };
        let mut entries = Vec::new();
        let mut sector = u32_at(header, 48)?;
        for _ in 0..MOST_SECTORS {
            if sector >= NO_SECTOR {
                break;
            }
            entries.extend_from_slice(ends.at(place(sector)?, sector_bytes)?);
            sector = next(sector)?;
        }
        (!entries.is_empty()).then_some(Self(entries))
    }

    fn entry(&self, number: u32) -> Option<&[u8]> {
        let start = usize::try_from(number).ok()?.checked_mul(128)?;
        self.0.get(start..start.checked_add(128)?)
    }

    /// Names in the file's own folder: what is embedded lies in folders of it.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        let child = |entry: &[u8], at: usize| u32_at(entry, at).unwrap_or(u32::MAX);
        let mut open = vec![self.entry(0).map_or(u32::MAX, |root| child(root, 76))];
        while let Some(number) = open.pop() {
            let Some(entry) = self.entry(number) else { continue };
            if !seen.insert(number) {
                continue;
            }
            let units: Vec<u16> = (0..32).filter_map(|n| u16_at(entry, n * 2)).collect();
            names.push(String::from_utf16_lossy(
                units.split(|unit| *unit == 0).next().unwrap_or_default(),
            ));
            open.extend([child(entry, 68), child(entry, 72)]);
        }
        names
    }

    fn kind(&self) -> Sniffed {
        let names = self.names();
        let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        if has("EncryptedPackage") {
            Format::EncryptedOffice.into()
        } else if has("WordDocument") {
            Format::Doc.into()
        } else if has("PowerPoint Document") {
            Format::Ppt.into()
        } else if has("Workbook") || has("Book") {
            Format::Xls.into()
        } else if has("__properties_version1.0") {
            Sniffed::unread("application/vnd.ms-outlook")
        } else {
            Sniffed::unread("application/x-ole-storage")
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer
                .start_file(
                    *name,
                    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
                )
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn compound(streams: &[&str]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for name in streams {
            let folders: Vec<&str> = name.split('/').collect();
            if let [folder, _] = folders.as_slice() {
                file.create_storage(folder).unwrap();
            }
            let mut stream = file.create_stream(name).unwrap();
            stream.write_all(&[b'x'; 9_000]).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn format(bytes: &[u8]) -> Option<Format> {
        super::super::sniff(bytes).format
    }

    #[test]
    fn names_of_members_tell_archives_apart() {
        let types = ("[Content_Types].xml", &b"<Types/>"[..]);
        for (name, expected) in [
            ("word/document.xml", Some(Format::Docx)),
            ("ppt/presentation.xml", Some(Format::Pptx)),
            ("xl/workbook.xml", Some(Format::Xlsx)),
            ("readme.txt", None),
        ] {
            let bytes = archive(&[types, (name, b"<a/>")]);
            assert_eq!(format(&bytes), expected, "{name}");
        }
        let ods = archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]);
        assert_eq!(format(&ods), Some(Format::Ods));
        let odt = archive(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
        assert_eq!(format(&odt), None);
    }

    #[test]
    fn both_ends_are_enough_for_an_archive_and_the_head_often_is() {
        let picture = vec![7; 200_000];
        let bytes = archive(&[("media/1.png", &picture), ("word/document.xml", b"<a/>")]);
        let size = u64::try_from(bytes.len()).unwrap();
        let head = &bytes[..65_536];
        let tail = &bytes[bytes.len() - 65_536..];
        let ends = |head, tail| super::super::sniff_ends(&Ends { head, tail, size }).format;
        assert_eq!(ends(head, tail), Some(Format::Docx));
        assert_eq!(ends(head, &[]), Some(Format::Container));
        let early = archive(&[("word/document.xml", b"<a/>"), ("media/1.png", &picture)]);
        assert_eq!(ends(&early[..65_536], &[]), Some(Format::Docx));
        // What was cut off in the middle of the upload is as the head says.
        assert_eq!(format(&early[..65_536]), Some(Format::Docx));
        let types = b"<Override ContentType='application/vnd.x.presentationml.presentation.main+xml'/>";
        let typed = archive(&[("[Content_Types].xml", types), ("media/1.png", &picture)]);
        assert_eq!(ends(&typed[..65_536], &[]), Some(Format::Pptx));
    }

    #[test]
    fn names_of_streams_tell_compound_files_apart() {
        for (names, expected) in [
            (&["WordDocument"][..], Some(Format::Doc)),
            (&["PowerPoint Document"], Some(Format::Ppt)),
            (&["Workbook"], Some(Format::Xls)),
            (&["Book"], Some(Format::Xls)),
            (&["EncryptedPackage"], Some(Format::EncryptedOffice)),
            (&["Other"], None),
            // A sheet with a text in it, and a text with a sheet in it.
            (&["MBD/WordDocument", "Workbook"], Some(Format::Xls)),
            (&["ObjectPool/Workbook", "WordDocument"], Some(Format::Doc)),
        ] {
            assert_eq!(format(&compound(names)), expected, "{names:?}");
        }
    }

    #[test]
    fn a_compound_file_whose_directory_is_not_in_sight_stays_open() {
        let bytes = compound(&["WordDocument"]);
        let found = super::super::sniff(&bytes[..600]);
        assert_eq!(found.format, Some(Format::Container));
        assert_eq!(found.media_type, "application/x-ole-storage");
    }

    #[test]
    fn loops_and_rubbish_end() {
        let mut bytes = compound(&["WordDocument"]);
        for at in 0..bytes.len() {
            let kept = bytes[at];
            bytes[at] = 0;
            super::super::sniff(&bytes);
            bytes[at] = 0xff;
            super::super::sniff(&bytes);
            bytes[at] = kept;
            if at > 2_048 {
                break;
            }
        }
    }
}
