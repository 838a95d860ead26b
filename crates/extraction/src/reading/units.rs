//! Units behind numbers, from `data/units.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;

#[derive(Deserialize, Default)]
struct Data {
    /// Kind of unit to the units, folded.
    units: HashMap<String, Vec<String>>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/units.toml"))
}

static UNITS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    parse()
        .unwrap_or_default()
        .units
        .into_values()
        .flatten()
        .collect()
});

/// Whether the word is a unit: `kg`, `Stk`, `hours`.
pub fn is_unit(word: &str) -> bool {
    word.len() <= 16 && UNITS.contains(fold(word).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_units_are_folded_and_stand_once() {
        let data = parse().unwrap();
        let mut seen = HashSet::new();
        for unit in data.units.values().flatten() {
            // "m²" is printed with a raised digit, which folding lowers.
            assert!(*unit == fold(unit) || unit.contains(['²', '³']), "{unit}");
            assert!(seen.insert(unit), "{unit} stands twice");
        }
    }

    #[test]
    fn units_are_known_in_any_case() {
        assert!(is_unit("Stk") && is_unit("KG") && is_unit("Stück"));
        assert!(!is_unit("total"));
    }
}
