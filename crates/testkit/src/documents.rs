//! Sample documents, made by the project itself.

mod page;
#[cfg(feature = "samples")]
mod samples;

use page::PageWriter;
#[cfg(feature = "samples")]
pub use samples::{Sample, converted, locked_pdf, mail, samples};

/// An invoice to be printed as a PDF of one page. The figures are given, not computed: a test may want wrong ones.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// As printed.
    pub number: String,
    /// As printed: `12 March 2026`.
    pub issued: String,
    /// As printed.
    pub due: String,
    /// Lines, in order.
    pub lines: Vec<InvoiceLine>,
    /// As printed, without the currency: `1,190.00`.
    pub net: String,
    /// As printed.
    pub tax: String,
    /// As printed.
    pub total: String,
}

/// A line of an invoice, as printed.
#[derive(Debug, Clone)]
pub struct InvoiceLine {
    /// What was sold.
    pub description: &'static str,
    /// How many.
    pub quantity: &'static str,
    /// Price of one.
    pub unit_price: &'static str,
    /// Price of all.
    pub amount: &'static str,
}

impl Default for Invoice {
    fn default() -> Self {
        let line = |description, quantity, unit_price, amount| InvoiceLine {
            description,
            quantity,
            unit_price,
            amount,
        };
        Self {
            number: "INV-2026-0147".to_owned(),
            issued: "12 March 2026".to_owned(),
            due: "11 April 2026".to_owned(),
            lines: vec![
                line("Recycled copy paper A4, 500 sheets", "40", "4.20", "168.00"),
                line("Cardboard boxes, medium", "120", "1.35", "162.00"),
                line("Delivery to the third floor", "1", "45.00", "45.00"),
            ],
            net: "375.00".to_owned(),
            tax: "71.25".to_owned(),
            total: "446.25".to_owned(),
        }
    }
}

impl Invoice {
    /// The invoice of that number, otherwise the usual one: a document of its own for a test that needs many.
    pub fn numbered(number: impl Into<String>) -> Self {
        Self {
            number: number.into(),
            ..Self::default()
        }
    }

    /// Prints it.
    pub fn to_pdf(&self) -> Vec<u8> {
        let mut page = PageWriter::new();
        letterhead(&mut page);
        address(&mut page);
        self.facts(&mut page);
        let bottom = self.table(&mut page);
        self.totals(&mut page, bottom);
        footer(&mut page);
        page.finish()
    }

    fn facts(&self, page: &mut PageWriter) {
        page.bold(56.0, 560.0, 16.0, "Invoice");
        let facts = [
            ("Invoice number", self.number.as_str()),
            ("Invoice date", self.issued.as_str()),
            ("Due date", self.due.as_str()),
            ("Customer number", "20814"),
            ("Your order", "PO-7731"),
        ];
        for (row, (label, value)) in (0_u8..).zip(facts) {
            let y = 690.0 - 15.0 * f32::from(row);
            page.text(350.0, y, 9.5, label);
            page.text(450.0, y, 9.5, value);
        }
    }

    /// Returns where the table ends.
    fn table(&self, page: &mut PageWriter) -> f32 {
        let head = 520.0;
        page.bold(56.0, head, 9.5, "Description");
        page.bold_right(345.0, head, 9.5, "Quantity");
        page.bold_right(430.0, head, 9.5, "Unit price");
        page.bold_right(539.0, head, 9.5, "Amount");
        page.rule(56.0, head - 5.0, 539.0);
        let mut y = head;
        for line in &self.lines {
            y -= 18.0;
            page.text(56.0, y, 9.5, line.description);
            page.right(345.0, y, 9.5, line.quantity);
            page.right(430.0, y, 9.5, line.unit_price);
            page.right(539.0, y, 9.5, line.amount);
        }
        page.rule(56.0, y - 7.0, 539.0);
        y - 7.0
    }

    fn totals(&self, page: &mut PageWriter, below: f32) {
        page.text(380.0, below - 16.0, 9.5, "Net total");
        page.right(539.0, below - 16.0, 9.5, &format!("EUR {}", self.net));
        page.text(380.0, below - 32.0, 9.5, "VAT 19%");
        page.right(539.0, below - 32.0, 9.5, &format!("EUR {}", self.tax));
        page.bold(380.0, below - 50.0, 11.0, "Total due");
        page.bold_right(539.0, below - 50.0, 11.0, &format!("EUR {}", self.total));
        page.text(
            56.0,
            below - 90.0,
            9.5,
            "Payable within 30 days without deduction. Thank you for your order.",
        );
    }
}

fn letterhead(page: &mut PageWriter) {
    page.bold(56.0, 780.0, 15.0, "Harbour Paper Supplies GmbH");
    page.text(56.0, 765.0, 9.0, "Speicherstraße 14, 20457 Hamburg");
}

fn address(page: &mut PageWriter) {
    page.text(
        56.0,
        705.0,
        7.0,
        "Harbour Paper Supplies GmbH, Speicherstraße 14, 20457 Hamburg",
    );
    let lines = [
        "Orchard Analytics Ltd",
        "Accounts Payable",
        "27 Millbrook Lane",
        "Bristol BS1 4QA",
        "United Kingdom",
    ];
    for (row, line) in (0_u8..).zip(lines) {
        page.text(56.0, 690.0 - 13.0 * f32::from(row), 10.0, line);
    }
}

fn footer(page: &mut PageWriter) {
    page.rule(56.0, 92.0, 539.0);
    page.text(56.0, 80.0, 8.0, "VAT ID DE129273398");
    page.text(56.0, 69.0, 8.0, "Tax number 27/123/45678");
    // The examples that the IBAN registry prints for Germany and a code in the form of a BIC.
    page.text(300.0, 80.0, 8.0, "IBAN DE89 3704 0044 0532 0130 00");
    page.text(300.0, 69.0, 8.0, "BIC COBADEFFXXX");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_invoice_is_the_same_file() {
        assert_eq!(Invoice::default().to_pdf(), Invoice::default().to_pdf());
        assert_ne!(Invoice::default().to_pdf(), Invoice::numbered("2").to_pdf());
    }

    #[test]
    fn it_is_a_pdf() {
        assert!(Invoice::default().to_pdf().starts_with(b"%PDF-1.7"));
    }
}
