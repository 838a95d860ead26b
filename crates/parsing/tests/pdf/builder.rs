//! Small PDFs, written by hand: what a test is about stands in the test.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a few hundred bytes, and nothing to go wrong"
)]
#![allow(dead_code, reason = "no test needs all of it")]
#![allow(clippy::indexing_slicing, reason = "a test may fail in its helpers, too")]

#[path = "lock.rs"]
mod lock;

use lock::Lock;

/// A page of 600 by 800 points. Places are in points from its top left; text stands on its baseline there.
#[derive(Default)]
pub(crate) struct PageContent {
    operators: String,
    annotations: String,
    /// Streams that annotations name as `@0@`, `@1@`, ...
    appearances: Vec<String>,
    /// Further entries of the page itself.
    entries: String,
}

#[derive(Clone, Copy)]
pub(crate) enum Font {
    Regular,
    Bold,
    /// Its codes from `a` on are the Hebrew letters in order, `~` a mark, capitals Arabic letters: see [`TO_UNICODE`].
    Semitic,
    /// Two bytes a character: its Unicode. Set from left to right.
    Wide,
    /// The same set from top to bottom.
    WideDownwards,
}

const TO_UNICODE: &str = "1 begincodespacerange <00> <ff> endcodespacerange \
    2 beginbfrange <20> <40> <0020> <61> <7b> <05d0> endbfrange \
    5 beginbfchar <7e> <05b8> <41> <0633> <42> <0627> <43> <0645> <5a> <fefb> endbfchar";

const TO_UNICODE_WIDE: &str = "1 begincodespacerange <0000> <ffff> endcodespacerange \
    1 beginbfrange <0000> <ffff> <0000> endbfrange";

pub(crate) const WIDTH: f64 = 600.0;
pub(crate) const HEIGHT: f64 = 800.0;

impl PageContent {
    pub(crate) fn text(self, x: f64, y: f64, text: &str) -> Self {
        self.text_of(Font::Regular, 10.0, x, y, text)
    }

    pub(crate) fn bold(self, x: f64, y: f64, text: &str) -> Self {
        self.text_of(Font::Bold, 10.0, x, y, text)
    }

    pub(crate) fn text_of(self, font: Font, size: f64, x: f64, y: f64, text: &str) -> Self {
        self.text_turned(font, size, x, y, 0.0, text)
    }

    /// Text turned anticlockwise by that many degrees.
    pub(crate) fn text_turned(
        mut self,
        font: Font,
        size: f64,
        x: f64,
        y: f64,
        degrees: f64,
        text: &str,
    ) -> Self {
        let name = match font {
            Font::Regular => "F1",
            Font::Bold => "F2",
            Font::Semitic => "F3",
            Font::Wide => "F4",
            Font::WideDownwards => "F5",
        };
        let (sin, cos) = degrees.to_radians().sin_cos();
        let text = if matches!(font, Font::Wide | Font::WideDownwards) {
            let codes: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
            format!("<{codes}>")
        } else {
            let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            format!("({text})")
        };
        let y = HEIGHT - y;
        self.operators.push_str(
            &(format!(
                "BT /{name} {size} Tf {cos:.5} {sin:.5} {:.5} {cos:.5} {x} {y} Tm {text} Tj ET",
                -sin
            ) + "\n"),
        );
        self
    }

    /// Anything else: `q`, `1 1 1 rg`, `3 Tr`.
    pub(crate) fn raw(mut self, operators: &str) -> Self {
        self.operators += &format!("{operators}\n");
        self
    }

    pub(crate) fn line(self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let operators = format!("0.5 w {x0} {} m {x1} {} l S", HEIGHT - y0, HEIGHT - y1);
        self.raw(&operators)
    }

    pub(crate) fn filled(self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let operators = format!("{x0} {} {} {} re f", HEIGHT - y1, x1 - x0, y1 - y0);
        self.raw(&operators)
    }

    /// A picture over that place.
    pub(crate) fn picture(self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let operators = format!("q {} 0 0 {} {x0} {} cm /Im1 Do Q", x1 - x0, y1 - y0, HEIGHT - y1);
        self.raw(&operators)
    }

    /// A text field with a value and no appearance.
    pub(crate) fn field(self, x0: f64, y0: f64, x1: f64, y1: f64, value: &str) -> Self {
        let entries = format!("/Subtype /Widget /FT /Tx /T (f) /V ({value})");
        self.annotation([x0, y0, x1, y1], &entries)
    }

    /// An annotation of any kind at that place (left, top, right, bottom).
    pub(crate) fn annotation(mut self, [x0, y0, x1, y1]: [f64; 4], entries: &str) -> Self {
        let (bottom, top) = (HEIGHT - y1, HEIGHT - y0);
        self.annotations += &format!("<< /Type /Annot {entries} /Rect [{x0} {bottom} {x1} {top}] >> ");
        self
    }

    /// A field that draws itself by these operators; its lower left corner is the origin.
    pub(crate) fn drawn_field(mut self, place: [f64; 4], entries: &str, operators: &str) -> Self {
        let [x0, y0, x1, y1] = place;
        let number = self.appearances.len();
        self.appearances.push(format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 {} {}] /Resources << /Font << /F1 3 0 R >> >> /Length {} \
             >>\nstream\n{operators}\nendstream",
            x1 - x0,
            y1 - y0,
            operators.len()
        ));
        self.annotation(
            place,
            &format!("/Subtype /Widget {entries} /AP << /N @{number}@ >>"),
        )
    }

    /// Further entries of the page: `/Rotate 90`. One of its own replaces the size of the page.
    pub(crate) fn entries(mut self, entries: &str) -> Self {
        self.entries += entries;
        self
    }
}

/// The document of these pages.
pub(crate) fn pdf(pages: &[PageContent]) -> Vec<u8> {
    assemble(&objects(pages), "")
}

/// A document that opens with that password only.
pub(crate) fn locked_pdf(pages: &[PageContent], password: &str) -> Vec<u8> {
    let lock = Lock::new(password);
    let encrypted: Vec<Vec<u8>> = (1..)
        .zip(objects(pages))
        .map(|(number, object)| lock.encrypted(number, object))
        .collect();
    assemble(&encrypted, &lock.trailer())
}

/// The bodies of the document's objects, from number 1.
fn objects(pages: &[PageContent]) -> Vec<Vec<u8>> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /NeedAppearances true /Fields [] >> >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 \
         /Length 1 >>\nstream\n0\nendstream"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>".to_owned(),
        stream(TO_UNICODE),
        wide_font("H"),
        wide_font("V"),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sample /DW 1000 /CIDSystemInfo << /Registry (Adobe) \
         /Ordering (Identity) /Supplement 0 >> >>"
            .to_owned(),
        stream(TO_UNICODE_WIDE),
    ];
    let mut kids = String::new();
    for page in pages {
        let number = objects.len() + 1;
        kids += &format!("{number} 0 R ");
        let mut annotations = page.annotations.clone();
        for index in 0..page.appearances.len() {
            annotations = annotations.replace(&format!("@{index}@"), &format!("{} 0 R", number + 2 + index));
        }
        let size = if page.entries.contains("/MediaBox") {
            String::new()
        } else {
            format!("/MediaBox [0 0 {WIDTH} {HEIGHT}]")
        };
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R {size} {} /Contents {} 0 R /Annots [{annotations}] /Resources << /Font << \
             /F1 3 0 R /F2 4 0 R /F3 6 0 R /F4 8 0 R /F5 9 0 R >> /XObject << /Im1 5 0 R >> >> >>",
            page.entries,
            number + 1,
        ));
        objects.push(stream(&page.operators));
        objects.extend(page.appearances.iter().cloned());
    }
    let list = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    if let Some(slot) = objects.get_mut(1) {
        *slot = list;
    }

    // Characters of Windows-1252, as the fonts are encoded.
    objects
        .iter()
        .map(|object| encoding_rs::WINDOWS_1252.encode(object).0.into_owned())
        .collect()
}

fn stream(content: &str) -> String {
    format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len())
}

fn wide_font(direction: &str) -> String {
    format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /Sample /Encoding /Identity-{direction} /DescendantFonts [10 0 R] \
         /ToUnicode 11 0 R >>"
    )
}

/// A file of these objects. The first one is the root; the trailer is what else stands in there.
pub(crate) fn assemble(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        let number: u32 = number;
        offsets.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let mut tail = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        tail += &(format!("{offset:010} 00000 n ") + "\n");
    }
    tail += &format!(
        "trailer << /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    file.extend(tail.bytes());
    file
}
