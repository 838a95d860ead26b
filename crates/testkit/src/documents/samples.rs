//! The same short invoice in every kind of file that is read and that can be made here. DOC, PPT and XLS are made of their
//! successors by an office program, see [`converted`].

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Invoice;

/// A file of one kind.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How its name would end: `docx`.
    pub extension: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// One of each kind. `folder` is for what is made by way of files.
pub fn samples(folder: &Path) -> Vec<Sample> {
    let made: [(&'static str, Vec<u8>); 14] = [
        ("pdf", Invoice::default().to_pdf()),
        ("png", picture(ImageFormat::Png)),
        ("jpg", picture(ImageFormat::Jpeg)),
        ("tif", picture(ImageFormat::Tiff)),
        ("webp", picture(ImageFormat::WebP)),
        ("docx", docx()),
        ("pptx", pptx()),
        ("xlsx", xlsx()),
        ("ods", ods()),
        ("csv", CSV.as_bytes().to_vec()),
        ("html", HTML.as_bytes().to_vec()),
        ("md", MARKDOWN.as_bytes().to_vec()),
        (
            "eml",
            mail("invoice.pdf", "application/pdf", &Invoice::default().to_pdf()),
        ),
        ("xml", CII.as_bytes().to_vec()),
    ];
    let mut samples: Vec<Sample> = made
        .into_iter()
        .map(|(extension, bytes)| Sample { extension, bytes })
        .collect();
    for (newer, older) in [("docx", "doc"), ("pptx", "ppt"), ("xlsx", "xls")] {
        let Some(sample) = samples.iter().find(|sample| sample.extension == newer) else {
            continue;
        };
        let bytes = converted(folder, &sample.bytes, newer, older);
        samples.push(Sample {
            extension: older,
            bytes,
        });
    }
    samples
}

/// A file as LibreOffice writes it in another format.
pub fn converted(folder: &Path, bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let input = folder.join(format!("sample.{from}"));
    std::fs::write(&input, bytes).unwrap();
    let output = Command::new("soffice")
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .arg(format!(
            "-env:UserInstallation=file://{}",
            folder.join("office").display()
        ))
        .arg(&input)
        .output();
    let output =
        output.unwrap_or_else(|error| panic!("soffice, which `scripts/install test` installs: {error}"));
    // Behind a colon stands how it is written.
    let extension = to.split(':').next().unwrap();
    std::fs::read(folder.join(format!("sample.{extension}"))).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("soffice made no {to}: {error}: {said}")
    })
}

/// A PDF that opens with that password alone.
pub fn locked_pdf(folder: &Path, password: &str) -> Vec<u8> {
    let filter = format!(
        "pdf:calc_pdf_Export:{{\"EncryptFile\":{{\"type\":\"boolean\",\"value\":\"true\"}},\
         \"DocumentOpenPassword\":{{\"type\":\"string\",\"value\":\"{password}\"}}}}"
    );
    converted(folder, CSV.as_bytes(), "csv", &filter)
}

const CSV: &str = "\u{feff}Item;Quantity;Price;Amount\r\n\"Copy paper, A4\";40;4,20;168,00\r\n\
    \"Boxes; medium\";120;1,35;162,00\r\nDelivery;1;45,00;45,00\r\n";

const HTML: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Invoice</title>\
    <style>p { color: black }</style></head><body><h1>Invoice INV-2026-0147</h1>\
    <p>Date: 12 March 2026</p><ul><li>net 30 days</li><li>free delivery</li></ul>\
    <table><tr><th>Item</th><th>Amount</th></tr><tr><td>Copy paper</td><td>168.00</td></tr>\
    <tr><td colspan=\"2\">Total 446.25 &euro;</td></tr></table></body></html>";

const MARKDOWN: &str = "# Invoice INV-2026-0147\n\nDate: **12 March 2026**\n\n- net 30 days\n- free delivery\n\n\
    | Item | Amount |\n| --- | ---: |\n| Copy paper | 168.00 |\n| Total | 446.25 |\n";

const CII: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <rsm:CrossIndustryInvoice xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
    xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\" \
    xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\">\
    <rsm:ExchangedDocument><ram:ID>INV-2026-0147</ram:ID><ram:TypeCode>380</ram:TypeCode>\
    <ram:IssueDateTime><udt:DateTimeString format=\"102\">20260312</udt:DateTimeString></ram:IssueDateTime>\
    </rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeSettlement>\
    <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>\
    <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>446.25</ram:GrandTotalAmount>\
    </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>\
    </rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>";

/// A message with a file attached to it.
pub fn mail(name: &str, media_type: &str, file: &[u8]) -> Vec<u8> {
    let mut body = String::new();
    for line in STANDARD.encode(file).as_bytes().chunks(76) {
        body.push_str(std::str::from_utf8(line).unwrap());
        body.push_str("\r\n");
    }
    format!(
        "From: Accounts <accounts@example.com>\r\nTo: Office <office@example.org>\r\n\
         Subject: Invoice INV-2026-0147\r\nDate: Thu, 12 Mar 2026 09:30:00 +0100\r\n\
         Message-ID: <0147@example.com>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n--part\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nPlease find our invoice attached.\r\n\
         --part\r\nContent-Type: {media_type}; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{body}--part--\r\n"
    )
    .into_bytes()
}

/// Dark bars on white, as lines of text are from afar.
fn picture(format: ImageFormat) -> Vec<u8> {
    let mut pixels = GrayImage::from_pixel(320, 200, Luma([255]));
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        if y % 20 > 12 && x % 9 > 1 && x > 20 && x < 300 {
            *pixel = Luma([20]);
        }
    }
    let mut bytes = Vec::new();
    DynamicImage::from(pixels)
        .into_rgb8()
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Lines").unwrap();
    for (row, cells) in (0..).zip([["Item", "Amount"], ["Copy paper", "168"], ["Boxes", "162"]]) {
        for (column, text) in (0..).zip(cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, text).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// Members of an archive, in order.
fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        // OpenDocument wants its type to be legible without unpacking.
        let method = if *name == "mimetype" {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>OVERRIDES</Types>";

fn types(overrides: &[(&str, &str)]) -> String {
    let overrides = overrides.iter().map(|(part, kind)| {
        format!(
            "<Override PartName=\"{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/>"
        )
    });
    TYPES.replace("OVERRIDES", &overrides.collect::<String>())
}

fn relations(relations: &[(&str, &str)]) -> String {
    let relations = (1..).zip(relations).map(|(number, (kind, target))| {
        format!(
            "<Relationship Id=\"rId{number}\" Target=\"{target}\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\"/>"
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
        relations.collect::<String>()
    )
}

fn docx() -> Vec<u8> {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let heading =
        "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Invoice INV-2026-0147</w:t></w:r></w:p>";
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |cells: [&str; 2]| format!("<w:tr>{}</w:tr>", cells.map(cell).concat());
    let rows = [["Item", "Amount"], ["Copy paper", "168.00"], ["Boxes", "162.00"]];
    let table = format!("<w:tbl>{}</w:tbl>", rows.map(row).concat());
    let body = [
        heading.to_owned(),
        paragraph("Date: 12 March 2026"),
        table,
        paragraph("Total 446.25"),
    ]
    .concat();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    archive(&[
        (
            "[Content_Types].xml",
            &types(&[("/word/document.xml", "wordprocessingml.document.main")]),
        ),
        (
            "_rels/.rels",
            &relations(&[("officeDocument", "word/document.xml")]),
        ),
        ("word/document.xml", &document),
    ])
}

fn pptx() -> Vec<u8> {
    const SPACES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
        xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let shape = |id: u32, kind: &str, text: &str| {
        format!(
            "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"x\"/><p:cNvSpPr/><p:nvPr><p:ph type=\"{kind}\"/></p:nvPr>\
             </p:nvSpPr><p:spPr><a:xfrm><a:off x=\"0\" y=\"{id}00000\"/><a:ext cx=\"5000000\" cy=\"900000\"/></a:xfrm>\
             </p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
        )
    };
    let tree = |shapes: &str| {
        format!(
            "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>\
             <p:grpSpPr/>{shapes}</p:spTree></p:cSld>"
        )
    };
    let shapes = shape(2, "title", "Invoice INV-2026-0147") + &shape(3, "body", "Total 446.25");
    let xml = |name: &str, content: &str| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><p:{name} {SPACES}>{content}</p:{name}>")
    };
    let colors = "<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" \
        accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/>";
    let presentation = "<p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rId2\"/></p:sldMasterIdLst>\
        <p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/></p:sldIdLst><p:sldSz cx=\"9144000\" cy=\"6858000\"/>\
        <p:notesSz cx=\"6858000\" cy=\"9144000\"/>";
    let layouts = "<p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst>";
    archive(&[
        (
            "[Content_Types].xml",
            &types(&[
                ("/ppt/presentation.xml", "presentationml.presentation.main"),
                ("/ppt/slides/slide1.xml", "presentationml.slide"),
                ("/ppt/slideMasters/slideMaster1.xml", "presentationml.slideMaster"),
                ("/ppt/slideLayouts/slideLayout1.xml", "presentationml.slideLayout"),
            ]),
        ),
        (
            "_rels/.rels",
            &relations(&[("officeDocument", "ppt/presentation.xml")]),
        ),
        ("ppt/presentation.xml", &xml("presentation", presentation)),
        (
            "ppt/_rels/presentation.xml.rels",
            &relations(&[
                ("slide", "slides/slide1.xml"),
                ("slideMaster", "slideMasters/slideMaster1.xml"),
            ]),
        ),
        ("ppt/slides/slide1.xml", &xml("sld", &tree(&shapes))),
        (
            "ppt/slides/_rels/slide1.xml.rels",
            &relations(&[("slideLayout", "../slideLayouts/slideLayout1.xml")]),
        ),
        (
            "ppt/slideMasters/slideMaster1.xml",
            &xml("sldMaster", &(tree("") + colors + layouts)),
        ),
        (
            "ppt/slideMasters/_rels/slideMaster1.xml.rels",
            &relations(&[("slideLayout", "../slideLayouts/slideLayout1.xml")]),
        ),
        ("ppt/slideLayouts/slideLayout1.xml", &xml("sldLayout", &tree(""))),
        (
            "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
            &relations(&[("slideMaster", "../slideMasters/slideMaster1.xml")]),
        ),
    ])
}

fn ods() -> Vec<u8> {
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(_) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{text}\"><text:p>{text}</text:p></table:table-cell>"
        ),
        Err(_) => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        ),
    };
    let row = |cells: [&str; 2]| format!("<table:table-row>{}</table:table-row>", cells.map(cell).concat());
    let rows = [["Item", "Amount"], ["Copy paper", "168"], ["Boxes", "162"]]
        .map(row)
        .concat();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:body><office:spreadsheet><table:table table:name=\"Lines\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest \
        xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
        <manifest:file-entry manifest:full-path=\"/\" \
        manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/></manifest:manifest>";
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ])
}
