//! Which heading is whose, settled by what stands below: a column of percentages is no amount, and quantity times
//! price makes the amount.

use super::body::{BodyRow, PageOf, Piece, leads};
use super::header::{Header, Heading};
use crate::layout::ask::{Ask, Want};
use crate::layout::rect::{Rect, float};
use crate::layout::spans::{self, Shape, Span};

/// What a heading's name counts where nothing below it fits.
const NAME_ALONE: f64 = 0.3;
/// What a column is worth whose values alone say what it holds.
const BY_VALUES: f64 = 0.45;
/// A column holds a kind of value if this share of its cells does.
const MOST: f64 = 0.7;
/// Amounts are equal up to rounding of the unit price.
const CLOSE: f64 = 0.006;

/// Headings nearer than this, in line heights, may be one with a wide blank in it.
const WIDE_BLANK: f64 = 2.5;

/// Joins a heading below which nothing stands to the one left of it: `Total    EURbn` over one column.
pub(crate) fn join_empty(page: &PageOf<'_, '_>, header: &mut Header, rows: &mut [BodyRow]) {
    let mut at = 1;
    while let Some(heading) = header.headings.get(at) {
        let empty = !rows
            .iter()
            .flat_map(|row| &row.pieces)
            .any(|piece| piece.heading == at);
        let left = header.headings.get(at - 1).map(|left| left.place);
        let near = left.is_some_and(|left| left.gap_to_right(&heading.place) < WIDE_BLANK * page.view.unit);
        if !(empty && near) {
            at += 1;
            continue;
        }
        let joined = header.headings.remove(at);
        if let Some(left) = header.headings.get_mut(at - 1) {
            left.text = format!("{} {}", left.text, joined.text);
            left.place = left.place.union(&joined.place);
        }
        for piece in rows
            .iter_mut()
            .flat_map(|row| &mut row.pieces)
            .filter(|piece| piece.heading > at)
        {
            piece.heading -= 1;
        }
    }
}

/// Cuts headings that stand so close that they look like one, where most rows hold two things below them: a rate and
/// an amount below `VAT Price`.
pub(crate) fn cut_crowded(page: &PageOf<'_, '_>, header: &mut Header, rows: &mut [BodyRow]) {
    let mut at = 0;
    while at < header.headings.len() {
        if let Some(cut) = crowded_at(page, rows, at)
            && let Some((left, right)) = halves(page, header, at, cut)
        {
            if let Some(heading) = header.headings.get_mut(at) {
                *heading = left;
            }
            header.headings.insert(at + 1, right);
            for piece in rows.iter_mut().flat_map(|row| &mut row.pieces) {
                let behind = piece_place(page, piece).is_some_and(|place| place.center_x() > cut);
                if piece.heading > at || piece.heading == at && behind {
                    piece.heading += 1;
                }
            }
        }
        at += 1;
    }
}

/// Where a gap runs down through what stands below a heading.
fn crowded_at(page: &PageOf<'_, '_>, rows: &[BodyRow], heading: usize) -> Option<f64> {
    let mut filled = 0;
    let mut double = 0;
    let (mut left, mut right) = (f64::MIN, f64::MAX);
    for row in rows {
        let places: Vec<Rect> = row
            .pieces
            .iter()
            .filter(|piece| piece.heading == heading)
            .filter_map(|piece| piece_place(page, piece))
            .collect();
        filled += usize::from(!places.is_empty());
        if let [first, second] = places.as_slice() {
            double += 1;
            left = left.max(first.x1);
            right = right.min(second.x0);
        }
    }
    (double > 1 && float(double) >= MOST * float(filled) && left < right).then(|| f64::midpoint(left, right))
}

fn piece_place(page: &PageOf<'_, '_>, piece: &Piece) -> Option<Rect> {
    let segment = page.view.segment(piece.part.segment)?;
    Some(segment.place_of(piece.part.from, piece.part.to))
}

/// A heading in two, the words left and right of the cut; none where one side has none or a word crosses it.
fn halves(page: &PageOf<'_, '_>, header: &Header, at: usize, cut: f64) -> Option<(Heading, Heading)> {
    let whole = header.headings.get(at)?;
    let mut sides: [(String, Vec<Rect>); 2] = Default::default();
    let rows = page.view.rows.get(header.from..header.to)?;
    for segment in rows
        .iter()
        .flat_map(|row| &row.segments)
        .filter_map(|index| page.view.segment(*index))
    {
        for word in 0..segment.len() {
            let place = segment.place_of(word, word + 1);
            if whole.place.overlap_x(&place) < 0.5 * place.width() {
                continue;
            }
            let [left, right] = &mut sides;
            let side = if place.center_x() < cut { left } else { right };
            if !side.0.is_empty() {
                side.0.push(' ');
            }
            side.0.push_str(segment.slice(word, word + 1));
            side.1.push(place);
        }
    }
    let [left, right] = sides.map(|(text, places)| {
        let place = Rect::around(places)?;
        Some(Heading {
            text,
            place,
            column: None,
        })
    });
    Some((left?, right?))
}

/// Matches headings with columns again, now by names and values.
pub(crate) fn settle(
    page: &PageOf<'_, '_>,
    header: &mut Header,
    rows: &[BodyRow],
    columns: &[Ask<'_>],
    names: &[Vec<f64>],
) {
    let all = rows;
    let rows = &telling(page, rows);
    let mut pairs = Vec::new();
    for (index, scores) in names.iter().enumerate() {
        for (column, ask) in columns.iter().enumerate() {
            let name = scores.get(column).copied().unwrap_or(0.0);
            let fit = value_fit(page, rows, index, ask);
            let score = match fit {
                Some(fit) if name > 0.0 => name * (NAME_ALONE + (1.0 - NAME_ALONE) * fit),
                Some(fit) if fit > MOST && ask.want == Want::Percent => BY_VALUES * fit,
                Some(_) => 0.0,
                None => name * 0.6,
            };
            if score >= 0.2 {
                pairs.push((score, index, column));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    for heading in &mut header.headings {
        heading.column = None;
    }
    let mut taken = vec![false; columns.len()];
    for (score, index, column) in pairs {
        let (Some(heading), Some(taken)) = (header.headings.get_mut(index), taken.get_mut(column)) else {
            continue;
        };
        if heading.column.is_none() && !*taken {
            heading.column = Some((column, score.min(1.0)));
            *taken = true;
        }
    }
    header.score = header
        .headings
        .iter()
        .filter_map(|heading| Some(heading.column?.1))
        .sum();
    by_product(page, header, all, columns);
}

/// The rows that hold about as many numbers as the fullest: further lines of an entry say little about columns.
fn telling(page: &PageOf<'_, '_>, rows: &[BodyRow]) -> Vec<BodyRow> {
    let numbers = |row: &BodyRow| {
        let leading = |piece: &&Piece| {
            let inside = |span: &&Span| span.from >= piece.part.from && span.to <= piece.part.to;
            let mut spans = page.spans.of(piece.part.segment).iter().filter(inside);
            spans.any(|span| span.reading.kind.is_numeric() && leads(page.view, piece, span.from))
        };
        row.pieces.iter().filter(leading).count()
    };
    let counts: Vec<usize> = rows.iter().map(numbers).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    if most < 2 {
        return rows.to_vec();
    }
    let full = rows
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count * 5 >= most * 3);
    full.map(|(row, _)| row.clone()).collect()
}

/// How well the cells below a heading fit what a field wants, 0..=1; none where the column is empty.
fn value_fit(page: &PageOf<'_, '_>, rows: &[BodyRow], heading: usize, ask: &Ask<'_>) -> Option<f64> {
    let mut cells = 0;
    let mut sum = 0.0;
    for piece in rows
        .iter()
        .flat_map(|row| &row.pieces)
        .filter(|piece| piece.heading == heading)
    {
        let Some(segment) = page.view.segment(piece.part.segment) else {
            continue;
        };
        let text = segment.slice(piece.part.from, piece.part.to);
        cells += 1;
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let leading = page.spans.of(piece.part.segment).iter().filter(|span| {
            span.from >= piece.part.from && span.to <= piece.part.to && leads(page.view, piece, span.from)
        });
        sum += if ask.want.is_textual() {
            let identifier = ask.want == Want::Identifier && text.chars().any(|c| c.is_ascii_digit());
            if letters >= 3 || identifier { 1.0 } else { 0.2 }
        } else {
            leading
                .filter(|span| spans::value_of(span, ask).is_some())
                .map(|span| kind_fit(span, ask.want))
                .fold(0.0, f64::max)
        };
    }
    (cells > 0).then(|| sum / float(cells))
}

fn kind_fit(span: &Span, want: Want) -> f64 {
    match (want, span.shape) {
        (Want::Amount, Shape::Amount) => 1.0,
        (Want::Amount, Shape::Number | Shape::Integer) => 0.7,
        (Want::Amount, Shape::Quantity | Shape::Percent) => 0.1,
        (Want::Percent, Shape::Percent) => 1.0,
        (Want::Percent, Shape::Integer | Shape::Number) => 0.6,
        (Want::Percent, _) => 0.3,
        (Want::Number | Want::Integer, Shape::Percent) => 0.3,
        (Want::Number | Want::Integer, Shape::Amount) if span.reading.currency.is_some() => 0.3,
        _ => 1.0,
    }
}

/// Where quantity times unit price does not make the amount, looks for three columns of numbers that do.
fn by_product(page: &PageOf<'_, '_>, header: &mut Header, rows: &[BodyRow], columns: &[Ask<'_>]) {
    let the = |names: &[&str]| columns.iter().position(|ask| ask.is(names));
    let roles = [the(&["quantity"]), the(&["unit_price"]), the(&["line_total"])];
    if roles.iter().flatten().count() < 2 {
        return;
    }
    // What is not asked for still proves the other two.
    let [quantity, price, amount] = roles.map(|role| role.unwrap_or(usize::MAX));
    let numbers: Vec<Vec<Option<f64>>> = (0..header.headings.len())
        .map(|heading| rows.iter().map(|row| number(page, row, heading)).collect())
        .collect();
    let of = |heading: usize| numbers.get(heading).map(Vec::as_slice).unwrap_or_default();
    let at = |column: usize| {
        header
            .headings
            .iter()
            .position(|heading| heading.column.is_some_and(|(known, _)| known == column))
    };
    let all_named = roles.iter().flatten().all(|role| at(*role).is_some());
    let holds_as_named = match (at(quantity), at(price), at(amount)) {
        (Some(q), Some(p), Some(a)) => product_holds(of(q), of(p), of(a)) != Some(false),
        _ => all_named,
    };
    if holds_as_named {
        return;
    }
    let count = header.headings.len();
    let triples = (0..count).flat_map(|q| (0..count).flat_map(move |p| (0..count).map(move |a| (q, p, a))));
    let holding: Vec<(usize, usize, usize)> = triples
        .filter(|(q, p, a)| q != p && p != a && q != a)
        .filter(|(q, p, a)| product_holds(of(*q), of(*p), of(*a)) == Some(true))
        .collect();
    // Quantity and price can be exchanged without harm to the product: names decide, then that things are counted in
    // whole numbers more often than priced.
    let named = |heading: usize, column: usize| at(column) == Some(heading);
    let agrees = |(q, p, a): &(usize, usize, usize)| {
        usize::from(named(*q, quantity)) + usize::from(named(*p, price)) + usize::from(named(*a, amount))
    };
    let whole = |heading: usize| {
        of(heading)
            .iter()
            .flatten()
            .filter(|number| number.fract().abs() < 1e-9)
            .count()
    };
    let rank = |triple: &(usize, usize, usize)| {
        let counted = whole(triple.0) + rows.len() - whole(triple.1).min(rows.len());
        (counted, agrees(triple), std::cmp::Reverse(triple.0), triple.2)
    };
    let best = holding
        .into_iter()
        .max_by_key(rank)
        .or_else(|| same_amounts(&numbers, at(quantity)?, at(price)));
    let Some(best) = best else { return };
    for heading in &mut header.headings {
        if heading
            .column
            .is_some_and(|(column, _)| [quantity, price, amount].contains(&column))
        {
            heading.column = None;
        }
    }
    for (heading, column) in [(best.0, quantity), (best.1, price), (best.2, amount)] {
        if let Some(heading) = header
            .headings
            .get_mut(heading)
            .filter(|_| column < columns.len())
        {
            heading.column = Some((column, 0.8));
        }
    }
}

/// The columns of prices and of the same amounts right of it, where one piece of everything was sold.
fn same_amounts(
    numbers: &[Vec<Option<f64>>],
    quantity: usize,
    price: Option<usize>,
) -> Option<(usize, usize, usize)> {
    let of = |heading: usize| numbers.get(heading).map(Vec::as_slice).unwrap_or_default();
    let same = |price: usize, heading: usize| {
        let rows = of(quantity).iter().zip(of(price)).zip(of(heading));
        let all: Vec<bool> = rows
            .filter_map(|((quantity, price), amount)| Some(((*quantity)? * (*price)?, (*amount)?)))
            .map(|(product, amount)| (product - amount).abs() < CLOSE)
            .collect();
        all.len() > 1 && all.iter().all(|same| *same)
    };
    let prices = (0..numbers.len()).filter(|at| *at != quantity && price.is_none_or(|price| *at == price));
    prices
        .flat_map(|price| {
            (price + 1..numbers.len())
                .rev()
                .map(move |amount| (quantity, price, amount))
        })
        .filter(|(_, _, amount)| *amount != quantity)
        .find(|(_, price, amount)| same(*price, *amount))
}

/// Whether the product holds in every row that has all three; none where no row tells.
fn product_holds(
    quantities: &[Option<f64>],
    prices: &[Option<f64>],
    amounts: &[Option<f64>],
) -> Option<bool> {
    let mut right = 0;
    let mut wrong = 0;
    for ((quantity, price), amount) in quantities.iter().zip(prices).zip(amounts) {
        let (Some(quantity), Some(price), Some(amount)) = (quantity, price, amount) else {
            continue;
        };
        let one = |factor: f64, other: f64| (factor - 1.0).abs() < 1e-9 && (other - amount).abs() < CLOSE;
        if one(*quantity, *price) || one(*price, *quantity) {
            continue;
        }
        if (quantity * price - amount).abs() <= CLOSE + 0.001 * amount.abs() {
            right += 1;
        } else {
            wrong += 1;
        }
    }
    match (right, wrong) {
        (0, 0) => None,
        (right, wrong) => Some(right > wrong),
    }
}

/// The number that a row holds below a heading.
fn number(page: &PageOf<'_, '_>, row: &BodyRow, heading: usize) -> Option<f64> {
    row.pieces
        .iter()
        .filter(|piece| piece.heading == heading)
        .find_map(|piece| {
            let spans = page.spans.of(piece.part.segment).iter();
            let inside = spans.filter(|span| span.from >= piece.part.from && span.to <= piece.part.to);
            inside
                .filter(|span| span.shape != Shape::Percent && leads(page.view, piece, span.from))
                .find_map(spans::number_of)
        })
}
