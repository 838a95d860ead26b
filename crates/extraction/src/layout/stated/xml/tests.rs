use domain::evidence::{Audit, Evidence, Place, Verdict};
use domain::extraction::Extraction;
use domain::parsed::{Page, ParsedDocument, XmlValue};
use serde_json::{Value, json};

use crate::testing::{Sketch, document, input, schema};

/// A document whose XML holds these values, below the root.
fn holding(root: &str, values: &[(&str, &str)], pages: Vec<Page>) -> ParsedDocument {
    let xml = values.iter().map(|(path, text)| XmlValue {
        path: format!("/{root}/{path}"),
        text: (*text).to_owned(),
        words: None,
    });
    ParsedDocument {
        xml: xml.collect(),
        ..document(pages)
    }
}

const UBL: &[(&str, &str)] = &[
    ("CustomizationID", "urn:cen.eu:en16931:2017"),
    ("ID", "S-17"),
    ("IssueDate", "2024-05-07"),
    ("DueDate", "2024-06-06"),
    ("InvoiceTypeCode", "380"),
    ("Note", "Thank you"),
    ("DocumentCurrencyCode", "EUR"),
    ("BuyerReference", "04011000-1234-34"),
    ("OrderReference/ID", "PO-9"),
    ("AccountingSupplierParty/Party/EndpointID/@schemeID", "EM"),
    (
        "AccountingSupplierParty/Party/EndpointID",
        "bills@harbour.example",
    ),
    ("AccountingSupplierParty/Party/PartyName/Name", "Harbour"),
    ("AccountingSupplierParty/Party/PostalAddress/StreetName", "Quay 7"),
    ("AccountingSupplierParty/Party/PostalAddress/CityName", "Dover"),
    ("AccountingSupplierParty/Party/PostalAddress/PostalZone", "12345"),
    (
        "AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode",
        "DE",
    ),
    (
        "AccountingSupplierParty/Party/PartyTaxScheme[1]/CompanyID",
        "DE136695976",
    ),
    (
        "AccountingSupplierParty/Party/PartyTaxScheme[1]/TaxScheme/ID",
        "VAT",
    ),
    (
        "AccountingSupplierParty/Party/PartyTaxScheme[2]/CompanyID",
        "201/113/40209",
    ),
    (
        "AccountingSupplierParty/Party/PartyTaxScheme[2]/TaxScheme/ID",
        "FC",
    ),
    (
        "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName",
        "Harbour Ltd",
    ),
    (
        "AccountingSupplierParty/Party/PartyLegalEntity/CompanyID",
        "HRB 4711",
    ),
    (
        "AccountingSupplierParty/Party/Contact/Telephone",
        "+49 30 1234567",
    ),
    ("AccountingCustomerParty/Party/PartyIdentification/ID", "C-5"),
    ("AccountingCustomerParty/Party/PostalAddress/CityName", "Rome"),
    (
        "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
        "Example GmbH",
    ),
    ("Delivery/ActualDeliveryDate", "2024-05-03"),
    ("Delivery/DeliveryLocation/Address/CityName", "Turin"),
    ("PaymentMeans/PaymentMeansCode/@name", "Credit transfer"),
    ("PaymentMeans/PaymentMeansCode", "58"),
    ("PaymentMeans/PaymentID", "S-17/2024"),
    ("PaymentMeans/PayeeFinancialAccount/ID", "DE89370400440532013000"),
    ("PaymentMeans/PayeeFinancialAccount/Name", "Harbour Ltd"),
    (
        "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID",
        "COBADEFFXXX",
    ),
    ("PaymentTerms/Note", "30 days net"),
    ("TaxTotal[1]/TaxAmount/@currencyID", "SEK"),
    ("TaxTotal[1]/TaxAmount", "250.10"),
    ("TaxTotal[2]/TaxAmount/@currencyID", "EUR"),
    ("TaxTotal[2]/TaxAmount", "22.40"),
    ("TaxTotal[2]/TaxSubtotal[1]/TaxableAmount", "100.00"),
    ("TaxTotal[2]/TaxSubtotal[1]/TaxAmount", "19.00"),
    ("TaxTotal[2]/TaxSubtotal[1]/TaxCategory/ID", "S"),
    ("TaxTotal[2]/TaxSubtotal[1]/TaxCategory/Percent", "19"),
    ("TaxTotal[2]/TaxSubtotal[2]/TaxableAmount", "48.50"),
    ("TaxTotal[2]/TaxSubtotal[2]/TaxAmount", "3.40"),
    ("TaxTotal[2]/TaxSubtotal[2]/TaxCategory/ID", "AA"),
    ("TaxTotal[2]/TaxSubtotal[2]/TaxCategory/Percent", "7"),
    ("LegalMonetaryTotal/LineExtensionAmount", "148.50"),
    ("LegalMonetaryTotal/TaxExclusiveAmount", "148.50"),
    ("LegalMonetaryTotal/TaxInclusiveAmount", "170.90"),
    ("LegalMonetaryTotal/PrepaidAmount", "20.90"),
    ("LegalMonetaryTotal/PayableAmount", "150.00"),
    ("InvoiceLine[1]/ID", "1"),
    ("InvoiceLine[1]/InvoicedQuantity/@unitCode", "C62"),
    ("InvoiceLine[1]/InvoicedQuantity", "4"),
    ("InvoiceLine[1]/LineExtensionAmount", "100.00"),
    ("InvoiceLine[1]/Item/Name", "Rope"),
    ("InvoiceLine[1]/Item/SellersItemIdentification/ID", "A-1"),
    ("InvoiceLine[1]/Item/ClassifiedTaxCategory/Percent", "19"),
    ("InvoiceLine[1]/Price/PriceAmount", "25.00"),
    ("InvoiceLine[2]/ID", "2"),
    ("InvoiceLine[2]/InvoicedQuantity", "1.5"),
    ("InvoiceLine[2]/LineExtensionAmount", "48.50"),
    ("InvoiceLine[2]/Item/Description", "Yogurt"),
    ("InvoiceLine[2]/Item/ClassifiedTaxCategory/Percent", "7"),
    ("InvoiceLine[2]/Price/PriceAmount", "32.3333"),
];

fn of(kind: &str) -> Value {
    json!({ "type": kind })
}

fn fields(strings: &[&str], numbers: &[&str], dates: &[&str]) -> Value {
    let kinds = [(strings, "string"), (numbers, "number"), (dates, "date")];
    let all = kinds
        .iter()
        .flat_map(|(names, kind)| names.iter().map(|name| ((*name).to_owned(), of(kind))));
    json!({ "fields": all.collect::<serde_json::Map<_, _>>() })
}

fn with(mut group: Value, key: &str, value: Value) -> Value {
    group[key] = value;
    group
}

fn extracted(parsed: &ParsedDocument, groups: &Value) -> Extraction {
    let inputs = [input("a.pdf", parsed)];
    crate::extract(&inputs, &schema(&json!({ "groups": groups })))
}

fn leaf<'e>(found: &'e Extraction, group: &str, field: &str) -> &'e Evidence {
    let Audit::Object(groups) = &found.audit else {
        panic!("no groups")
    };
    let Audit::Object(fields) = &groups[group] else {
        panic!("no fields")
    };
    let Audit::Leaf(evidence) = &fields[field] else {
        panic!("no leaf")
    };
    evidence
}

fn paths(evidence: &Evidence) -> Vec<&str> {
    let paths = evidence.sources.iter().map(|source| match &source.place {
        Place::Xml { path } => path.as_str(),
        _ => "the page",
    });
    paths.collect()
}

fn invoice_groups() -> Value {
    let strings = [
        "invoice_number",
        "order_number",
        "currency",
        "buyer_reference",
        "payment_terms",
        "notes",
        "customer_number",
    ];
    let amounts = [
        "net_total",
        "tax_total",
        "grand_total",
        "amount_due",
        "amount_paid",
        "tax_rate",
    ];
    let dates = ["issue_date", "due_date", "delivery_date"];
    let seller = [
        "name",
        "street",
        "postcode",
        "city",
        "country",
        "vat_id",
        "tax_number",
        "email",
        "phone",
        "address",
    ];
    json!({
        "invoice": fields(&strings, &amounts, &dates),
        "seller": fields(&seller, &[], &[]),
        "buyer": fields(&["name", "city", "vat_id", "iban"], &[], &[]),
        "delivery_address": fields(&["city", "street"], &[], &[]),
        "payment": fields(&["iban", "bic", "account_holder", "payment_reference", "payment_method"], &[], &[])
    })
}

#[test]
fn the_values_of_a_peppol_invoice_are_told_with_their_paths() {
    let parsed = holding("Invoice", UBL, vec![Sketch::new(1).page()]);
    let found = extracted(&parsed, &invoice_groups());
    assert_eq!(
        found.data,
        json!({
            "invoice": {
                "invoice_number": "S-17", "order_number": "PO-9", "currency": "EUR",
                "buyer_reference": "04011000-1234-34", "payment_terms": "30 days net", "notes": "Thank you",
                "customer_number": "C-5", "net_total": 148.5, "tax_total": 22.4, "grand_total": 170.9,
                "amount_due": 150, "amount_paid": 20.9, "tax_rate": null,
                "issue_date": "2024-05-07", "due_date": "2024-06-06", "delivery_date": "2024-05-03"
            },
            "seller": {
                "name": "Harbour Ltd", "street": "Quay 7", "postcode": "12345", "city": "Dover", "country": "DE",
                "vat_id": "DE136695976", "tax_number": "201/113/40209", "email": "bills@harbour.example",
                "phone": "+49 30 1234567", "address": "Quay 7 12345 Dover DE"
            },
            "buyer": {"name": "Example GmbH", "city": "Rome", "vat_id": null, "iban": null},
            "delivery_address": {"city": "Turin", "street": null},
            "payment": {
                "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "account_holder": "Harbour Ltd",
                "payment_reference": "S-17/2024", "payment_method": "Credit transfer"
            }
        })
    );
    let evidence = leaf(&found, "invoice", "issue_date");
    assert_eq!(paths(evidence), ["/Invoice/IssueDate"]);
    assert_eq!(evidence.verdict, Verdict::Grounded);
    assert!(evidence.confidence > 0.95);
    assert_eq!(leaf(&found, "invoice", "amount_due").verdict, Verdict::Normalized);
    assert_eq!(paths(leaf(&found, "seller", "address")).len(), 4);
}

#[test]
fn items_and_taxes_are_rows() {
    let parsed = holding("Invoice", UBL, vec![Sketch::new(1).page()]);
    let repeated = |group: Value| with(group, "repeated", json!(true));
    let found = extracted(
        &parsed,
        &json!({
            "line_items": repeated(fields(
                &["description", "article_number", "unit"],
                &["quantity", "unit_price", "tax_rate", "line_total"],
                &[]
            )),
            "vat_breakdown": repeated(fields(&["category"], &["rate", "taxable_amount", "tax_amount"], &[])),
            "invoice": {"fields": {"positions": {"type": "array", "items": {
                "type": "object", "properties": {"item_name": of("string"), "amount": of("number")}
            }}}}
        }),
    );
    assert_eq!(
        found.data,
        json!({
            "line_items": [
                {"description": "Rope", "article_number": "A-1", "unit": "C62", "quantity": 4, "unit_price": 25,
                 "tax_rate": 19, "line_total": 100},
                {"description": "Yogurt", "article_number": null, "unit": null, "quantity": 1.5,
                 "unit_price": 32.3333, "tax_rate": 7, "line_total": 48.5}
            ],
            "vat_breakdown": [
                {"category": "S", "rate": 19, "taxable_amount": 100, "tax_amount": 19},
                {"category": "AA", "rate": 7, "taxable_amount": 48.5, "tax_amount": 3.4}
            ],
            "invoice": {"positions": [{"item_name": "Rope", "amount": 100}, {"item_name": "Yogurt", "amount": 48.5}]}
        })
    );
}

#[test]
fn credit_notes_have_lines_of_their_own() {
    let values = [
        ("ID", "G-1"),
        ("IssueDate", "2024-05-07+02:00"),
        ("BillingReference/InvoiceDocumentReference/ID", "S-16"),
        ("DocumentCurrencyCode", "EUR"),
        ("LegalMonetaryTotal/TaxInclusiveAmount", "-11.90"),
        ("CreditNoteLine/CreditedQuantity", "1"),
        ("CreditNoteLine/LineExtensionAmount", "10.00"),
        ("CreditNoteLine/Item/Name", "Rope"),
    ];
    let parsed = holding("CreditNote", &values, vec![Sketch::new(1).page()]);
    let lines = fields(&["description"], &["quantity", "line_total"], &[]);
    let found = extracted(
        &parsed,
        &json!({
            "invoice": fields(&["credit_note_number", "original_invoice_number"], &["total"], &["date"]),
            "items": with(lines, "repeated", json!(true))
        }),
    );
    assert_eq!(
        found.data,
        json!({
            "invoice": {"credit_note_number": "G-1", "original_invoice_number": "S-16", "total": -11.9,
                        "date": "2024-05-07"},
            "items": [{"description": "Rope", "quantity": 1, "line_total": 10}]
        })
    );
}

const TRADE: &str = "SupplyChainTradeTransaction";

/// A small invoice in CII.
fn cii(pages: Vec<Page>) -> ParsedDocument {
    let settlement = format!("{TRADE}/ApplicableHeaderTradeSettlement");
    let agreement = format!("{TRADE}/ApplicableHeaderTradeAgreement");
    let item = format!("{TRADE}/IncludedSupplyChainTradeLineItem");
    let sums = format!("{settlement}/SpecifiedTradeSettlementHeaderMonetarySummation");
    let values = [
        ("ExchangedDocument/ID".to_owned(), "R-7"),
        ("ExchangedDocument/TypeCode".to_owned(), "380"),
        (
            "ExchangedDocument/IssueDateTime/DateTimeString/@format".to_owned(),
            "102",
        ),
        (
            "ExchangedDocument/IssueDateTime/DateTimeString".to_owned(),
            "20240507",
        ),
        (format!("{item}/AssociatedDocumentLineDocument/LineID"), "1"),
        (format!("{item}/SpecifiedTradeProduct/Name"), "Rope"),
        (
            format!("{item}/SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
            "25.0000",
        ),
        (
            format!("{item}/SpecifiedLineTradeDelivery/BilledQuantity"),
            "4.0000",
        ),
        (format!("{agreement}/SellerTradeParty/Name"), "Harbour Ltd"),
        (
            format!("{agreement}/SellerTradeParty/SpecifiedTaxRegistration[1]/ID/@schemeID"),
            "FC",
        ),
        (
            format!("{agreement}/SellerTradeParty/SpecifiedTaxRegistration[1]/ID"),
            "201/113/40209",
        ),
        (
            format!("{agreement}/SellerTradeParty/SpecifiedTaxRegistration[2]/ID/@schemeID"),
            "VA",
        ),
        (
            format!("{agreement}/SellerTradeParty/SpecifiedTaxRegistration[2]/ID"),
            "DE136695976",
        ),
        (format!("{agreement}/BuyerTradeParty/Name"), "Example GmbH"),
        (format!("{settlement}/InvoiceCurrencyCode"), "EUR"),
        (
            format!("{settlement}/ApplicableTradeTax/RateApplicablePercent"),
            "19.00",
        ),
        (format!("{sums}/GrandTotalAmount"), "119.00"),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    holding("CrossIndustryInvoice", &values, pages)
}

fn printed(total: &str) -> Page {
    Sketch::new(1)
        .sized(60.0, 60.0, 18.0, "Invoice")
        .text(60.0, 100.0, "Invoice number: R-7")
        .text(60.0, 116.0, "Invoice date: 7 May 2024")
        .text(60.0, 132.0, "Delivery note number: L-4")
        .text(60.0, 300.0, "Total amount")
        .text(300.0, 300.0, &format!("{total} EUR"))
        .page()
}

fn cii_groups() -> Value {
    json!({
        "invoice": fields(
            &["invoice_number", "delivery_note_number", "vat_id", "tax_number"],
            &["grand_total", "tax_rate"],
            &["issue_date"]
        )
    })
}

#[test]
fn evidence_has_the_path_and_the_place_on_the_page() {
    let parsed = cii(vec![printed("119,00")]);
    let found = extracted(&parsed, &cii_groups());
    assert_eq!(
        found.data["invoice"],
        json!({
            "invoice_number": "R-7", "delivery_note_number": "L-4", "vat_id": "DE136695976",
            "tax_number": "201/113/40209", "grand_total": 119, "tax_rate": 19, "issue_date": "2024-05-07"
        })
    );
    let total = leaf(&found, "invoice", "grand_total");
    assert_eq!(total.sources.len(), 2);
    assert!(total.sources[1].bbox.is_some());
    let issued = leaf(&found, "invoice", "issue_date");
    assert_eq!(
        paths(issued),
        [
            "/CrossIndustryInvoice/ExchangedDocument/IssueDateTime/DateTimeString",
            "the page"
        ]
    );
    assert_eq!(issued.verdict, Verdict::Normalized);
    // What the XML does not hold is found on the page.
    assert_eq!(
        paths(leaf(&found, "invoice", "delivery_note_number")),
        ["the page"]
    );
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn a_contradiction_is_told() {
    let parsed = cii(vec![printed("199,00")]);
    let found = extracted(&parsed, &cii_groups());
    assert_eq!(found.data["invoice"]["grand_total"], json!(119));
    let total = leaf(&found, "invoice", "grand_total");
    assert_eq!(total.alternatives[0].value, json!(199));
    assert!(
        total.reasoning.contains("The page says 199 instead"),
        "{}",
        total.reasoning
    );
    assert!(total.confidence < leaf(&found, "invoice", "invoice_number").confidence);
    assert_eq!(
        found.warnings,
        ["invoice.grand_total: the e-invoice says “119.00”, its page 199."]
    );
}

#[test]
fn types_and_rules_of_the_schema_hold_for_xml_too() {
    let parsed = cii(vec![Sketch::new(1).page()]);
    let found = extracted(
        &parsed,
        &json!({"invoice": {"fields": {
            "issue_date": of("string"),
            "invoice_number": {"type": "string", "pattern": "^[0-9]+$"},
            "currency": {"type": "string", "enum": ["eur", "usd"]},
            "grand_total": {"type": "integer", "maximum": 100},
            "seller": of("string"),
            "buyer_name": of("string")
        }}}),
    );
    assert_eq!(
        found.data["invoice"],
        json!({
            "issue_date": "2024-05-07", "invoice_number": null, "currency": "eur", "grand_total": null,
            "seller": "Harbour Ltd", "buyer_name": "Example GmbH"
        })
    );
}

#[test]
fn rows_of_the_page_add_what_the_xml_lacks() {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Description")
        .text(300.0, 100.0, "Quantity")
        .text(400.0, 100.0, "Unit price")
        .text(500.0, 100.0, "Line total")
        .text(60.0, 120.0, "Rope")
        .text(300.0, 120.0, "4")
        .text(400.0, 120.0, "25.00")
        .text(500.0, 120.0, "100.00")
        .page();
    let parsed = cii(vec![page]);
    let lines = fields(&["description"], &["quantity", "unit_price", "line_total"], &[]);
    let found = extracted(
        &parsed,
        &json!({"line_items": with(lines, "repeated", json!(true))}),
    );
    assert_eq!(
        found.data["line_items"],
        json!([{"description": "Rope", "quantity": 4, "unit_price": 25, "line_total": 100}])
    );
    let mut places = Vec::new();
    found
        .audit
        .for_each_leaf(&mut |_, evidence| places.push(paths(evidence).len()));
    assert_eq!(places, [2, 2, 2, 1]);
}

#[test]
fn what_is_no_invoice_is_left_alone() {
    let parsed = holding("catalogue", &[("book/title", "Sails")], vec![printed("119,00")]);
    let found = extracted(&parsed, &cii_groups());
    assert_eq!(found.data["invoice"]["grand_total"], json!(119));
    let nda = fields(&["party", "governing_law"], &[], &["effective_date"]);
    let found = extracted(&cii(vec![Sketch::new(1).page()]), &json!({ "agreement": nda }));
    assert_eq!(
        found.data["agreement"],
        json!({"party": null, "governing_law": null, "effective_date": null})
    );
}

#[test]
fn an_order_has_the_number_of_the_order() {
    let values = [
        ("ExchangedDocument/ID", "PO-3"),
        ("ExchangedDocument/TypeCode", "220"),
    ];
    let parsed = holding(
        "SCRDMCCBDACIOMessageStructure",
        &values,
        vec![Sketch::new(1).page()],
    );
    let found = extracted(
        &parsed,
        &json!({"order": fields(&["order_number", "invoice_number"], &[], &[])}),
    );
    assert_eq!(
        found.data["order"],
        json!({"order_number": "PO-3", "invoice_number": null})
    );
}

#[test]
fn a_file_that_is_the_xml_names_its_page_and_adds_nothing_to_it() {
    let mut page = Sketch::new(1)
        .text(20.0, 20.0, "ID S-17")
        .text(20.0, 40.0, "Delivery date 2024-05-03")
        .page();
    page.size = None;
    let mut parsed = holding(
        "Invoice",
        &[("ID", "S-17"), ("IssueDate", "2024-05-07")],
        vec![page],
    );
    parsed.xml[0].words = Some((1, vec![1]));
    let found = extracted(
        &parsed,
        &json!({"invoice": fields(&["invoice_number"], &[], &["issue_date", "delivery_date"])}),
    );
    assert_eq!(
        found.data["invoice"],
        json!({"invoice_number": "S-17", "issue_date": "2024-05-07", "delivery_date": null})
    );
    let number = leaf(&found, "invoice", "invoice_number");
    assert_eq!(paths(number), ["/Invoice/ID"]);
    assert!(number.sources[0].chunk_id.is_some());
    assert!(
        leaf(&found, "invoice", "issue_date").sources[0]
            .chunk_id
            .is_none()
    );
}
