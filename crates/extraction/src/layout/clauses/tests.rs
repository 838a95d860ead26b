//! Contracts made up for the tests, unlike any that was looked at.

use domain::extraction::Extraction;
use serde_json::{Value, json};

use crate::Engine as _;
use crate::layout::Layout;
use crate::testing::{Sketch, document, input, schema};

/// Lines of running text on pages of forty lines.
pub(super) fn extract(lines: &[&str], groups: &Value) -> Extraction {
    let pages = (1..).zip(lines.chunks(40)).map(|(number, lines)| {
        let mut sketch = Sketch::new(number);
        for (at, line) in (0_u32..).zip(lines) {
            sketch = sketch.text(40.0, 40.0 + 14.0 * f64::from(at), line);
        }
        sketch.page()
    });
    let parsed = document(pages.collect());
    Layout::default().extract(&[input("a.pdf", &parsed)], &schema(&json!({ "groups": groups })))
}

/// The value of a field of the group `agreement`.
fn value(lines: &[&str], key: &str, field: Value) -> Value {
    let mut fields = serde_json::Map::new();
    fields.insert(key.to_owned(), field);
    let found = extract(lines, &json!({"agreement": {"fields": fields}}));
    found.data["agreement"][key].clone()
}

fn text() -> Value {
    json!({"type": "string"})
}

/// A contract whose last line is the one that matters.
fn contract(clause: &str) -> Vec<&str> {
    vec![
        "SERVICES AGREEMENT",
        "The parties to this Agreement hereby covenant and agree that each party shall keep",
        "to the terms set out herein, and that neither party shall be bound otherwise.",
        clause,
    ]
}

#[test]
fn the_law_that_governs_is_the_place_it_is_of() {
    for (clause, place) in [
        (
            "This Agreement is governed by, and shall be construed under, the laws of the State of Ohio.",
            "Ohio",
        ),
        (
            "9. Choice of Law. The laws of the Commonwealth of Virginia shall govern all disputes.",
            "Virginia",
        ),
        (
            "The construction of this deed is governed by English law and by nothing else.",
            "England",
        ),
        (
            "Texas law governs this contract without regard to its conflict rules.",
            "Texas",
        ),
        (
            "This lease shall be interpreted under the laws of NEW JERSEY, as amended.",
            "New Jersey",
        ),
        ("Governing law: State of Oregon", "Oregon"),
    ] {
        assert_eq!(
            value(&contract(clause), "governing_law", text()),
            json!(place),
            "{clause}"
        );
    }
    for clause in [
        "Harbour Ltd is a corporation organized under the laws of the State of Delaware.",
        "The parties shall obey all laws of nature and of good sense.",
    ] {
        assert_eq!(
            value(&contract(clause), "governing_law", text()),
            Value::Null,
            "{clause}"
        );
    }
}

#[test]
fn how_long_a_contract_lasts_is_not_how_long_a_notice_runs() {
    for (clause, term) in [
        (
            "This Agreement shall remain in force for a period of three (3) years from the date above.",
            "3 years",
        ),
        (
            "The term of this Agreement shall be eighteen (18) months commencing on the first of May.",
            "18 months",
        ),
        (
            "Term. This Agreement expires on the second anniversary of its date.",
            "2 years",
        ),
        (
            "The term of this contract is one year, and may be ended by either side.",
            "1 year",
        ),
    ] {
        let field = json!({"type": "string", "description": "How long it lasts, such as '2 years'"});
        assert_eq!(value(&contract(clause), "term", field), json!(term), "{clause}");
        let months = value(&contract(clause), "term_months", json!({"type": "integer"}));
        let expected = match term {
            "18 months" => 18,
            years => 12 * years.split(' ').next().unwrap().parse::<i64>().unwrap(),
        };
        assert_eq!(months, json!(expected), "{clause}");
    }
    for clause in [
        "Either party may terminate this Agreement upon thirty (30) days prior written notice.",
        "For two years after leaving, the employee shall not solicit customers of the company.",
        "Invoices under this Agreement are paid within 30 days after they were received.",
    ] {
        assert_eq!(value(&contract(clause), "term", text()), Value::Null, "{clause}");
    }
    let clause = "Either party may terminate this Agreement upon thirty (30) days prior written notice.";
    assert_eq!(
        value(&contract(clause), "notice_period", text()),
        json!("30 days")
    );
    assert_eq!(
        value(
            &contract(clause),
            "notice_period_days",
            json!({"type": "integer"})
        ),
        json!(30)
    );
}

#[test]
fn the_day_from_which_it_binds_is_read_in_any_form() {
    for opening in [
        "THIS AGREEMENT is made and entered into as of this 5th day of June, 2019, by the parties.",
        "This agreement, dated June 5, 2019 (the \"Effective Date\"), binds both parties.",
        "This agreement takes effect on 5 June 2019 between the parties.",
    ] {
        let lines = [
            "LICENSE AGREEMENT",
            opening,
            "The parties hereby agree that each party shall keep to the terms herein.",
            "The agreement dated March 3, 2011 between others is not touched by it.",
        ];
        assert_eq!(
            value(&lines, "effective_date", json!({"type": "date"})),
            json!("2019-06-05"),
            "{opening}"
        );
    }
    let blank = [
        "LICENSE AGREEMENT",
        "THIS AGREEMENT is made as of this ____ day of ________, 20__, by the parties.",
        "The parties hereby agree that each party shall keep to the terms herein.",
    ];
    assert_eq!(
        value(&blank, "effective_date", json!({"type": "date"})),
        Value::Null
    );
}

#[test]
fn every_value_has_its_place_a_source_a_line() {
    let lines = [
        "LEASE",
        "The parties hereby agree that the tenant shall keep the rooms. The term of this lease is two",
        "(2) years. It is governed by the laws of New",
        "York and of no other state.",
    ];
    let groups =
        json!({"lease": {"fields": {"term": {"type": "string"}, "governing_law": {"type": "string"}}}});
    let found = extract(&lines, &groups);
    assert_eq!(
        found.data["lease"],
        json!({"term": "2 years", "governing_law": "New York"})
    );
    let audit = serde_json::to_value(&found.audit).unwrap();
    for (key, verdict) in [("term", "normalized"), ("governing_law", "grounded")] {
        let leaf = &audit["lease"][key];
        assert_eq!(leaf["verdict"], json!(verdict));
        assert_eq!(leaf["sources"].as_array().map(Vec::len), Some(2), "{key}");
    }
}

/// The names of the group `parties`, with the spelling that its description asks for.
fn parties(lines: &[&str]) -> Vec<String> {
    let groups = json!({"parties": {"repeated": true, "fields": {"name": {"type": "string"}}}});
    let found = extract(lines, &groups);
    let rows = found.data["parties"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| row["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_parties_are_those_that_a_contract_opens_with() {
    for (opening, names) in [
        (
            &[
                "This Agreement is made by and between Harbour Tools, Inc., a Nevada corporation with offices in Reno (the",
                "\"Supplier\"), and Example & Sons LLC, whose principal place of business is 1 Main Street (\"Dealer\").",
            ][..],
            &["Harbour Tools, Inc.", "Example & Sons LLC"][..],
        ),
        (
            &[
                "BETWEEN:",
                "(1) HARBOUR TOOLS LIMITED, a company registered in England and Wales (the \"Owner\"); and",
                "(2) EXAMPLE HOLDINGS PLC, a company registered in Scotland (the \"User\").",
            ],
            &["HARBOUR TOOLS LIMITED", "EXAMPLE HOLDINGS PLC"],
        ),
        (
            &[
                "This Agreement is between Jane Q. Example (\"Employee\") and The Harbour Company (\"Company\"). It binds both.",
            ],
            &["Jane Q. Example", "The Harbour Company"],
        ),
        (
            &[
                "Dieser Vertrag wird geschlossen zwischen der Muster GmbH, Hafenweg 1, 20457 Hamburg",
                "- nachfolgend \"Auftraggeber\" genannt - und der Beispiel AG, Seeweg 2, 8000 Zürich",
                "- nachfolgend \"Auftragnehmer\" genannt -.",
            ],
            &["Muster GmbH", "Beispiel AG"],
        ),
        (
            &[
                "ENTRE LES SOUSSIGNÉS :",
                "La société Exemple SARL, au capital de 1 000 euros (ci-après \"le Prestataire\"),",
                "ET",
                "La société Modèle SAS, dont le siège est à Lyon (ci-après \"le Client\"),",
                "IL A ÉTÉ CONVENU CE QUI SUIT : le présent contrat lie les parties.",
            ],
            &["Exemple SARL", "Modèle SAS"],
        ),
        (
            &[
                "El presente contrato se celebra entre Ejemplo S.L., con domicilio en Madrid (en adelante, \"el Arrendador\"),",
                "y Modelo S.A., con domicilio en Sevilla (en adelante, \"el Arrendatario\").",
            ],
            &["Ejemplo S.L.", "Modelo S.A."],
        ),
        (
            &[
                "Il presente contratto è stipulato tra Esempio S.r.l., con sede in Milano (di seguito \"il Locatore\"),",
                "e Modello S.p.A., con sede in Torino (di seguito \"il Conduttore\").",
            ],
            &["Esempio S.r.l.", "Modello S.p.A."],
        ),
        (
            &[
                "Deze overeenkomst wordt gesloten tussen Voorbeeld B.V., gevestigd te Utrecht (hierna \"Verhuurder\"),",
                "en Model N.V., gevestigd te Breda (hierna \"Huurder\").",
            ],
            &["Voorbeeld B.V.", "Model N.V."],
        ),
        (
            &[
                "O presente contrato é celebrado entre Exemplo Lda, com sede em Lisboa (doravante \"Senhorio\"),",
                "e Modelo Unipessoal Lda, com sede no Porto (doravante \"Inquilino\").",
            ],
            &["Exemplo Lda", "Modelo Unipessoal Lda"],
        ),
    ] {
        let mut lines = vec!["AGREEMENT VERTRAG CONTRAT"];
        lines.extend(opening);
        lines.push(
            "The parties hereto shall keep this agreement, and each party shall be bound by it herein.",
        );
        assert_eq!(parties(&lines), names, "{opening:?}");
    }
}

#[test]
fn a_party_is_found_by_what_the_contract_calls_it() {
    let lines = [
        "LEASE AGREEMENT",
        "This lease is made between Harbour Estates Ltd. (the \"Landlord\") and John Example (the \"Tenant\").",
        "The parties hereto shall keep this lease, and each party shall be bound by it herein.",
    ];
    let fields = json!({
        "landlord": {"type": "string"}, "tenant_name": {"type": "string"}, "party_a": {"type": "string"},
        "licensee": {"type": "string"}, "governing_law": {"type": "string"}
    });
    let found = extract(&lines, &json!({"lease": {"fields": fields}}));
    assert_eq!(found.data["lease"]["landlord"], json!("Harbour Estates Ltd."));
    assert_eq!(found.data["lease"]["tenant_name"], json!("John Example"));
    assert_eq!(found.data["lease"]["licensee"], Value::Null);
}

#[test]
fn a_letter_has_the_parties_that_sign_it() {
    let lines = [
        "12 March 2018",
        "Example Capital LLC",
        "1 Harbour Road",
        "Dear Sirs:",
        "In this letter agreement Harbour Foods, Inc., an Ohio corporation (the \"Company\"), gives you the papers",
        "of the parties under the terms of this agreement, and each party shall keep them.",
        "Very truly yours,",
        "HARBOUR FOODS, INC.",
        "By: J. Doe",
        "Accepted and agreed:",
        "EXAMPLE CAPITAL LLC",
        "By: M. Roe",
    ];
    let mut found = parties(&lines);
    found.sort();
    assert_eq!(found, ["Example Capital LLC", "Harbour Foods, Inc."]);
    let day = value(&lines, "effective_date", json!({"type": "date"}));
    assert_eq!(day, json!("2018-03-12"));
}

#[test]
fn law_and_term_are_read_in_seven_languages() {
    for (clause, law, term) in [
        (
            "Der Vertrag hat eine Laufzeit von zwei (2) Jahren. Es gilt deutsches Recht.",
            "Deutschland",
            "2 Jahre",
        ),
        (
            "La durée du contrat est de trois ans. Le présent contrat est régi par le droit français.",
            "France",
            "3 ans",
        ),
        (
            "El contrato tendrá una duración de dos (2) años. Se regirá por las leyes de España.",
            "España",
            "2 años",
        ),
        (
            "Il contratto ha una durata di 12 mesi. Il contratto è regolato dalla legge italiana.",
            "Italia",
            "12 mesi",
        ),
        (
            "De overeenkomst heeft een looptijd van vier jaar. Op deze overeenkomst is Nederlands recht van toepassing.",
            "Nederland",
            "4 jaar",
        ),
        (
            "O contrato tem a duração de cinco anos. O contrato rege-se pela lei portuguesa.",
            "Portugal",
            "5 anos",
        ),
    ] {
        let lines = [
            "AGREEMENT VERTRAG CONTRAT CONTRATO",
            "The parties hereto hereby keep this agreement herein; each party shall be bound.",
            clause,
        ];
        assert_eq!(value(&lines, "governing_law", text()), json!(law), "{clause}");
        assert_eq!(value(&lines, "contract_term", text()), json!(term), "{clause}");
    }
}

#[test]
fn what_is_no_contract_holds_no_clauses() {
    let lines = [
        "INVOICE 4711",
        "Harbour Ltd, Delaware",
        "Date: June 5, 2019",
        "Terms: 30 days",
        "Total 12.50",
    ];
    for key in ["governing_law", "term", "effective_date", "notice_period"] {
        assert_eq!(value(&lines, key, text()), Value::Null, "{key}");
    }
    assert_eq!(parties(&lines), Vec::<String>::new());
}
