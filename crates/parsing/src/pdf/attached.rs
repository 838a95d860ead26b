//! Files inside a PDF: those of its list of embedded files, those associated with it or a page, and those pinned to a
//! page. Electronic invoices carry their XML so.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream, String as PdfString};
use hayro_syntax::{Filter, Pdf};

use super::objects::{decoded, dicts};
use crate::ParseError;
use crate::limits::Limit;

/// Nodes of the list of embedded files, and entries of lists, beyond these are left out: damaged files go in circles.
const MAX_VISITED: usize = 100_000;

/// A byte unpacks to at most so many with Flate (the format's own bound) and LZW (a code of 12 bits stands for at most
/// 4,096 bytes).
const MOST_FROM_FLATE: u64 = 1_032;
const MOST_FROM_LZW: u64 = 4_096;
/// With run lengths, two bytes stand for at most 128; a `z` of base 85 is four bytes.
const MOST_FROM_OTHERS: u64 = 64;

/// Names of the XML in electronic invoices and orders.
const INVOICES: &[&str] = &[
    "factur-x.xml",
    "zugferd-invoice.xml",
    "xrechnung.xml",
    "order-x.xml",
];

/// How the file inside is related to the document, where it is an invoice.
const INVOICE_RELATIONS: &[&str] = &["alternative", "data", "source"];

/// A file inside a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttachedInPdf {
    /// As given, for people; may be empty.
    pub(crate) name: String,
    /// As given, in lower case (`text/xml`); empty where the file does not say.
    pub(crate) media_type: String,
    /// What the file inside is to the document, as given (`Alternative`, `Data`, `Source`, ...); mostly empty.
    pub(crate) relation: String,
    /// Unpacked.
    pub(crate) bytes: Vec<u8>,
}

impl AttachedInPdf {
    /// Whether this should be the XML of an electronic invoice or order: by its name, or because it is XML that stands
    /// for the document.
    pub(crate) fn is_invoice(&self) -> bool {
        let among = |known: &[&str], text: &str| known.iter().any(|known| known.eq_ignore_ascii_case(text));
        let is_xml = self.media_type.ends_with("/xml") || self.media_type.ends_with("+xml");
        among(INVOICES, &self.name) || (is_xml && among(INVOICE_RELATIONS, &self.relation))
    }
}

/// The files inside a PDF, each once: first those of the document, then those of its pages.
///
/// [`ParseError::OverLimit`] where there are more than [`crate::limits::MAX_ATTACHMENTS`], or where they unpack to more
/// than [`crate::limits::MAX_INFLATED`] together. One that is damaged is left out.
pub(crate) fn attached(pdf: &Pdf) -> Result<Vec<AttachedInPdf>, ParseError> {
    let mut found = Found::default();
    if let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
        let names = catalog.get::<Dict<'_>>("Names");
        if let Some(tree) = names.and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles")) {
            found.tree(tree)?;
        }
        found.associated(&catalog)?;
    }
    for page in pdf.pages().iter() {
        found.associated(page.raw())?;
        found.pinned(page.raw())?;
    }
    Ok(found.files)
}

#[derive(Default)]
struct Found {
    files: Vec<AttachedInPdf>,
    /// The streams that were taken: a file may be listed in several places.
    taken: BTreeSet<ObjectIdentifier>,
    unpacked: u64,
    visited: usize,
}

impl Found {
    fn may_go_on(&mut self) -> bool {
        self.visited += 1;
        self.visited <= MAX_VISITED
    }

    /// Files of a tree of names.
    fn tree(&mut self, root: Dict<'_>) -> Result<(), ParseError> {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if !self.may_go_on() {
                return Ok(());
            }
            // Names and files take turns.
            self.files(node.get::<Array<'_>>("Names"))?;
            if let Some(kids) = node.get::<Array<'_>>("Kids")
                && open.len() <= MAX_VISITED
            {
                let mut kids: Vec<Dict<'_>> = dicts(&kids).collect();
                kids.reverse();
                open.extend(kids);
            }
        }
        Ok(())
    }

    /// Files associated with the document or a page.
    fn associated(&mut self, with: &Dict<'_>) -> Result<(), ParseError> {
        if let Some(file) = with.get::<Dict<'_>>("AF") {
            return self.file(&file);
        }
        self.files(with.get::<Array<'_>>("AF"))
    }

    fn files(&mut self, list: Option<Array<'_>>) -> Result<(), ParseError> {
        let Some(list) = list else { return Ok(()) };
        for file in dicts(&list) {
            if !self.may_go_on() {
                break;
            }
            self.file(&file)?;
        }
        Ok(())
    }

    /// Files pinned to a page.
    fn pinned(&mut self, page: &Dict<'_>) -> Result<(), ParseError> {
        let Some(annotations) = page.get::<Array<'_>>("Annots") else {
            return Ok(());
        };
        for annotation in dicts(&annotations) {
            if !self.may_go_on() {
                break;
            }
            let kind = annotation.get::<Name<'_>>("Subtype");
            if kind.is_some_and(|kind| kind.as_ref() == b"FileAttachment")
                && let Some(file) = annotation.get::<Dict<'_>>("FS")
            {
                self.file(&file)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, specification: &Dict<'_>) -> Result<(), ParseError> {
        let Some(contents) = specification.get::<Dict<'_>>("EF") else {
            return Ok(());
        };
        let stream = ["UF", "F"].iter().find_map(|key| contents.get::<Stream<'_>>(key));
        let Some(stream) = stream else { return Ok(()) };
        if !self.taken.insert(stream.obj_id()) {
            return Ok(());
        }
        Limit::Attachments.check(self.taken.len().try_into().unwrap_or(u64::MAX))?;

        let left = Limit::InflatedBytes.most().saturating_sub(self.unpacked);
        let Some(bytes) = unpacked(&stream, left)? else {
            return Ok(());
        };
        self.unpacked = self.unpacked.saturating_add(length(&bytes));
        let name = ["UF", "F"]
            .iter()
            .find_map(|key| specification.get::<PdfString<'_>>(key));
        let media_type = stream.dict().get::<Name<'_>>("Subtype");
        let relation = specification.get::<Name<'_>>("AFRelationship");
        self.files.push(AttachedInPdf {
            name: name.map(|name| decoded(name.as_bytes())).unwrap_or_default(),
            media_type: media_type
                .map(|name| name.as_str().to_ascii_lowercase())
                .unwrap_or_default(),
            relation: relation.map(|name| name.as_str().to_owned()).unwrap_or_default(),
            bytes,
        });
        Ok(())
    }
}

/// The contents of a stream if they have at most that many bytes; nothing where they are damaged.
fn unpacked(stream: &Stream<'_>, most: u64) -> Result<Option<Vec<u8>>, ParseError> {
    let filters = stream.filters();
    let packed = stream.raw_data();
    let growth = filters.iter().fold(1_u64, |growth, filter| {
        growth.saturating_mul(match filter {
            Filter::FlateDecode => MOST_FROM_FLATE,
            Filter::LzwDecode => MOST_FROM_LZW,
            _ => MOST_FROM_OTHERS,
        })
    });
    if length(&packed).saturating_mul(growth) <= most || filters.is_empty() {
        let bytes = stream.decoded_data().ok().map(Cow::into_owned);
        return within(bytes, most);
    }
    if filters.as_slice() != [Filter::FlateDecode] {
        return Err(Limit::InflatedBytes.exceeded());
    }
    let mut bytes = Vec::new();
    let one_more = most.saturating_add(1);
    let read = ZlibDecoder::new(packed.as_ref())
        .take(one_more)
        .read_to_end(&mut bytes);
    within(read.is_ok().then_some(bytes), most)
}

fn within(bytes: Option<Vec<u8>>, most: u64) -> Result<Option<Vec<u8>>, ParseError> {
    match bytes {
        Some(bytes) if length(&bytes) > most => Err(Limit::InflatedBytes.exceeded()),
        bytes => Ok(bytes),
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "../../tests/pdf/builder.rs"]
mod builder;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::open;

    const XML: &str = "<rsm:CrossIndustryInvoice/>";

    /// A file of one empty page, with that in its catalog and its page; other objects from number 4.
    fn with(catalog: &str, page: &str, others: &[Vec<u8>]) -> Pdf {
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] {page} >>").into_bytes(),
        ];
        objects.extend_from_slice(others);
        open(&builder::assemble(&objects, ""), None).unwrap()
    }

    fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
        let head = format!(
            "<< /Type /EmbeddedFile {entries} /Length {} >>\nstream\n",
            content.len()
        );
        [head.as_bytes(), content, b"\nendstream"].concat()
    }

    fn flate(content: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        flate2::read::ZlibEncoder::new(content, flate2::Compression::best())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    }

    #[test]
    fn the_xml_of_an_invoice_is_found_once_wherever_it_is_listed() {
        let file = "<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /AFRelationship /Alternative /EF << /F 4 0 R >> >>";
        let xml = stream(
            "/Subtype /text#2Fxml /Filter /FlateDecode",
            &flate(XML.as_bytes()),
        );
        let names = format!("/Names << /EmbeddedFiles << /Kids [<< /Names [(factur-x.xml) {file}] >>] >> >>");
        let associated = format!("/AF [null {file}]");
        let pinned = format!("/Annots [<< /Subtype /FileAttachment /FS {file} >>]");
        for (catalog, page) in [
            (names.as_str(), ""),
            (associated.as_str(), ""),
            ("", associated.as_str()),
            ("", pinned.as_str()),
            (
                &format!("{names} {associated}"),
                &format!("{associated} {pinned}"),
            ),
        ] {
            let found = attached(&with(catalog, page, std::slice::from_ref(&xml))).unwrap();
            let expected = AttachedInPdf {
                name: "factur-x.xml".to_owned(),
                media_type: "text/xml".to_owned(),
                relation: "Alternative".to_owned(),
                bytes: XML.as_bytes().to_vec(),
            };
            assert_eq!(found, [expected], "{catalog} {page}");
            assert!(found[0].is_invoice());
        }
    }

    #[test]
    fn an_invoice_is_known_by_its_name_or_by_what_it_is_to_the_document() {
        let file = |name: &str, media_type: &str, relation: &str| AttachedInPdf {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            relation: relation.to_owned(),
            bytes: Vec::new(),
        };
        assert!(file("ZUGFeRD-invoice.xml", "", "").is_invoice());
        assert!(file("rechnung.xml", "application/xml", "Alternative").is_invoice());
        assert!(!file("rechnung.xml", "application/xml", "Supplement").is_invoice());
        assert!(!file("delivery.pdf", "application/pdf", "Data").is_invoice());
    }

    #[test]
    fn a_file_without_any_has_none_and_lists_that_go_in_circles_end() {
        assert_eq!(attached(&with("", "", &[])), Ok(Vec::new()));
        let circle = b"<< /Kids [4 0 R 4 0 R] >>".to_vec();
        assert_eq!(
            attached(&with("/Names << /EmbeddedFiles 4 0 R >>", "", &[circle])),
            Ok(Vec::new())
        );
    }

    #[test]
    fn what_unpacks_without_end_is_refused() {
        let size = usize::try_from(Limit::InflatedBytes.most()).unwrap() + 1;
        let file = "/AF << /F (zeros) /EF << /F 4 0 R >> >>";
        let once = flate(&vec![0; size]);
        let bomb = stream("/Filter /FlateDecode", &once);
        assert_eq!(
            attached(&with(file, "", &[bomb])),
            Err(Limit::InflatedBytes.exceeded())
        );
        let twice = stream("/Filter [/FlateDecode /FlateDecode]", &flate(&once));
        assert_eq!(
            attached(&with(file, "", &[twice])),
            Err(Limit::InflatedBytes.exceeded())
        );
    }

    #[test]
    fn more_files_than_are_read_are_refused() {
        let count = usize::try_from(Limit::Attachments.most()).unwrap() + 1;
        let streams: Vec<Vec<u8>> = (0..count).map(|_| stream("", b"x")).collect();
        let files: Vec<String> = (0..count)
            .map(|n| format!("<< /F (x) /EF << /F {} 0 R >> >> ", n + 4))
            .collect();
        assert_eq!(
            attached(&with(&format!("/AF [{}]", files.concat()), "", &streams)),
            Err(Limit::Attachments.exceeded())
        );
    }
}
