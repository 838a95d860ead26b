//! The people in a header: `"Doe, Jane" <jane@example.com>, joe@example.com`.

/// One of those whom a header names. Ranges are bytes of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// All that is said of them.
    pub(crate) whole: (usize, usize),
    /// Their name as displayed, if there is one.
    pub(crate) name: Option<(usize, usize)>,
    /// Their address, if there is one.
    pub(crate) address: Option<(usize, usize)>,
}

/// The people that a header names, in order. Commas part them only behind an address: names hold commas, too.
pub(crate) fn mailboxes(header: &str) -> Vec<Mailbox> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in ends(header) {
        let entry = header.get(start..end).unwrap_or_default();
        // A name without an address goes on behind its comma.
        if entry.contains(['@', '>']) || end == header.len() {
            found.extend(mailbox(header, start, end));
            start = end + 1;
        }
    }
    found
}

/// Where commas and semicolons stand outside of quotes, brackets and remarks; and the end.
fn ends(header: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut quoted, mut depth) = (false, 0_u32);
    for (at, c) in header.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '<' | '(' if !quoted => depth += 1,
            '>' | ')' if !quoted => depth = depth.saturating_sub(1),
            ',' | ';' if !quoted && depth == 0 => found.push(at),
            _ => {}
        }
    }
    found.push(header.len());
    found
}

fn mailbox(header: &str, start: usize, end: usize) -> Option<Mailbox> {
    let (start, end) = trimmed(header, start, end, &[';', ','])?;
    let entry = header.get(start..end)?;
    if let Some(open) = entry.rfind('<') {
        let close = entry.get(open..)?.find('>').map_or(entry.len(), |at| open + at);
        let address = trimmed(header, start + open + 1, start + close, &[]);
        let name_start = after_group(header, start, start + open);
        let name = trimmed(header, name_start, start + open, &['"', '\'']);
        let whole = (name_start, end);
        return Some(Mailbox { whole, name, address });
    }
    let start = after_group(header, start, end);
    let (start, end) = trimmed(header, start, end, &[])?;
    let entry = header.get(start..end)?;
    if !entry.contains('@') {
        // `undisclosed-recipients:` names nobody.
        let name = trimmed(header, start, end, &['"', '\''])?;
        let nobody = header.get(name.0..name.1)?.ends_with(':');
        return (!nobody).then_some(Mailbox {
            whole: (start, end),
            name: Some(name),
            address: None,
        });
    }
    // `jane@example.com (Jane Doe)`
    let remark = entry.find('(').map_or(end, |at| start + at);
    let address = trimmed(header, start, remark, &['"', '\'']);
    let name = trimmed(header, remark, end, &['(', ')', '"']);
    Some(Mailbox {
        whole: (start, end),
        name,
        address,
    })
}

/// Where an entry begins behind the name of its group: `Team: jane@example.com`.
fn after_group(header: &str, start: usize, end: usize) -> usize {
    let entry = header.get(start..end).unwrap_or_default();
    let quoted = entry.trim_start().starts_with('"');
    match entry.find(": ").or_else(|| entry.find(':')) {
        Some(at) if !quoted && at + 1 < entry.trim_end().len() => start + at + 1,
        _ => start,
    }
}

/// The range without blanks and such marks at both ends; none where nothing is left.
fn trimmed(header: &str, start: usize, end: usize, marks: &[char]) -> Option<(usize, usize)> {
    let text = header.get(start..end)?;
    let drop = |c: char| c.is_whitespace() || marks.contains(&c);
    let rest = text.trim_start_matches(drop);
    let from = start + (text.len() - rest.len());
    let rest = rest.trim_end_matches(drop);
    (!rest.is_empty()).then_some((from, from + rest.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Name and address of everybody; a dash where there is none.
    fn people(header: &str) -> Vec<(&str, &str)> {
        let text =
            |range: Option<(usize, usize)>| range.map_or("-", |(from, to)| header.get(from..to).unwrap());
        mailboxes(header)
            .iter()
            .map(|one| (text(one.name), text(one.address)))
            .collect()
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        for (header, expected) in [
            ("a@b.example", vec![("-", "a@b.example")]),
            ("<a@b.example>", vec![("-", "a@b.example")]),
            ("Jane Doe <a@b.example>", vec![("Jane Doe", "a@b.example")]),
            ("\"Doe, Jane\" <a@b.example>", vec![("Doe, Jane", "a@b.example")]),
            (
                "Doe, Jane <a@b.example>, c@d.example",
                vec![("Doe, Jane", "a@b.example"), ("-", "c@d.example")],
            ),
            (
                "a@b.example; 'Joe' <c@d.example>;",
                vec![("-", "a@b.example"), ("Joe", "c@d.example")],
            ),
            ("a@b.example (Jane Doe)", vec![("Jane Doe", "a@b.example")]),
            (
                "Team: Jane <a@b.example>, c@d.example;",
                vec![("Jane", "a@b.example"), ("-", "c@d.example")],
            ),
            ("undisclosed-recipients:;", vec![]),
            ("Jane Doe", vec![("Jane Doe", "-")]),
            (
                "\"a@b.example\" <a@b.example>",
                vec![("a@b.example", "a@b.example")],
            ),
            ("", vec![]),
        ] {
            assert_eq!(people(header), expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_taken_apart(header in "[\\PC@<>,;:\"() ]{0,60}") {
            for one in mailboxes(&header) {
                for (from, to) in [Some(one.whole), one.name, one.address].into_iter().flatten() {
                    prop_assert!(header.get(from..to).is_some_and(|text| !text.is_empty()));
                }
            }
        }
    }
}
