//! One A4 page in Helvetica.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");

/// Writes text and rules at places in points, origin bottom left as in PDF.
pub(super) struct PageWriter {
    content: Content,
}

impl PageWriter {
    pub(super) fn new() -> Self {
        Self {
            content: Content::new(),
        }
    }

    pub(super) fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.show(REGULAR, x, y, size, text);
    }

    pub(super) fn bold(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.show(BOLD, x, y, size, text);
    }

    /// Ends at `x`.
    pub(super) fn right(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.show(REGULAR, x - width(text, size), y, size, text);
    }

    /// Ends at `x`.
    pub(super) fn bold_right(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.show(BOLD, x - width(text, size), y, size, text);
    }

    /// A thin line across, from `x` to `to`.
    pub(super) fn rule(&mut self, x: f32, y: f32, to: f32) {
        self.content
            .set_line_width(0.6)
            .move_to(x, y)
            .line_to(to, y)
            .stroke();
    }

    fn show(&mut self, font: Name<'_>, x: f32, y: f32, size: f32, text: &str) {
        self.content.begin_text().set_font(font, size).next_line(x, y);
        self.content.show(Str(&latin1(text))).end_text();
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let [catalog, pages, page, content, regular, bold] = [1, 2, 3, 4, 5, 6].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let mut dictionary = pdf.page(page);
        dictionary
            .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
            .parent(pages)
            .contents(content);
        dictionary
            .resources()
            .fonts()
            .pair(REGULAR, regular)
            .pair(BOLD, bold);
        dictionary.finish();
        pdf.stream(content, &self.content.finish());
        for (id, base) in [(regular, b"Helvetica".as_slice()), (bold, b"Helvetica-Bold")] {
            pdf.type1_font(id)
                .base_font(Name(base))
                .encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.finish()
    }
}

/// The encoding of the page's fonts agrees with Latin-1 in all that is used here; the rest becomes `?`.
fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

/// Width of the text in points. Exact for digits and the signs of figures, which is what is aligned to the right;
/// near enough for words.
fn width(text: &str, size: f32) -> f32 {
    let thousandths: u16 = text
        .chars()
        .map(|c| match c {
            '.' | ',' | ' ' => 278,
            'i' | 'l' | 't' => 250,
            'A'..='Z' => 690,
            _ => 556,
        })
        .sum();
    f32::from(thousandths) / 1000.0 * size
}
