//! Candidates that a receipt gives without a label, and what its amounts say of those that have one.

use domain::parsed::TextOrigin;

use super::head::{Name, clean_name};
use super::sums::Standing;
use super::words::{self, Kind};
use super::{Till, Tills};
use crate::layout::answer::{Scored, Why};
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::{Candidate, Part as Words};
use crate::layout::features;
use crate::layout::party::Part;
use crate::layout::rect::{Rect, float};
use crate::layout::regions::Relation;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::score::{Feature, Features};
use crate::layout::spans::{self, Shape, Span};
use crate::layout::unlabelled::of_span;
use crate::reading::ReadingKind;
use crate::reading::misread::mended;

/// What the total of a receipt is in the lexicon's terms.
const TOTAL: &[&str] = &["grand_total", "amount_due", "gross_amount"];
/// The day of a sale.
const DAY: &[&str] = &["issue_date", "date", "payment_date", "order_date"];

impl Tills {
    /// What the page gives for the field where it is a receipt.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, view: usize, ask: &Ask<'_>) -> Vec<Scored> {
        let (Some(till), Some(sheet)) = (self.of(view), scene.sheets.get(view)) else {
            return Vec::new();
        };
        if let Some(part) = part_of_shop(ask) {
            return till.of_head(view, sheet, ask, part);
        }
        if matches!(ask.want, Want::Date | Want::DateTime) && ask.is(DAY) && ask.end.is_none() {
            return till.days(view, sheet, ask);
        }
        if ask.is(TOTAL) {
            let sums = |standing: &Standing| {
                let named = matches!(standing.kind, Some(Kind::Total | Kind::Net));
                named || standing.paid == Some(true) || standing.gross || standing.prints > 2
            };
            return till.amounts(view, sheet, ask, sums);
        }
        if ask.is(&["net_total"]) {
            let net = |standing: &Standing| standing.summary || standing.kind == Some(Kind::Net);
            return till.amounts(view, sheet, ask, net);
        }
        if ask.is(&["tax_total"]) {
            let tax = |standing: &Standing| standing.summary || standing.kind == Some(Kind::Tax);
            return till.amounts(view, sheet, ask, tax);
        }
        Vec::new()
    }

    /// Whether the page is a receipt.
    pub(crate) fn is_till(&self, view: usize) -> bool {
        self.of(view).is_some()
    }

    /// Adds what a receipt says of a candidate that other ways have found.
    pub(crate) fn judge(
        &self,
        ask: &Ask<'_>,
        candidate: &Candidate,
        relation: Relation,
        features: &mut Features,
    ) {
        let Some(till) = self.of(candidate.view) else {
            return;
        };
        let other_party = ask.party.is_some() && part_of_shop(ask).is_none();
        features.flag(
            Feature::TillHead,
            other_party && till.head.holds(&candidate.parts),
        );
        let Some(value) = candidate.value.as_f64() else {
            return;
        };
        let standing = till.sums.standing(candidate, value);
        let below = ask.is(TOTAL) && matches!(relation, Relation::Below | Relation::Column);
        features.flag(Feature::TillBelow, below);
        add_standing(features, ask, &standing);
    }
}

fn add_standing(features: &mut Features, ask: &Ask<'_>, standing: &Standing) {
    if ask.is(&["tax_total"]) {
        let tax = standing.summary || standing.kind == Some(Kind::Tax);
        features.flag(Feature::TillTotal, standing.kind == Some(Kind::Tax));
        features.flag(Feature::TillOther, !tax);
    }
    let no_sum = matches!(
        standing.kind,
        Some(Kind::Tender | Kind::Change | Kind::Rounding | Kind::Tax)
    );
    if ask.is(&["net_total"]) {
        features.flag(Feature::TillTotal, standing.kind == Some(Kind::Net));
        features.flag(Feature::TillOther, no_sum && !standing.summary);
    }
    if !ask.is(TOTAL) {
        return;
    }
    features.flag(Feature::TillPaid, standing.paid == Some(true));
    features.flag(Feature::TillUnpaid, standing.paid == Some(false));
    features.flag(Feature::TillGross, standing.gross);
    features.flag(Feature::TillNet, standing.net);
    features.flag(Feature::TillRounded, standing.rounded);
    features.flag(Feature::TillUnrounded, standing.unrounded);
    features.flag(Feature::TillLate, standing.after_payment);
    features.set(
        Feature::TillPrints,
        (float(standing.prints.min(6)) - 1.0).max(0.0) / 5.0,
    );
    features.flag(Feature::TillTotal, standing.kind == Some(Kind::Total));
    features.flag(Feature::TillSubtotal, standing.kind == Some(Kind::Net));
    features.flag(Feature::TillOther, no_sum);
}

/// The part of the shop's name and address that is asked for.
fn part_of_shop(ask: &Ask<'_>) -> Option<Part> {
    if let Some(party) = &ask.party {
        let shop = party.role == "seller" || words::is_receipt_group(&party.role);
        return party.part.filter(|_| shop);
    }
    if ask.is(&["company", "business_name"]) {
        return Some(Part::Name);
    }
    let group = ask.path.split('.').next().unwrap_or_default();
    (ask.is(&["address"]) && words::is_receipt_group(group)).then_some(Part::Address)
}

impl Till {
    fn of_head(&self, view: usize, sheet: &Sheet<'_>, ask: &Ask<'_>, part: Part) -> Vec<Scored> {
        if part == Part::Name {
            let names = self.head.names.iter();
            return names
                .filter_map(|name| self.name(view, sheet, ask, name))
                .collect();
        }
        self.of_address(view, sheet, ask, part).into_iter().collect()
    }

    fn name(&self, view: usize, sheet: &Sheet<'_>, ask: &Ask<'_>, name: &Name) -> Option<Scored> {
        let (parts, text) = clean_name(&sheet.view, &name.parts)?;
        let mut features = Features::default();
        features.set(Feature::Till, self.likeness);
        features.set(Feature::HeadName, name.organization);
        features.set(Feature::HeadClose, name.close);
        features.flag(Feature::HeadFirst, name.first);
        features.set(Feature::HeadLarge, name.large);
        features.set(Feature::HeadOutdone, name.outdone);
        features.flag(Feature::HeadJoined, name.joined);
        features.flag(Feature::HeadPart, name.part);
        of_text(view, sheet, ask, parts, &text, features)
    }

    fn of_address(&self, view: usize, sheet: &Sheet<'_>, ask: &Ask<'_>, part: Part) -> Option<Scored> {
        let address = self.head.address.as_ref()?;
        let (parts, text) = match part {
            Part::Address => (address.parts.clone(), address.text.clone()),
            Part::Street => address.street.clone()?,
            Part::Postcode | Part::City | Part::Region => {
                let (line, town) = address.town.as_ref()?;
                let place = town.reading.parts.as_ref()?;
                let text = match part {
                    Part::Postcode => place.postcode.clone(),
                    Part::City => place.city.clone(),
                    _ => place.region.clone()?,
                };
                let segment = sheet.view.segment(line.segment)?;
                (vec![spelling(segment, line.segment, town, &text)], text)
            }
            Part::Name | Part::Country => return None,
        };
        let mut features = Features::default();
        features.set(Feature::Till, self.likeness);
        features.set(Feature::HeadAddress, address.strength);
        let text = text.trim_end_matches([',', ';', ' ']);
        of_text(view, sheet, ask, parts, text, features)
    }

    /// Every day that is printed: a receipt bears that of the sale, often without a label.
    fn days(&self, view: usize, sheet: &Sheet<'_>, ask: &Ask<'_>) -> Vec<Scored> {
        let mut found: Vec<(Candidate, bool)> = Vec::new();
        for (index, segment) in sheet.view.segments.iter().enumerate() {
            let all = sheet.spans.of(index);
            for span in all
                .iter()
                .filter(|span| !spans::is_day_of_time(span, all, ask.want))
            {
                let Some(value) = spans::value_of(span, ask) else {
                    continue;
                };
                let timed = sheet.view.row_of(segment).any(|(other, _)| {
                    let times =
                        |span: &Span| matches!(span.reading.kind, ReadingKind::Time | ReadingKind::DateTime);
                    sheet.spans.of(other).iter().any(times)
                });
                let candidate = of_span(view, index, segment, span, ask, value);
                found.push((candidate, timed));
            }
        }
        let mut days: Vec<String> = found.iter().map(|(day, _)| day.value.to_string()).collect();
        days.sort();
        days.dedup();
        let rare = 1.0 / float(days.len().max(1));
        let scored = found.into_iter().map(|(candidate, timed)| {
            let mut features = Features::default();
            features.set(Feature::Till, self.likeness);
            features.set(Feature::Rare, rare);
            features.flag(Feature::Timed, timed);
            features::add_own(&mut features, &sheet.view, ask, &candidate);
            Scored::new(candidate, features, Why::Form)
        });
        scored.collect()
    }

    /// The amounts that may be what is asked for by their standing: what labels do not say, what was paid may.
    fn amounts(
        &self,
        view: usize,
        sheet: &Sheet<'_>,
        ask: &Ask<'_>,
        fits: impl Fn(&Standing) -> bool,
    ) -> Vec<Scored> {
        let mut found = Vec::new();
        for (index, segment) in sheet.view.segments.iter().enumerate() {
            let spans = sheet.spans.of(index).iter();
            for span in spans.filter(|span| span.shape == Shape::Amount) {
                let Some((value, number)) = spans::value_of(span, ask).zip(spans::number_of(span)) else {
                    continue;
                };
                let candidate = of_span(view, index, segment, span, ask, value);
                let standing = self.sums.standing(&candidate, number);
                if !fits(&standing) {
                    continue;
                }
                let mut features = Features::default();
                features.set(Feature::Till, self.likeness);
                features::add_own(&mut features, &sheet.view, ask, &candidate);
                add_standing(&mut features, ask, &standing);
                found.push(Scored::new(candidate, features, Why::Form));
            }
        }
        found
    }
}

/// The words of the town's reading that spell a text.
fn spelling(segment: &crate::layout::view::Segment, index: usize, town: &Span, wanted: &str) -> Words {
    let letters = crate::layout::fold::letters;
    let wanted = letters(wanted);
    let all = (town.from..town.to).flat_map(|from| (from + 1..=town.to).map(move |to| (from, to)));
    let (from, to) = all
        .into_iter()
        .find(|(from, to)| letters(segment.slice(*from, *to)) == wanted)
        .unwrap_or((town.from, town.to));
    Words {
        segment: index,
        from,
        to,
    }
}

fn of_text(
    view: usize,
    sheet: &Sheet<'_>,
    ask: &Ask<'_>,
    parts: Vec<Words>,
    text: &str,
    mut features: Features,
) -> Option<Scored> {
    // Recognition takes letters for digits; of a file's own text nothing is doubtful.
    let read = match sheet.view.page.origin {
        TextOrigin::Native => text.to_owned(),
        TextOrigin::Ocr | TextOrigin::Mixed => mended(text),
    };
    let (value, exact) = spans::text_value(&read, ask)?;
    let exact = exact && read == text;
    let places = parts
        .iter()
        .filter_map(|part| Some(sheet.view.segment(part.segment)?.place_of(part.from, part.to)));
    let candidate = Candidate {
        view,
        place: Rect::around(places)?,
        parts,
        value,
        printed: text.to_owned(),
        exact,
        other: None,
        specificity: spans::text_specificity(text, ask),
        fit: 1.0,
        end: None,
        skipped: 0,
    };
    features::add_own(&mut features, &sheet.view, ask, &candidate);
    Some(Scored::new(candidate, features, Why::Head))
}
