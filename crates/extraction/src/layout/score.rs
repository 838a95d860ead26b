//! The score: one logistic model over named features. Its weights are data, `data/weights.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The weights of this build.
const WEIGHTS: &str = include_str!("../../data/weights.toml");

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)*) => {
        /// What is looked at when a candidate is judged. Most are 0 or 1, or a share of 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Feature { $($(#[$doc])* $name,)* }

        impl Feature {
            /// Every feature with its name in the weights.
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, $key),)*];

            /// Its place among all.
            fn index(self) -> usize {
                Self::ALL.iter().position(|(feature, _)| *feature == self).unwrap_or(usize::MAX)
            }
        }
    };
}

features! {
    /// How well the label names the field.
    Label = "label",
    /// The file states it as what is asked for (a header, an element of XML), by how well the field's name fits.
    Stated = "stated",
    /// What the file states stands on the page as well.
    Confirmed = "confirmed",
    /// The page says something else than the file states.
    Contradicted = "contradicted",
    /// The label stands before it in the same segment.
    Glued = "glued",
    /// The label stands left of it.
    Right = "right",
    /// The label stands above it.
    Below = "below",
    /// The label heads its column.
    Column = "column",
    /// No label was found; it stands for itself.
    Unlabelled = "unlabelled",
    /// Distance to the label in line heights, as a logarithm.
    Gap = "gap",
    /// Other segments between label and candidate.
    Blocked = "blocked",
    /// How well label and candidate line up.
    Aligned = "aligned",
    /// Words before the label that it does not explain.
    Before = "before",
    /// Words behind the label that are not the candidate.
    After = "after",
    /// A colon behind the label.
    Colon = "colon",
    /// Words between label and candidate.
    Skipped = "skipped",
    /// How unlikely it is that something else reads so.
    Specificity = "specificity",
    /// How well the kind of reading fits the type of the field.
    Fit = "fit",
    /// Another label is nearer.
    Rival = "rival",
    /// The label names another field better.
    Contested = "contested",
    /// The candidate is printed in bold.
    Bold = "bold",
    /// It stands on the first page.
    FirstPage = "first_page",
    /// It stands with the party that is asked for.
    Party = "party",
    /// It stands with another party.
    OtherParty = "other_party",
    /// Nothing says which party it belongs to.
    NoParty = "no_party",
    /// It is a line of the block that is the party's, by how sure that is.
    Block = "block",
    /// It is the end of a printed range that is asked for.
    RangeEnd = "range_end",
    /// It is the wrong end of a printed range, or none where one is asked for.
    NoRangeEnd = "no_range_end",
    /// It is one of few of its kind.
    Rare = "rare",
    /// The label is the beginning of a longer one.
    LongerLabel = "longer_label",
    /// The candidate is a label itself, by the share of its words.
    LabelLike = "label_like",
    /// The label names what the document calls itself in its title.
    Title = "title",
    /// The label is printed in larger type than most.
    Large = "large",
    /// The label stands in running text.
    Prose = "prose",
    /// It stands in the row of a total.
    TotalRow = "total_row",
    /// It stands in a row of a table that is no total.
    TableRow = "table_row",
    /// The share of what the schema asks for that has no label in the documents: they may be of another kind. For
    /// candidates with a label, ...
    Unfamiliar = "unfamiliar",
    /// ... for those by their form alone, ...
    UnfamiliarForm = "unfamiliar_form",
    /// ... and for lines of address blocks.
    UnfamiliarBlock = "unfamiliar_block",
    /// It stands in a contract, and no clause leads to it.
    Agreement = "agreement",
    /// It is a cell of a row. What follows is looked at for cells alone.
    Cell = "cell",
    /// How well the heading of its column names the field.
    CellHeading = "cell_heading",
    /// How well the kind of reading fits the type of the field.
    CellFit = "cell_fit",
    /// The field wants text.
    CellText = "cell_text",
    /// Further lines of a text in the cell.
    CellLines = "cell_lines",
    /// Lines of the row in which other cells stand.
    CellRows = "cell_rows",
    /// The share of the fields that have a column.
    CellMatched = "cell_matched",
    /// The share of the fields with a column that have something in this row.
    CellFilled = "cell_filled",
    /// The page is a picture.
    CellScanned = "cell_scanned",
    /// No label was found, but the page is a receipt from a till, by how much it looks like one.
    Till = "till",
    /// Line of a receipt's head: how surely it is the name of an organisation.
    HeadName = "head_name",
    /// Line of a receipt's head: how close above the address it stands.
    HeadClose = "head_close",
    /// Line of a receipt's head: no other text stands above it.
    HeadFirst = "head_first",
    /// Line of a receipt's head: how much larger it is printed than the others.
    HeadLarge = "head_large",
    /// Line of a receipt's head: how much surer another line is the name of an organisation.
    HeadOutdone = "head_outdone",
    /// Two lines of a receipt's head, of which the lower ends the name of the upper.
    HeadJoined = "head_joined",
    /// Line of a receipt's head that makes a name with another.
    HeadPart = "head_part",
    /// Lines of a receipt's head: how surely they are an address.
    HeadAddress = "head_address",
    /// A time stands on the same line as the day.
    Timed = "timed",
    /// It stands in the head of a receipt, which tells of the shop, and another party is asked for.
    TillHead = "till_head",
    /// Amount of a receipt: it is what was given less what came back.
    TillPaid = "till_paid",
    /// Amount of a receipt: it is not.
    TillUnpaid = "till_unpaid",
    /// Amount of a receipt: a tax and another amount make it.
    TillGross = "till_gross",
    /// Amount of a receipt: a tax makes another total of it.
    TillNet = "till_net",
    /// Amount of a receipt: rounding made it of another total.
    TillRounded = "till_rounded",
    /// Amount of a receipt: rounding makes another total of it.
    TillUnrounded = "till_unrounded",
    /// Amount of a receipt: it stands below the payment.
    TillLate = "till_late",
    /// Amount of a receipt: how often it is printed.
    TillPrints = "till_prints",
    /// Amount of a receipt: a label of what is asked for stands in its row.
    TillTotal = "till_total",
    /// Amount of a receipt: a subtotal's label, or one without tax, stands in its row.
    TillSubtotal = "till_subtotal",
    /// Amount of a receipt: its row is of something else, as of a payment, change or rounding.
    TillOther = "till_other",
    /// Amount of a receipt: its label stands above it rather than beside it.
    TillBelow = "till_below",
    /// A phrase of running text leads to it, by how surely the phrase says what it is.
    Clause = "clause",
    /// It stands under the heading of its clause.
    ClauseHeading = "clause_heading",
    /// It stands under the heading of another clause.
    OtherHeading = "other_heading",
    /// Words of its sentence speak of something else, 0..=1.
    ClauseAgainst = "clause_against",
    /// It stands where a contract names itself and its parties.
    Opening = "opening",
    /// It stands where a contract is signed.
    Signatures = "signatures",
    /// It stands between the opening and the signatures, where its clause seldom does.
    ClauseElsewhere = "clause_elsewhere",
    /// The document does not read like a contract.
    NoContract = "no_contract",
    /// A span of time is counted in a unit that its clause seldom has.
    OddUnit = "odd_unit",
    /// It is named in the list of parties that opens a contract.
    PartyListed = "party_listed",
    /// The contract gives it a term of its own: (the “Tenant”).
    DefinedTerm = "defined_term",
    /// The name stands with the signatures, too.
    SignedName = "signed_name",
    /// The text beside the label does not read as what is asked for.
    Misread = "misread",
    /// How well a text printed on a form names the field, by the telling words that they share.
    FormLabel = "form_label",
    /// How well it stands to that text.
    FormPlace = "form_place",
    /// It was filled into a field that the file says is one.
    FormField = "form_field",
    /// It is printed on a form whose fields are known, by the share of its words.
    Printed = "printed",
}

/// The features of one candidate for one field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Features(Vec<(Feature, f64)>);

impl Features {
    pub(crate) fn set(&mut self, feature: Feature, value: f64) {
        self.0.push((feature, value));
    }

    /// Takes a feature back.
    pub(crate) fn clear(&mut self, feature: Feature) {
        self.0.retain(|(known, _)| *known != feature);
    }

    pub(crate) fn flag(&mut self, feature: Feature, on: bool) {
        if on {
            self.set(feature, 1.0);
        }
    }

    pub(crate) fn get(&self, feature: Feature) -> f64 {
        self.0
            .iter()
            .find(|(known, _)| *known == feature)
            .map_or(0.0, |(_, value)| *value)
    }
}

/// The weights with what goes with them, as they stand in the data.
#[derive(Debug, Deserialize, Serialize)]
struct File {
    version: String,
    threshold: f64,
    bias: f64,
    calibration: Calibrations,
    weights: BTreeMap<String, f64>,
}

/// The calibration of values by the way they are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
pub struct Calibrations {
    /// Of fields that hold one value.
    pub field: Calibration,
    /// Of the fields of rows.
    pub row: Calibration,
}

/// Makes of a probability that the engine arrives at one that comes true as often as it says: a line through its logit.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct Calibration {
    /// What a logit is multiplied with.
    pub slope: f64,
    /// What is added to it.
    pub offset: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            slope: 1.0,
            offset: 0.0,
        }
    }
}

impl Calibration {
    /// The calibrated probability.
    #[must_use]
    pub fn of(&self, told: f64) -> f64 {
        probability(self.slope * logit(told) + self.offset)
    }
}

/// What judges candidates: a weight for each feature, and what makes probabilities of their sums.
#[derive(Debug, Clone)]
pub struct Model {
    /// Names these weights: part of a result's hash.
    version: String,
    /// A value whose probability is below is not given.
    pub(crate) threshold: f64,
    /// Probabilities are told after it.
    pub(crate) calibration: Calibrations,
    bias: f64,
    /// One for each feature, in their order.
    weights: Vec<f64>,
}

/// The data do not describe a model.
#[derive(Debug, thiserror::Error)]
#[error("the weights cannot be read: {0}")]
pub struct WeightsError(String);

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::from_toml(WEIGHTS).unwrap_or_else(|_| Model::mute()));

impl Model {
    /// The model that comes with this build.
    pub fn builtin() -> &'static Self {
        &MODEL
    }

    /// A model from its data, in the form of `data/weights.toml`. A feature without a weight has the weight 0.
    pub fn from_toml(text: &str) -> Result<Self, WeightsError> {
        let file: File = toml::from_str(text).map_err(|error| WeightsError(error.message().to_owned()))?;
        let weight = |name: &&str| file.weights.get(*name).copied().unwrap_or(0.0);
        Ok(Self {
            version: file.version.clone(),
            threshold: file.threshold,
            calibration: file.calibration,
            bias: file.bias,
            weights: Feature::ALL.iter().map(|(_, name)| weight(name)).collect(),
        })
    }

    /// The model as data, features in alphabetical order, to three decimals.
    pub fn to_toml(&self) -> Result<String, WeightsError> {
        let rounded = |number: f64| (number * 1_000.0).round() / 1_000.0 + 0.0;
        let line = |calibration: Calibration| Calibration {
            slope: rounded(calibration.slope),
            offset: rounded(calibration.offset),
        };
        let file = File {
            version: self.version.clone(),
            threshold: self.threshold,
            bias: rounded(self.bias),
            calibration: Calibrations {
                field: line(self.calibration.field),
                row: line(self.calibration.row),
            },
            weights: Feature::ALL
                .iter()
                .zip(&self.weights)
                .map(|((_, name), weight)| ((*name).to_owned(), rounded(*weight)))
                .collect(),
        };
        toml::to_string(&file).map_err(|error| WeightsError(error.to_string()))
    }

    /// A model that finds nothing: what is left where the data of the build cannot be read, which a test rules out.
    fn mute() -> Self {
        Self {
            version: "none".to_owned(),
            threshold: 1.0,
            calibration: Calibrations::default(),
            bias: -10.0,
            weights: vec![0.0; Feature::ALL.len()],
        }
    }

    /// Names these weights.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The same weights under another name.
    #[must_use]
    pub fn named(&self, version: &str) -> Self {
        Self {
            version: version.to_owned(),
            ..self.clone()
        }
    }

    /// The same weights with another calibration.
    #[must_use]
    pub fn calibrated(&self, calibration: Calibrations) -> Self {
        Self {
            calibration,
            ..self.clone()
        }
    }

    /// The bias, then a weight for each feature.
    pub(crate) fn parameters(&self) -> Vec<f64> {
        std::iter::once(self.bias)
            .chain(self.weights.iter().copied())
            .collect()
    }

    /// The same model with other weights, the bias first.
    pub(crate) fn with_parameters(&self, parameters: &[f64]) -> Self {
        let Some((bias, weights)) = parameters.split_first() else {
            return self.clone();
        };
        Self {
            bias: *bias,
            weights: weights.to_vec(),
            ..self.clone()
        }
    }

    /// A number for each feature, in their order.
    pub(crate) fn dense(features: &Features) -> Vec<f64> {
        let sum = |feature: &Feature| {
            let same = features.0.iter().filter(|(known, _)| known == feature);
            same.map(|(_, value)| value).sum()
        };
        Feature::ALL.iter().map(|(feature, _)| sum(feature)).collect()
    }

    /// The logit of the candidate's probability, against there being none.
    pub(crate) fn logit(&self, features: &Features) -> f64 {
        let weighed = features
            .0
            .iter()
            .map(|(feature, value)| self.weights.get(feature.index()).copied().unwrap_or(0.0) * value);
        self.bias + weighed.sum::<f64>()
    }
}

/// The logit of a probability; of 0 and 1, of one very near.
pub fn logit(probability: f64) -> f64 {
    let p = probability.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

/// The probability of each value among candidates that exclude one another, given as logits against "nothing":
/// candidates with the same value share it.
pub(crate) fn probability_among<'v>(
    candidates: impl Iterator<Item = (f64, &'v Value)> + Clone,
    value: &Value,
) -> f64 {
    let most = candidates.clone().map(|(logit, _)| logit).fold(0.0, f64::max);
    let part = |logit: f64| (logit - most).exp();
    let all: f64 = candidates.clone().map(|(logit, _)| part(logit)).sum();
    let own: f64 = candidates
        .filter(|(_, other)| *other == value)
        .map(|(logit, _)| part(logit))
        .sum();
    own / (part(0.0) + all)
}

/// The probability of a logit.
pub(crate) fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_weight_and_every_weight_a_feature() {
        let file: File = toml::from_str(WEIGHTS).unwrap();
        for (_, name) in Feature::ALL {
            assert!(file.weights.contains_key(*name), "{name} has no weight");
        }
        assert_eq!(file.weights.len(), Feature::ALL.len());
    }
}
