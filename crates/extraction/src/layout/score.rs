//! The score: one logistic model over named features. Its weights are data, `data/weights.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

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
        }
    };
}

features! {
    /// How well the label names the field.
    Label = "label",
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

/// The weights with what goes with them.
#[derive(Debug, Deserialize)]
struct File {
    version: String,
    threshold: f64,
    bias: f64,
    weights: HashMap<String, f64>,
}

/// The model.
#[derive(Debug)]
pub(crate) struct Model {
    /// Names these weights: part of a result's hash.
    pub(crate) version: String,
    /// A value whose probability is below is not given.
    pub(crate) threshold: f64,
    bias: f64,
    weights: HashMap<Feature, f64>,
}

static MODEL: LazyLock<Model> = LazyLock::new(Model::load);

impl Model {
    /// The model that comes with this build.
    pub(crate) fn builtin() -> &'static Self {
        &MODEL
    }

    /// A file that does not read gives a model that finds nothing; a test reads it.
    fn load() -> Self {
        let file: File = toml::from_str(WEIGHTS).unwrap_or_else(|_| File {
            version: "none".to_owned(),
            threshold: 1.0,
            bias: -10.0,
            weights: HashMap::new(),
        });
        let weight = |name: &str| file.weights.get(name).copied().unwrap_or(0.0);
        let weights = Feature::ALL
            .iter()
            .map(|(feature, name)| (*feature, weight(name)))
            .collect();
        Self {
            version: file.version,
            threshold: file.threshold,
            bias: file.bias,
            weights,
        }
    }

    /// The logit of the candidate's probability.
    pub(crate) fn logit(&self, features: &Features) -> f64 {
        let sum: f64 = features
            .0
            .iter()
            .map(|(feature, value)| self.weights.get(feature).copied().unwrap_or(0.0) * value)
            .sum();
        self.bias + sum
    }
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
