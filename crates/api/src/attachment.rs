//! Files of users are sent to be kept, never to be shown: the header that says so and names them (RFC 6266).

use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};

/// An attachment of that name. Programs that know nothing but ASCII get the name with a `_` for what they could not
/// read or would take for something else; all others get it whole.
pub fn attachment(filename: &str) -> ContentDisposition {
    let name: String = filename
        .chars()
        .map(|c| if c == '/' || c == '\\' { '_' } else { c })
        .collect();
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let is_whole = plain == name;
    let mut parameters = vec![DispositionParam::Filename(plain)];
    if !is_whole {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.into_bytes(),
        }));
    }
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters,
    }
}

/// Some programs read `%41` as a letter, and take a quoted quote for the end of the name.
fn is_plain(c: char) -> bool {
    (c == ' ' || c.is_ascii_graphic()) && !matches!(c, '"' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_in_the_forms_that_programs_read() {
        for (name, expected) in [
            ("invoice 7.pdf", r#"attachment; filename="invoice 7.pdf""#),
            (
                "Räch\"nung.pdf",
                r#"attachment; filename="R_ch_nung.pdf"; filename*=UTF-8''R%C3%A4ch%22nung.pdf"#,
            ),
            (
                "100%.pdf",
                r#"attachment; filename="100_.pdf"; filename*=UTF-8''100%25.pdf"#,
            ),
            ("../a\\b;c.pdf", r#"attachment; filename=".._a_b;c.pdf""#),
            (
                "a\r\nSet-Cookie: x",
                r#"attachment; filename="a__Set-Cookie: x"; filename*=UTF-8''a%0D%0ASet%2DCookie%3A%20x"#,
            ),
        ] {
            assert_eq!(attachment(name).to_string(), expected);
        }
    }
}
