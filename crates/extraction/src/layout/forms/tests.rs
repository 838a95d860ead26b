//! Forms of several kinds and languages, asked by their keys alone.

use domain::evidence::Audit;
use domain::parsed::Page;
use serde_json::{Map, Value, json};

use crate::testing::{Sketch, document, input, schema};

/// What is found for fields of a group, by key and type.
fn found(page: Page, fields: &[(&str, &str)]) -> Value {
    let fields: Map<String, Value> = fields
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), json!({"type": kind})))
        .collect();
    answers(page, &Value::Object(fields))
}

fn answers(page: Page, fields: &Value) -> Value {
    let schema = schema(&json!({"groups": {"form": {"fields": fields}}}));
    let parsed = document(vec![page]);
    let extraction = crate::extract(&[input("form.pdf", &parsed)], &schema);
    let Audit::Object(audit) = &extraction.audit else {
        panic!("no object")
    };
    let Some(Audit::Object(leaves)) = audit.get("form") else {
        panic!("no group")
    };
    for (name, leaf) in leaves {
        let Audit::Leaf(evidence) = leaf else {
            panic!("{name}")
        };
        let is_null = extraction.data["form"][name].is_null();
        assert_eq!(evidence.sources.is_empty(), is_null, "{name}");
    }
    extraction.data["form"].clone()
}

/// An application in German: boxes with small labels, ticks beside their texts.
fn antrag() -> Sketch {
    Sketch::new(1)
        .sized(50.0, 40.0, 16.0, "Antrag auf Wohngeld")
        .framed(50.0, 80.0, 300.0, 110.0)
        .sized(53.0, 83.0, 7.0, "1 Familienname (ggf. auch Geburtsname)")
        .text(53.0, 96.0, "Muster")
        .framed(300.0, 80.0, 545.0, 110.0)
        .sized(303.0, 83.0, 7.0, "2 Vorname(n)")
        .text(303.0, 96.0, "Erika")
        .framed(50.0, 110.0, 300.0, 140.0)
        .sized(53.0, 113.0, 7.0, "3 Geburtsdatum (TT.MM.JJJJ)")
        .text(53.0, 126.0, "03.05.1980")
        .framed(300.0, 110.0, 545.0, 140.0)
        .sized(303.0, 113.0, 7.0, "4 Staatsangehörigkeit")
        .framed(50.0, 140.0, 545.0, 170.0)
        .sized(
            53.0,
            143.0,
            7.0,
            "5 Bruttoeinkommen monatlich (bitte Nachweise beifügen)",
        )
        .text(400.0, 156.0, "2.450,00 EUR")
        .sized(53.0, 200.0, 9.0, "6 Familienstand")
        .text(53.0, 215.0, "☐")
        .text(70.0, 215.0, "ledig")
        .text(150.0, 215.0, "☒")
        .text(167.0, 215.0, "verheiratet")
        .text(260.0, 215.0, "☐")
        .text(277.0, 215.0, "geschieden")
        .text(53.0, 240.0, "Haben Sie bereits Wohngeld bezogen?")
        .text(300.0, 240.0, "☐ Ja")
        .text(360.0, 240.0, "☒ Nein")
        .text(53.0, 260.0, "☒ Ich bin schwerbehindert (Nachweis)")
}

#[test]
fn boxes_of_a_german_application_are_read() {
    let fields = [
        ("familienname", "string"),
        ("vorname", "string"),
        ("geburtsdatum", "date"),
        ("staatsangehoerigkeit", "string"),
        ("bruttoeinkommen", "number"),
        ("verheiratet", "boolean"),
        ("ledig", "boolean"),
        ("wohngeld_bezogen", "boolean"),
        ("schwerbehindert", "boolean"),
    ];
    let expected = json!({
        "familienname": "Muster", "vorname": "Erika", "geburtsdatum": "1980-05-03", "staatsangehoerigkeit": null,
        "bruttoeinkommen": 2450, "verheiratet": true, "ledig": false, "wohngeld_bezogen": false, "schwerbehindert": true,
    });
    assert_eq!(found(antrag().page(), &fields), expected);
}

#[test]
fn a_list_takes_the_member_that_is_ticked() {
    let fields = json!({"familienstand": {"type": "string", "enum": ["ledig", "verheiratet", "geschieden"]}});
    assert_eq!(
        answers(antrag().page(), &fields),
        json!({"familienstand": "verheiratet"})
    );
}

/// A form in French: labels with explanations, a comb of digits, an address over two lines.
fn cerfa() -> Sketch {
    Sketch::new(1)
        .sized(200.0, 40.0, 14.0, "Demande de carte grise")
        .sized(450.0, 40.0, 9.0, "cerfa n° 00000*01")
        .framed(50.0, 90.0, 545.0, 125.0)
        .sized(53.0, 93.0, 7.0, "1 Nom de naissance (en majuscules)")
        .text(53.0, 107.0, "EXEMPLE")
        .framed(50.0, 125.0, 545.0, 170.0)
        .sized(
            53.0,
            128.0,
            7.0,
            "2 Adresse du domicile (numéro, rue, code postal)",
        )
        .text(53.0, 140.0, "12 rue des Lilas")
        .text(53.0, 152.0, "75001 Paris")
        .framed(50.0, 170.0, 300.0, 200.0)
        .sized(
            53.0,
            173.0,
            7.0,
            "3 Numéro d'immatriculation (figurant sur la carte)",
        )
        .text(53.0, 186.0, "A B 1 2 3 C D")
        .framed(300.0, 170.0, 545.0, 200.0)
        .sized(303.0, 173.0, 7.0, "4 Date d'achat (jj/mm/aaaa)")
        .text(303.0, 186.0, "04/02/2023")
        .text(53.0, 220.0, "☒ Véhicule d'occasion")
        .text(253.0, 220.0, "☐ Véhicule neuf")
}

#[test]
fn boxes_of_a_french_form_are_read() {
    let fields = [
        ("nom_naissance", "string"),
        ("adresse_domicile", "string"),
        ("immatriculation", "string"),
        ("date_achat", "date"),
        ("vehicule_occasion", "boolean"),
        ("vehicule_neuf", "boolean"),
    ];
    let expected = json!({
        "nom_naissance": "EXEMPLE", "adresse_domicile": "12 rue des Lilas 75001 Paris", "immatriculation": "AB123CD",
        "date_achat": "2023-02-04", "vehicule_occasion": true, "vehicule_neuf": false,
    });
    assert_eq!(found(cerfa().page(), &fields), expected);
}

/// An application in English whose file has form fields, in two columns, with lines to sign on.
fn application(filled: bool) -> Page {
    let put = |sketch: Sketch, x: f64, y: f64, text: &str| {
        if filled { sketch.field(x, y, text) } else { sketch }
    };
    let mut sketch = Sketch::new(1)
        .sized(50.0, 40.0, 16.0, "Membership application")
        .text(50.0, 90.0, "Applicant's name, street address, city and postcode")
        .text(320.0, 90.0, "Emergency contact")
        .text(320.0, 130.0, "Phone of emergency contact (daytime)")
        .text(50.0, 180.0, "I wish to pay a yearly fee of")
        .text(260.0, 180.0, "pounds, beginning with the month of")
        .ruled(50.0, 250.0, 262.0)
        .sized(50.0, 266.0, 8.0, "Place and date")
        .ruled(320.0, 500.0, 262.0)
        .sized(320.0, 266.0, 8.0, "Name of parent or guardian");
    sketch = put(sketch, 50.0, 102.0, "Jane Example");
    sketch = put(sketch, 320.0, 102.0, "John Example");
    sketch = put(sketch, 320.0, 142.0, "020 7946 0000");
    sketch = put(sketch, 210.0, 180.0, "45");
    sketch = put(sketch, 445.0, 180.0, "May");
    sketch = put(sketch, 60.0, 250.0, "London");
    sketch = put(sketch, 330.0, 250.0, "Mary Example");
    if !filled {
        sketch = sketch.field(0.0, 0.0, "");
    }
    sketch.page()
}

const APPLICATION: [(&str, &str); 6] = [
    ("applicant_name", "string"),
    ("emergency_contact", "string"),
    ("emergency_phone", "string"),
    ("yearly_fee", "number"),
    ("start_month", "string"),
    ("guardian_name", "string"),
];

#[test]
fn fields_of_a_file_are_found_by_the_print_beside_above_and_below_them() {
    let expected = json!({
        "applicant_name": "Jane Example", "emergency_contact": "John Example", "emergency_phone": "02079460000",
        "yearly_fee": 45, "start_month": "May", "guardian_name": "Mary Example",
    });
    assert_eq!(found(application(true), &APPLICATION), expected);
}

#[test]
fn nothing_is_read_out_of_a_blank_form() {
    let Value::Object(fields) = found(application(false), &APPLICATION) else {
        panic!("no object")
    };
    assert!(fields.values().all(Value::is_null), "{fields:?}");
}

#[test]
fn parts_of_a_number_in_fields_of_their_own_are_one() {
    let page = Sketch::new(1)
        .text(300.0, 100.0, "Social security number")
        .field(300.0, 115.0, "123")
        .text(330.0, 115.0, "–")
        .field(345.0, 115.0, "45")
        .text(365.0, 115.0, "–")
        .field(380.0, 115.0, "6789")
        .page();
    assert_eq!(found(page, &[("ssn", "string")]), json!({"ssn": "123–45–6789"}));
}
