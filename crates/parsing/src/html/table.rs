//! Tables of HTML: those that hold rows of values are tables, those that only place things beside each other are not.

use domain::parsed::BlockKind;
use ego_tree::NodeRef;
use scraper::Node;

use super::{Setter, To, is_hidden};
use crate::ParseError;
use crate::flow::{Grid, GridCell, Text};
use crate::limits::Limit;

/// More columns than this are rubbish.
const MOST_COLUMNS: usize = 2_000;

/// A row of a table and whether it stands in its head.
struct Row<'t> {
    cells: Vec<NodeRef<'t, Node>>,
    in_head: bool,
}

impl Setter<'_> {
    pub(super) fn table(&mut self, table: NodeRef<'_, Node>, depth: u64) -> Result<(), ParseError> {
        self.flush()?;
        let mut captions = Vec::new();
        let rows = rows(table, &mut captions);
        for caption in captions {
            self.block(caption, BlockKind::Paragraph, depth)?;
        }
        let widest = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let holds_values = widest > 1
            && !rows
                .iter()
                .flat_map(|row| &row.cells)
                .any(|cell| holds_table(*cell));
        if !holds_values || matches!(self.to, To::Cell) {
            for cell in rows.iter().flat_map(|row| &row.cells) {
                self.block(*cell, BlockKind::Paragraph, depth)?;
            }
            return Ok(());
        }
        let grid = self.grid(&rows, depth)?;
        if let To::Flow(flow) = &mut self.to {
            flow.table(grid)?;
        }
        Ok(())
    }

    fn grid(&mut self, rows: &[Row<'_>], depth: u64) -> Result<Grid, ParseError> {
        let mut grid = Grid {
            rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            ..Grid::default()
        };
        // For each column, how many rows it is still taken by a cell from above.
        let mut taken: Vec<u32> = Vec::new();
        let mut names = Vec::new();
        for (number, row) in (0..).zip(rows) {
            let mut column = 0_usize;
            let mut only_names = !row.cells.is_empty();
            let mut next: Vec<(usize, usize, u32)> = Vec::new();
            for cell in &row.cells {
                let Some(element) = cell.value().as_element() else {
                    continue;
                };
                while taken.get(column).is_some_and(|rows| *rows > 0) {
                    column = column.saturating_add(1);
                }
                let span = |name: &str| {
                    element
                        .attr(name)
                        .and_then(|text| text.trim().parse::<u32>().ok())
                };
                let left = MOST_COLUMNS.saturating_sub(column);
                let wide = usize::try_from(span("colspan").unwrap_or(1))
                    .unwrap_or(1)
                    .clamp(1, left.max(1));
                let high = span("rowspan")
                    .unwrap_or(1)
                    .clamp(1, grid.rows.saturating_sub(number).max(1));
                if left == 0 {
                    return Err(Limit::Cells.exceeded());
                }
                let text = self.cell(*cell, element.name() == "th", depth)?;
                only_names &= element.name() == "th" || text.is_blank();
                grid.cells.push(GridCell {
                    row: number,
                    column: u32::try_from(column).unwrap_or(u32::MAX),
                    row_span: high,
                    column_span: u32::try_from(wide).unwrap_or(1),
                    text,
                    address: String::new(),
                });
                next.push((column, wide, high));
                column = column.saturating_add(wide);
            }
            for rows in &mut taken {
                *rows = rows.saturating_sub(1);
            }
            for (column, wide, high) in next {
                let end = column.saturating_add(wide);
                taken.resize(taken.len().max(end), 0);
                for rows in taken.get_mut(column..end).unwrap_or_default() {
                    *rows = high.saturating_sub(1);
                }
            }
            names.push(only_names || row.in_head);
        }
        grid.columns = u32::try_from(taken.len()).unwrap_or(u32::MAX);
        let named = names.iter().take_while(|named| **named).count();
        // Names of nothing are no names.
        if named < names.len() {
            grid.header_rows = u32::try_from(named).unwrap_or(0);
        }
        grid.guess_header();
        Ok(grid)
    }

    /// The text of a cell, a block a line.
    fn cell(&mut self, cell: NodeRef<'_, Node>, bold: bool, depth: u64) -> Result<Text, ParseError> {
        let mut setter = Setter {
            to: To::Cell,
            text: Text::default(),
            kind: BlockKind::Paragraph,
            bold: self.bold.saturating_add(u32::from(bold)),
            pre: self.pre,
        };
        setter.children(cell, depth)?;
        Ok(setter.text)
    }
}

/// The rows of a table, not those of tables in it.
fn rows<'t>(table: NodeRef<'t, Node>, captions: &mut Vec<NodeRef<'t, Node>>) -> Vec<Row<'t>> {
    let mut rows = Vec::new();
    for part in table.children() {
        let Some(element) = part.value().as_element().filter(|element| !is_hidden(element)) else {
            continue;
        };
        match element.name() {
            "caption" => captions.push(part),
            "tr" => rows.push(row(part, false)),
            "thead" | "tbody" | "tfoot" => {
                let in_head = element.name() == "thead";
                let of_part = part.children().filter(|child| {
                    let element = child.value().as_element();
                    element.is_some_and(|element| element.name() == "tr" && !is_hidden(element))
                });
                rows.extend(of_part.map(|tr| row(tr, in_head)));
            }
            _ => {}
        }
    }
    rows
}

fn row(tr: NodeRef<'_, Node>, in_head: bool) -> Row<'_> {
    let is_cell = |node: &NodeRef<'_, Node>| {
        let element = node.value().as_element();
        element.is_some_and(|element| matches!(element.name(), "td" | "th") && !is_hidden(element))
    };
    Row {
        cells: tr.children().filter(is_cell).collect(),
        in_head,
    }
}

/// Whether there is a table in a cell.
fn holds_table(cell: NodeRef<'_, Node>) -> bool {
    let mut inside = cell.descendants();
    inside.any(|node| {
        node.value()
            .as_element()
            .is_some_and(|element| element.name() == "table")
    })
}

#[cfg(test)]
mod tests {
    use domain::parsing::ParseConfig;

    use crate::flow::{FULL_TEXT, Flow};

    fn read(html: &str) -> domain::parsed::Page {
        let mut flow = Flow::new("text/html", &ParseConfig::default(), FULL_TEXT);
        super::super::set(html, &mut flow).unwrap();
        flow.finish().unwrap().pages.remove(0)
    }

    #[test]
    fn cells_spans_and_header_rows() {
        let page = read(
            "<table><caption>Prices</caption><thead><tr><th rowspan=2>City<th colspan=2>2024<tr><th>May<th>June\
             <tbody><tr><td>Bonn<td>1<td><p>2<p>3<tr style='display:none'><td>no<td>no</table>",
        );
        assert_eq!(page.text(), "Prices\nCity 2024\nMay June\nBonn\n1\n2\n3");
        let table = &page.tables[0];
        assert_eq!((table.rows, table.columns, table.header_rows), (3, 3, 2));
        let place = |row, column| table.cell(row, column).unwrap().text(&page);
        assert_eq!(
            [place(1, 0), place(0, 2), place(1, 1), place(1, 2), place(2, 2)],
            ["City", "2024", "May", "June", "2 3"]
        );
    }

    #[test]
    fn tables_for_looks_are_none() {
        let page = read(
            "<table><tr><td>Logo</td><td><table><tr><td>Total</td><td>5 EUR</td></tr></table></td></tr></table>\
             <table><tr><td>One<tr><td>Two</table>",
        );
        assert_eq!(page.tables.len(), 1);
        assert_eq!(page.text(), "Logo\nTotal 5 EUR\nOne\nTwo");
        assert_eq!(page.blocks.len(), 4);
    }

    #[test]
    fn bold_rows_above_others_name_columns() {
        let page = read("<table><tr><td><b>a</b><td><b>b</b><tr><td>1<td>2</table>");
        assert_eq!(page.tables[0].header_rows, 1);
    }
}
