use domain::parsed::{Page, ParsedDocument};

use super::*;
use crate::limits::Limit;
use crate::office::package::tests::package;

const NAMES: &str = "xmlns:w='w' xmlns:r='r' xmlns:mc='m' xmlns:v='v'";

fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document {NAMES}><w:body>{body}</w:body></w:document>");
    let relations = more.iter().enumerate().map(|(number, (name, _))| {
        let kind = name
            .trim_end_matches(".xml")
            .trim_end_matches(|c: char| c.is_ascii_digit());
        format!("<Relationship Id='r{number}' Type='x/{kind}' Target='{name}'/>")
    });
    let relations = format!("<Relationships>{}</Relationships>", relations.collect::<String>());
    let names: Vec<String> = more.iter().map(|(name, _)| format!("word/{name}")).collect();
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", document.as_str()),
        ("word/_rels/document.xml.rels", relations.as_str()),
    ];
    parts.extend(
        names
            .iter()
            .zip(more)
            .map(|(name, (_, text))| (name.as_str(), *text)),
    );
    package(&parts)
}

fn read(body: &str, more: &[(&str, &str)]) -> ParsedDocument {
    crate::read(&docx(body, more), &ParseConfig::default()).unwrap()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn blocks(page: &Page) -> Vec<(BlockKind, String)> {
    page.blocks
        .iter()
        .map(|block| (block.kind, page.block_text(block)))
        .collect()
}

#[test]
fn headings_lists_and_paragraphs() {
    let styles = "<w:styles><w:style w:type='paragraph' w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>\
                  <w:style w:type='paragraph' w:styleId='Own'><w:basedOn w:val='berschrift1'/></w:style></w:styles>";
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='3'/>\
                     <w:numFmt w:val='decimal'/><w:lvlText w:val='%1)'/></w:lvl></w:abstractNum>\
                     <w:num w:numId='5'><w:abstractNumId w:val='0'/></w:num></w:numbering>";
    let numbered = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='5'/></w:numPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>";
    let body = format!(
        "<w:p><w:pPr><w:pStyle w:val='Own'/></w:pPr><w:r><w:t>Ti</w:t></w:r><w:r><w:t>tle</w:t></w:r></w:p>{numbered}{numbered}{}",
        p("a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t xml:space='preserve'> c &amp; d")
    );
    let document = read(&body, &[("styles.xml", styles), ("numbering.xml", numbering)]);
    let expected = [
        (BlockKind::Heading, "Title"),
        (BlockKind::ListItem, "3) item"),
        (BlockKind::ListItem, "4) item"),
        (BlockKind::Paragraph, "a b\nc & d"),
    ];
    let expected: Vec<(BlockKind, String)> = expected.map(|(kind, text)| (kind, text.to_owned())).into();
    assert_eq!(blocks(&document.pages[0]), expected);
}

#[test]
fn pages_end_where_the_file_says_so_and_once() {
    let body = format!(
        "{}<w:p><w:r><w:t>two</w:t><w:br w:type='page'/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>three \
         </w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>four</w:t></w:r></w:p><w:p><w:pPr><w:pageBreakBefore/>\
         <w:sectPr/></w:pPr><w:r><w:t>five</w:t></w:r></w:p>{}<w:sectPr><w:type w:val='nextPage'/></w:sectPr>",
        p("one"),
        p("six")
    );
    let texts: Vec<String> = read(&body, &[]).pages.iter().map(Page::text).collect();
    assert_eq!(texts, ["one\ntwo", "three", "four", "five", "six"]);
}

#[test]
fn tables_have_spans_header_rows_and_what_is_only_placed_is_none() {
    let tc = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text));
    let span = "<w:gridSpan w:val='2'/>";
    let table = format!(
        "<w:tbl><w:tblPr/><w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}{}{}</w:tr>\
         <w:tr><w:trPr><w:del/></w:trPr>{}</w:tr></w:tbl>",
        tc("", "Item"),
        tc(span, "Prices"),
        tc("<w:vMerge w:val='restart'/>", "Pen"),
        tc("", "1"),
        tc("", "2"),
        tc("<w:vMerge/>", ""),
        tc("", "3"),
        tc("", "4"),
        tc("", "deleted"),
    );
    let boxed = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", "boxed"));
    let document = read(&format!("{table}{boxed}"), &[]);
    let page = &document.pages[0];
    assert_eq!(page.text(), "Item Prices\nPen 1 2\n3 4\nboxed");
    assert_eq!(page.tables.len(), 1);
    let table = &page.tables[0];
    assert_eq!((table.rows, table.columns, table.header_rows), (3, 3, 1));
    assert_eq!(table.cell(2, 0).unwrap().text(page), "Pen");
    assert_eq!(table.cell(0, 2).unwrap().text(page), "Prices");
}

#[test]
fn a_table_goes_on_over_pages_with_the_file() {
    let row = |text: &str| format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p(text), p("x"));
    let broken = row("</w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>c");
    let body = format!("<w:tbl>{}{}{}</w:tbl>", row("a"), row("b"), broken);
    let texts: Vec<String> = read(&body, &[]).pages.iter().map(Page::text).collect();
    assert_eq!(texts, ["a x\nb x", "c x"]);
}

#[test]
fn changes_fields_boxes_and_hidden_text() {
    let t = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let body = format!(
        "<w:p><w:ins>{}</w:ins><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:moveFrom>{}</w:moveFrom>\
         <w:fldSimple w:instr='DATE'>{}</w:fldSimple><w:r><w:instrText>no</w:instrText></w:r>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r>\
         <w:hyperlink r:id='x'>{}</w:hyperlink><w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>\
         <w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{}</w:txbxContent></mc:Choice><mc:Fallback><w:pict>\
         <w:txbxContent>{}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        t("new "),
        t("no"),
        t("date "),
        t("link "),
        t("field"),
        p("box"),
        p("box"),
    );
    assert_eq!(read(&body, &[]).text(), "new date link field\nbox");
}

#[test]
fn heads_feet_and_notes_stand_once() {
    let body = format!(
        "<w:p><w:r><w:t>one</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:commentReference w:id='0'/></w:r></w:p>\
         <w:p><w:r><w:br w:type='page'/></w:r></w:p>{}<w:sectPr><w:headerReference w:type='default' r:id='r0'/>\
         <w:footerReference w:type='default' r:id='r1'/></w:sectPr>",
        p("two")
    );
    let more = [
        ("header1.xml", format!("<w:hdr>{}</w:hdr>", p("Head"))),
        ("footer1.xml", format!("<w:ftr>{}</w:ftr>", p("Foot"))),
        (
            "footnotes.xml",
            format!(
                "<w:footnotes><w:footnote w:type='separator' w:id='0'>{}</w:footnote><w:footnote w:id='2'>{}</w:footnote></w:footnotes>",
                p("no"),
                p("note")
            ),
        ),
        (
            "comments.xml",
            format!(
                "<w:comments><w:comment w:id='0'>{}</w:comment></w:comments>",
                p("comment")
            ),
        ),
    ];
    let more: Vec<(&str, &str)> = more.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let document = read(&body, &more);
    let texts: Vec<String> = document.pages.iter().map(Page::text).collect();
    assert_eq!(texts, ["Head\none\nnote\ncomment", "two\nFoot"]);
    assert_eq!(document.pages[0].blocks[0].kind, BlockKind::Header);
    assert_eq!(document.pages[1].blocks[1].kind, BlockKind::Footer);
}

#[test]
fn hostile_texts_are_refused_or_read_in_time() {
    let begun = std::time::Instant::now();
    let config = ParseConfig::default();
    let deep = docx(&"<w:tbl><w:tr><w:tc>".repeat(20_000), &[]);
    assert_eq!(crate::read(&deep, &config).unwrap_err(), Limit::Depth.exceeded());
    let nested = format!(
        "{}{}{}",
        "<w:tbl><w:tr><w:tc>".repeat(80),
        p("x"),
        "</w:tc></w:tr></w:tbl>".repeat(80)
    );
    assert_eq!(read(&nested, &[]).text(), "x");
    let many = docx(&"<w:p/>".repeat(2_000_001), &[]);
    assert_eq!(
        crate::read(&many, &config).unwrap_err(),
        Limit::Elements.exceeded()
    );
    let cut = docx("<w:p>", &[]);
    assert!(matches!(
        crate::read(&cut, &config),
        Err(ParseError::Broken { .. })
    ));
    let repeated = read(&p("the same again").repeat(20_000), &[]);
    assert_eq!(repeated.pages.len(), 20);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
