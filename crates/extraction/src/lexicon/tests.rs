use std::collections::HashSet;

use super::*;

fn top(key: &str, description: Option<&str>) -> String {
    let lexicon = Lexicon::builtin();
    let concepts = lexicon.concept_for_key(key, description);
    concepts
        .first()
        .map_or_else(String::new, |(id, _)| lexicon.name(*id).to_owned())
}

#[test]
fn the_data_parse() {
    let entries = data::entries().unwrap();
    assert_eq!(entries.len(), Lexicon::builtin().concepts().count());
}

#[test]
fn names_of_concepts_are_unique() {
    let lexicon = Lexicon::builtin();
    for (id, concept) in lexicon.concepts() {
        assert_eq!(
            lexicon.by_name(&concept.name),
            Some(id),
            "{} stands twice",
            concept.name
        );
    }
}

#[test]
fn every_concept_has_labels_in_every_language_or_says_that_it_has_none() {
    for entry in data::entries().unwrap() {
        for language in Language::ALL {
            let labels = entry.labels.get(&language).map_or(0, Vec::len);
            assert_eq!(
                labels == 0,
                entry.without.contains(&language),
                "{} in {language:?}",
                entry.name
            );
        }
    }
}

#[test]
fn no_label_stands_twice_in_a_concept() {
    let mut doubled = Vec::new();
    for (_, concept) in Lexicon::builtin().concepts() {
        for language in Language::ALL {
            let mut seen = HashSet::new();
            for label in concept.labels.iter().filter(|label| label.language == language) {
                if !seen.insert(normal::squashed(&label.text)) {
                    doubled.push(format!("{}: {} ({})", concept.name, label.text, language.code()));
                }
            }
        }
    }
    assert!(doubled.is_empty(), "{doubled:#?}");
}

#[test]
fn no_key_is_claimed_by_two_values_or_two_roles() {
    let lexicon = Lexicon::builtin();
    let mut doubled = Vec::new();
    for roles in [false, true] {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (_, concept) in lexicon.concepts().filter(|(_, concept)| concept.is_role == roles) {
            for key in std::iter::once(&concept.name).chain(&concept.keys) {
                let form = normal::key_words(key).concat();
                match seen.insert(form, &concept.name) {
                    Some(other) if other != concept.name => {
                        doubled.push(format!("{key}: {other}, {}", concept.name));
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(doubled.is_empty(), "{doubled:#?}");
}

#[test]
fn keys_mean_what_they_say() {
    let mut wrong = Vec::new();
    for (key, expected) in [
        ("invoice_number", "invoice_number"),
        ("invoiceNo", "invoice_number"),
        ("invoice_id", "invoice_number"),
        ("rechnungsnummer", "invoice_number"),
        ("numero_facture", "invoice_number"),
        ("inv_no", "invoice_number"),
        ("issue_date", "issue_date"),
        ("invoiceDate", "issue_date"),
        ("date_of_issue", "issue_date"),
        ("rechnungsdatum", "issue_date"),
        ("due_date", "due_date"),
        ("payment_due_date", "due_date"),
        ("delivery_date", "delivery_date"),
        ("order_number", "order_number"),
        ("po_number", "order_number"),
        ("contract_number", "contract_number"),
        ("customer_number", "customer_number"),
        ("net_total", "net_total"),
        ("subtotal", "net_total"),
        ("total_excl_vat", "net_total"),
        ("tax_total", "tax_total"),
        ("vat_amount", "tax_total"),
        ("grand_total", "grand_total"),
        ("total", "grand_total"),
        ("total_incl_vat", "grand_total"),
        ("total_ttc", "grand_total"),
        ("amount_due", "amount_due"),
        ("gross_amount", "gross_amount"),
        ("currency", "currency"),
        ("tax_rate", "tax_rate"),
        ("iban", "iban"),
        ("bic", "bic"),
        ("swift_code", "bic"),
        ("vat_id", "vat_id"),
        ("vat_number", "vat_id"),
        ("tax_number", "tax_number"),
        ("flight_from", "period_from"),
        ("flight_to", "period_to"),
        ("start_date", "period_from"),
        ("end_date", "period_to"),
        ("advertiser", "advertiser"),
        ("article_number", "article_number"),
        ("sku", "article_number"),
        ("description", "description"),
        ("quantity", "quantity"),
        ("qty", "quantity"),
        ("unit_price", "unit_price"),
        ("line_total", "line_total"),
        ("amount", "line_total"),
        ("effective_date", "effective_date"),
        ("jurisdiction", "governing_law"),
        ("term", "contract_term"),
        ("date_of_birth", "date_of_birth"),
        ("dob", "date_of_birth"),
        ("street", "street"),
        ("postcode", "postcode"),
        ("zip", "postcode"),
        ("city", "city"),
        ("email", "email"),
        ("phone", "phone"),
        ("telephone", "phone"),
        ("ssn", "ssn"),
        ("ein", "ein"),
        ("citizenship", "citizenship"),
        ("date", "date"),
        ("company", "company"),
        ("address", "address"),
        ("name", "name"),
        ("business_name", "business_name"),
        ("federal_income_tax_withheld", "withholding_tax"),
        ("account_number", "account_number"),
        ("seller", "seller"),
        ("supplier", "seller"),
        ("buyer", "buyer"),
        ("bill_to", "buyer"),
        ("ship_to", "ship_to"),
    ] {
        let found = top(key, None);
        if found != expected {
            wrong.push(format!("{key}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_key_that_says_little_is_explained_by_its_description() {
    for (key, description, expected) in [
        (
            "nr",
            "Number of the invoice or credit note, as printed",
            "invoice_number",
        ),
        ("field_7", "Date by which payment is due", "due_date"),
        ("address", "E-mail address of a recipient", "email"),
        ("date", "Date of birth of the insured", "date_of_birth"),
        ("x1", "Total of the invoice including tax", "grand_total"),
    ] {
        let lexicon = Lexicon::builtin();
        let found: Vec<&str> = lexicon
            .concept_for_key(key, Some(description))
            .iter()
            .map(|(id, _)| lexicon.name(*id))
            .collect();
        assert!(
            found.iter().take(3).any(|name| *name == expected),
            "{key}: {found:?}"
        );
    }
}

#[test]
fn roles_and_values_are_told_apart() {
    let lexicon = Lexicon::builtin();
    for (key, role, value) in [
        ("seller_name", Some("seller"), "name"),
        ("bill_to_city", Some("buyer"), "city"),
        ("nameOfBuyer", Some("buyer"), "name"),
        ("payer_tin", Some("payer"), "tax_number"),
        ("recipient_address", Some("recipient"), "address"),
        ("supplier_vat_id", Some("seller"), "vat_id"),
        ("customer_number", None, "customer_number"),
        ("delivery_date", None, "delivery_date"),
        ("iban", None, "iban"),
    ] {
        let meaning = lexicon.meaning_of_key(key, None);
        let best = meaning.values.first().map(|(id, _)| lexicon.name(*id));
        assert_eq!(
            (meaning.role.map(|id| lexicon.name(id)), best),
            (role, Some(value)),
            "{key}"
        );
    }
}

#[test]
fn printed_labels_name_the_concept_they_fit_best() {
    let lexicon = Lexicon::builtin();
    for (text, expected) in [
        ("Invoice No.:", "invoice_number"),
        ("INVOICE #", "invoice_number"),
        ("Rechnungs-Nr.", "invoice_number"),
        ("Facture N°", "invoice_number"),
        ("Invoice Date", "issue_date"),
        ("Due Date:", "due_date"),
        ("Sub-Total", "net_total"),
        ("Total amount due", "amount_due"),
        ("Date d'échéance", "due_date"),
        ("USt-IdNr.:", "vat_id"),
        ("Kunden-Nr", "customer_number"),
        ("TVA intracommunautaire", "vat_id"),
        ("Lieferdatum", "delivery_date"),
        ("Fecha de vencimiento", "due_date"),
        ("Partita IVA", "vat_id"),
        ("Factuurdatum", "issue_date"),
        ("Número de contribuinte", "tax_number"),
    ] {
        let found = lexicon.concepts_of_label(text);
        assert_eq!(
            found.first().map(|(id, _)| lexicon.name(*id)),
            Some(expected),
            "{text}"
        );
    }
    assert_eq!(lexicon.concepts_of_label(""), []);
}

#[test]
fn a_label_with_wrong_characters_is_still_known() {
    let lexicon = Lexicon::builtin();
    let best = |text: &str| {
        lexicon
            .concepts_like_label(text)
            .first()
            .map(|(id, score)| (lexicon.name(*id), *score))
    };
    let (name, score) = best("lnvoice Nurnber").unwrap();
    assert_eq!(name, "invoice_number");
    assert!(score < 0.95);
    assert_eq!(best("Rechnungsdaturn").map(|(name, _)| name), Some("issue_date"));
}
