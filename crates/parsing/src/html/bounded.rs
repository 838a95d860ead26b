//! Taking HTML apart within bounds: the parser repairs what is wrong, and what is wrong enough grows by being repaired.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{Html, HtmlTreeSink};

use crate::ParseError;
use crate::limits::{self, Limit};

/// So much is taken apart before what came of it is counted.
const AT_ONCE: usize = 1_024;

/// Elements left open. The parser looks through them at every tag; more than may lie in each other is rubbish, but
/// what is left open need not lie in each other.
const MOST_OPEN: u64 = limits::MAX_DEPTH * 4;

pub(super) fn read(html: &str) -> Result<Html, ParseError> {
    if most_open(html) > MOST_OPEN {
        return Err(Limit::Depth.exceeded());
    }
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(AT_ONCE));
        // A piece holds at least one character, of four bytes at most.
        parser.process(StrTendril::from(piece));
        rest = behind;
        let nodes = parser.tokenizer.sink.sink.0.borrow().tree.values().len();
        Limit::Elements.check(u64::try_from(nodes).unwrap_or(u64::MAX))?;
    }
    Ok(parser.finish())
}

/// How many elements are open at once, roughly: elements that end by themselves are not counted.
fn most_open(html: &str) -> u64 {
    let bytes = html.as_bytes();
    let (mut open, mut most) = (0_u64, 0_u64);
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|b| *b == b'<'))
    {
        at = at.saturating_add(found).saturating_add(1);
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"!--") {
            at = past(html, at, "-->");
            continue;
        }
        let closes = rest.first() == Some(&b'/');
        let name = rest.get(usize::from(closes)..).unwrap_or_default();
        let length = name.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let name =
            String::from_utf8_lossy(name.get(..length.min(20)).unwrap_or_default()).to_ascii_lowercase();
        if name.is_empty() || ends_by_itself(&name) {
            continue;
        }
        if closes {
            open = open.saturating_sub(1);
            continue;
        }
        if matches!(name.as_str(), "script" | "style") {
            at = past(html, at, "</");
            continue;
        }
        open = open.saturating_add(1);
        most = most.max(open);
    }
    most
}

/// The place behind the next mark, or the end.
fn past(html: &str, at: usize, mark: &str) -> usize {
    let found = html.get(at..).and_then(|rest| rest.find(mark));
    found.map_or(html.len(), |found| at.saturating_add(found))
}

/// Elements that hold nothing, and such as end where the next begins.
fn ends_by_itself(name: &str) -> bool {
    const NAMES: [&str; 31] = [
        "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "frame", "head", "hr", "html",
        "img", "input", "li", "link", "meta", "option", "p", "param", "rp", "rt", "source", "tbody", "td",
        "tfoot", "th", "thead", "tr", "wbr",
    ];
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_elements_are_counted_outside_of_scripts_and_comments() {
        assert_eq!(most_open("<div><p><p><b>x</b><br></div><i>"), 2);
        assert_eq!(most_open("<script>a<b;c<d</script><!-- <div><div> --><div>"), 1);
        assert_eq!(most_open("<"), 0);
    }
}
