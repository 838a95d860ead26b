//! Small PDFs, written by hand: what a test is about stands in the test.

#![expect(
    clippy::format_push_string,
    reason = "a few hundred bytes, and nothing to go wrong"
)]

use crate::lock::Lock;

/// A page of 600 by 800 points. Places are in points from its top left; text stands on its baseline there.
#[derive(Default)]
pub(crate) struct PageContent {
    operators: String,
    annotations: String,
}

#[derive(Clone, Copy)]
pub(crate) enum Font {
    Regular,
    Bold,
}

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
        };
        let (sin, cos) = degrees.to_radians().sin_cos();
        let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let y = HEIGHT - y;
        self.operators.push_str(
            &(format!(
                "BT /{name} {size} Tf {cos:.5} {sin:.5} {:.5} {cos:.5} {x} {y} Tm ({text}) Tj ET",
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
    pub(crate) fn field(mut self, x0: f64, y0: f64, x1: f64, y1: f64, value: &str) -> Self {
        self.annotations += &format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /V ({value}) /Rect [{x0} {} {x1} {}] >> ",
            HEIGHT - y1,
            HEIGHT - y0
        );
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
    ];
    let mut kids = String::new();
    for page in pages {
        let number = objects.len() + 1;
        kids += &format!("{number} 0 R ");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {} 0 R /Annots [{}] \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im1 5 0 R >> >> >>",
            number + 1,
            page.annotations,
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{}\nendstream",
            page.operators.len(),
            page.operators
        ));
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
