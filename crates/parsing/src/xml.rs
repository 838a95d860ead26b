//! XML: electronic invoices and anything else. Its values with their paths, and a page that a person can read.

mod page;
mod tree;
mod walk;

use domain::parsed::XmlValue;
use domain::parsing::ParseConfig;

use crate::flow::{FULL_TEXT, Flow};
use crate::{Format, ParseError, Parsed};
use tree::Tree;

pub(crate) use walk::{Node, Tag, Walk, decode};

const MEDIA_TYPE: &str = Format::Xml.media_type();

/// Reads an XML file.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    let tree = Tree::read(&decode(bytes))?;
    let mut values = tree.values()?;
    let mut flow = Flow::new(MEDIA_TYPE, config, FULL_TEXT);
    page::set(&tree, &mut values, &mut flow)?;
    let mut document = flow.finish()?;
    document.xml = values;
    Ok(document.into())
}

/// The values of an XML file inside of another one, in their order. They stand on no page.
pub(crate) fn values(bytes: &[u8]) -> Result<Vec<XmlValue>, ParseError> {
    Tree::read(&decode(bytes))?.values()
}

#[cfg(test)]
mod tests {
    use domain::parsed::ParsedDocument;

    use super::*;

    const INVOICE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    xmlns:ram="urn:ram" xmlns:udt="urn:udt">
  <rsm:ExchangedDocument>
    <ram:ID>R-4711</ram:ID>
    <ram:IssueDateTime><udt:DateTimeString format="102">20240507</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:Line><ram:LineID>1</ram:LineID><ram:Name>Pen &amp; ink</ram:Name><ram:Price>2.50</ram:Price></ram:Line>
    <ram:Line><ram:LineID>2</ram:LineID><ram:Name>Paper</ram:Name></ram:Line>
    <ram:TaxAmount currencyID="EUR">19.00</ram:TaxAmount>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"#;

    fn read(text: &str) -> ParsedDocument {
        crate::read(text.as_bytes(), &ParseConfig::default()).unwrap()
    }

    #[test]
    fn values_have_paths_with_positions_where_names_repeat() {
        let values = values(INVOICE.as_bytes()).unwrap();
        let found: Vec<(&str, &str)> = values
            .iter()
            .map(|value| (value.path.as_str(), value.text.as_str()))
            .collect();
        let top = "/CrossIndustryInvoice/SupplyChainTradeTransaction";
        let date = "/CrossIndustryInvoice/ExchangedDocument/IssueDateTime/DateTimeString";
        let expected = [
            ("/CrossIndustryInvoice/ExchangedDocument/ID".to_owned(), "R-4711"),
            (format!("{date}/@format"), "102"),
            (date.to_owned(), "20240507"),
            (format!("{top}/Line[1]/LineID"), "1"),
            (format!("{top}/Line[1]/Name"), "Pen & ink"),
            (format!("{top}/Line[1]/Price"), "2.50"),
            (format!("{top}/Line[2]/LineID"), "2"),
            (format!("{top}/Line[2]/Name"), "Paper"),
            (format!("{top}/TaxAmount/@currencyID"), "EUR"),
            (format!("{top}/TaxAmount"), "19.00"),
        ];
        let expected: Vec<(&str, &str)> = expected
            .iter()
            .map(|(path, text)| (path.as_str(), *text))
            .collect();
        assert_eq!(found, expected);
        assert!(values.iter().all(|value| value.words.is_none()));
    }

    #[test]
    fn the_page_reads_well_and_every_value_knows_its_words() {
        let document = read(INVOICE);
        assert_eq!(document.media_type, "application/xml");
        let page = &document.pages[0];
        let expected = "Cross Industry Invoice\nExchanged Document\nID R-4711\nIssue Date Time 20240507 102\n\
                        Supply Chain Trade Transaction\nLine ID Name Price\n1 Pen & ink 2.50\n2 Paper\n\
                        Tax Amount 19.00 EUR";
        assert_eq!(page.text(), expected);
        let table = &page.tables[0];
        assert_eq!((table.rows, table.columns, table.header_rows), (3, 3, 1));
        for value in &document.xml {
            let (number, words) = value.words.as_ref().unwrap();
            assert_eq!(*number, 1);
            let texts: Vec<&str> = words
                .iter()
                .map(|word| page.words[usize::try_from(*word).unwrap()].text.as_str())
                .collect();
            assert_eq!(texts.join(" "), value.text, "{}", value.path);
        }
    }

    #[test]
    fn nothing_outside_of_the_file_is_read_and_entities_do_not_grow() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>\
                    <!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;'>]><a><b>&x;</b><b>&m;</b></a>";
        assert_eq!(read(text).text(), "a\nb &x;\nb &m;");
    }

    #[test]
    fn endless_names_and_elements_are_refused() {
        let config = ParseConfig::default();
        let name = "n".repeat(100_000);
        let deep = format!(
            "<r xmlns='x'>{}{}</r>",
            format!("<{name}>").repeat(200),
            format!("</{name}>").repeat(200)
        );
        let long = format!("<r xmlns='x'><{name}>{}</{name}></r>", "<b>1</b>".repeat(1_000));
        let error = crate::read(long.as_bytes(), &config).unwrap_err();
        assert_eq!(error, crate::limits::Limit::Characters.exceeded());
        assert!(crate::read(deep.as_bytes(), &config).is_ok());
        let many = format!("<r xmlns='x'>{}</r>", "<b/>".repeat(2_000_001));
        let error = crate::read(many.as_bytes(), &config).unwrap_err();
        assert_eq!(error, crate::limits::Limit::Elements.exceeded());
    }
}
