//! PDF with a text layer, read with hayro. No other module knows hayro's types: its interface breaks with every minor
//! version.
//!
//! A page is interpreted once. The device [`ink::Ink`] takes down glyphs, drawn lines and pictures; [`words`] makes
//! words of the glyphs, `layout` does the rest.

mod annotations;
mod attached;
mod characters;
mod glyph;
mod ink;
mod lines;
mod objects;
mod opening;
mod picture;
mod readers;
mod small;
mod words;

use domain::parsed::{AttachedFile, PageSize, ParsedDocument, TextOrigin};
use domain::parsing::OcrMode;
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RectExt, RenderContent, TransformExt, interpret_page,
};
use hayro_syntax::page::Page;

use crate::layout::{self, Sheet};
use crate::{ParseError, Parsed, Source, ocr, sniff, xml};
use annotations::{Forms, Named};
use characters::FontPrograms;
use glyph::Glyph;
use ink::Ink;
use opening::broken;

pub(crate) use hayro_syntax::Pdf;
pub(crate) use opening::open;
pub(crate) use picture::draw;

/// What this module reads.
const MEDIA_TYPE: &str = "application/pdf";

/// Reads all pages of a PDF.
pub(crate) fn parse(source: &Source<'_>) -> Result<Parsed, ParseError> {
    let config = source.config;
    let pdf = open(source.bytes, source.password)?;
    let count = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if count == 0 {
        return Err(broken("it has no pages"));
    }
    if count > config.max_pages {
        return Err(ParseError::TooManyPages {
            pages: count,
            limit: config.max_pages,
        });
    }

    let mut document = ParsedDocument {
        media_type: MEDIA_TYPE.to_owned(),
        ..ParsedDocument::default()
    };
    let mut ocr = Vec::new();
    let mut unfinished = None;
    readers::each_page(&pdf, |read| {
        let Read {
            sheet,
            unmapped,
            full,
            named,
        } = read;
        let number = sheet.number;
        document.warnings.extend(unmapped.warning(number));
        if full {
            let warning = format!(
                "page {number} has more than {} glyphs; the rest was left out",
                ink::MAX_GLYPHS
            );
            document.warnings.push(warning);
        }
        if let Some(request) = ocr::wanted(&sheet, unmapped) {
            match config.ocr {
                OcrMode::Auto => ocr.push(request),
                OcrMode::Off => document.warnings.extend(request.unanswered()),
            }
        }
        let mut page = layout::arrange(sheet, &mut unfinished);
        annotations::add_pairs(named, &mut page);
        document.pages.push(page);
    });
    add_files(&pdf, &mut document);
    Ok(Parsed {
        document,
        ocr,
        ..Parsed::default()
    })
}

/// Lists the files inside; of the first that is an e-invoice, the values are read. They belong to the document and are
/// none of their own. What is wrong with them does not stand in the way of the pages.
fn add_files(pdf: &Pdf, document: &mut ParsedDocument) {
    let files = match attached::attached(pdf) {
        Ok(files) => files,
        Err(error) => {
            document
                .warnings
                .push(format!("the files inside were not read: {error}"));
            return;
        }
    };
    for file in files {
        if document.xml.is_empty() && file.is_invoice() {
            match xml::values(&file.bytes) {
                Ok(values) => document.xml = values,
                Err(error) => document.warnings.push(format!("{}: {error}", file.name)),
            }
        }
        document.attachments.push(AttachedFile {
            media_type: sniff(&file.bytes).media_type.to_owned(),
            size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
            name: file.name,
        });
    }
}

/// A page that was read.
struct Read {
    sheet: Sheet,
    unmapped: ocr::Unmapped,
    /// It has more glyphs than are taken.
    full: bool,
    /// The fields of its form.
    named: Vec<Named>,
}

/// What is kept from page to page.
struct Reader<'a> {
    pdf: &'a Pdf,
    cache: InterpreterCache<'a>,
    programs: FontPrograms,
    forms: Forms<'a>,
    /// Glyphs of the page before.
    room: Vec<Glyph>,
}

impl<'a> Reader<'a> {
    fn new(pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            cache: InterpreterCache::new(),
            programs: FontPrograms::default(),
            forms: Forms::of(pdf),
            room: Vec::new(),
        }
    }

    fn read(&mut self, number: u32, page: &Page<'a>) -> Read {
        let (width, height) = page.render_dimensions();
        let size = PageSize {
            width: f64::from(width),
            height: f64::from(height),
        };
        let mut ink = Ink::new(size, &mut self.programs, std::mem::take(&mut self.room));
        draw_on(page, self.pdf, &self.cache, RenderContent::PAGE, &mut ink);
        let from_annotations = ink.glyph_count();
        if page.raw().contains_key("Annots") {
            draw_on(page, self.pdf, &self.cache, RenderContent::ANNOTATIONS, &mut ink);
        }

        let mut drawn = ink.finish();
        let settled = self.forms.settle(page, &mut drawn.glyphs, from_annotations);
        let unmapped = ocr::Unmapped {
            glyphs: drawn.unmapped,
            of: drawn.glyphs.len(),
        };
        let mut words = words::assemble(&drawn.glyphs);
        words.extend(settled.words);
        words.extend(
            drawn
                .ticks
                .iter()
                .map(|tick| annotations::tick_word(tick.1, tick.0)),
        );
        self.room = drawn.glyphs;
        let sheet = Sheet {
            number,
            size,
            origin: TextOrigin::Native,
            words,
            rules: drawn.rules,
            pictures: drawn.pictures,
        };
        Read {
            sheet,
            unmapped,
            full: drawn.full,
            named: settled.named,
        }
    }
}

/// Draws that part of a page into the ink.
fn draw_on<'a>(
    page: &Page<'a>,
    pdf: &'a Pdf,
    cache: &InterpreterCache<'a>,
    part: RenderContent,
    ink: &mut Ink<'_>,
) {
    let to_page = page.initial_transform(true).to_kurbo();
    let visible = to_page.transform_rect_bbox(page.intersected_crop_box().to_kurbo());
    let settings = InterpreterSettings {
        render_content: part,
        ..InterpreterSettings::default()
    };
    let mut context = Context::new(to_page, visible, cache, pdf.xref(), settings);
    interpret_page(page, &mut context, ink);
}
