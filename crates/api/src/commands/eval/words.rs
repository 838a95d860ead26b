//! The annotated text of a picture: a line of writing a line, `x1,y1,x2,y2,x3,y3,x4,y4,text`, places in pixels.

use std::path::Path;

use anyhow::Context;
use parsing::AnnotatedLine;

/// Reads the file. The text is what follows the eighth comma, whatever it holds: nothing is quoted.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<AnnotatedLine>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            parsed(line).with_context(|| format!("{}, line {number}: not as expected", file.display()))
        })
        .collect()
}

fn parsed(line: &str) -> Option<AnnotatedLine> {
    let mut parts = line.splitn(9, ',');
    let mut number = || parts.next()?.trim().parse::<f64>().ok();
    let mut corner = || Some((number()?, number()?));
    let corners = [corner()?, corner()?, corner()?, corner()?];
    let text = parts.next()?.to_owned();
    Some(AnnotatedLine { corners, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_quotes_belong_to_the_text() {
        let line = parsed("1,2,9,2,9,4,1,4,3.5\"X6\", two").unwrap();
        assert_eq!(line.corners, [(1.0, 2.0), (9.0, 2.0), (9.0, 4.0), (1.0, 4.0)]);
        assert_eq!(line.text, "3.5\"X6\", two");
        assert_eq!(parsed("1,2,9,2,9,4,1,4"), None);
        assert_eq!(parsed("1,2,9,2,9,4,x,4,text"), None);
    }
}
