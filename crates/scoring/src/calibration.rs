//! Whether confidence is a probability: of the values that are said to be right nine times in ten, are nine in ten?

use std::fmt;

const TENTHS: u8 = 10;

/// Values by their confidence, in ten parts of equal width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    tenths: [Tenth; 10],
}

/// The values whose confidence is within one tenth of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tenth {
    /// How many there are.
    pub values: u32,
    /// How many of them are right.
    pub right: u32,
    /// Sum of their confidence.
    sum: f64,
}

impl Tenth {
    /// Their confidence, on average; 0 without values.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.sum / f64::from(self.values.max(1))
    }

    /// The part of them that is right; 0 without values.
    #[must_use]
    pub fn share_right(&self) -> f64 {
        f64::from(self.right) / f64::from(self.values.max(1))
    }
}

impl Calibration {
    /// Takes in a value that was given with that confidence (0..=1).
    pub fn add(&mut self, confidence: f64, right: bool) {
        let above = (1..TENTHS).take_while(|tenth| confidence >= f64::from(*tenth) / f64::from(TENTHS));
        if let Some(tenth) = self.tenths.get_mut(above.count()) {
            tenth.values += 1;
            tenth.right += u32::from(right);
            tenth.sum += confidence;
        }
    }

    /// The tenths, the least confident first.
    #[must_use]
    pub fn tenths(&self) -> &[Tenth] {
        &self.tenths
    }

    /// How many values there are.
    #[must_use]
    pub fn values(&self) -> u32 {
        self.tenths.iter().map(|tenth| tenth.values).sum()
    }

    /// The expected calibration error: by how much confidence and the part that is right differ in a tenth, on average over
    /// the values. Nothing without values.
    #[must_use]
    pub fn expected_error(&self) -> Option<f64> {
        let values = Some(self.values()).filter(|values| *values > 0)?;
        let off = |tenth: &Tenth| (tenth.sum - f64::from(tenth.right)).abs();
        Some(self.tenths.iter().map(off).sum::<f64>() / f64::from(values))
    }
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(error) = self.expected_error() else {
            return Ok(());
        };
        writeln!(
            f,
            "{:<15}{:>8}{:>8}{:>8}",
            "confidence", "values", "mean", "right"
        )?;
        for (from, tenth) in (0_u8..).zip(&self.tenths) {
            let [from, to] = [from, from + 1].map(|tenth| f64::from(tenth) / f64::from(TENTHS));
            write!(f, "{:<15}{:>8}", format!("{from:.1} to {to:.1}"), tenth.values)?;
            if tenth.values == 0 {
                writeln!(f, "{:>8}{:>8}", "-", "-")?;
            } else {
                writeln!(f, "{:>8.3}{:>8.3}", tenth.confidence(), tenth.share_right())?;
            }
        }
        writeln!(
            f,
            "expected calibration error {error:.3} over {} values",
            self.values()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(f64, bool)]) -> Calibration {
        let mut calibration = Calibration::default();
        for (confidence, right) in values {
            calibration.add(*confidence, *right);
        }
        calibration
    }

    #[test]
    fn confidence_that_is_a_probability_has_no_error() {
        let honest = of(&[
            (0.75, true),
            (0.75, true),
            (0.75, true),
            (0.75, false),
            (1.0, true),
        ]);
        assert!(honest.expected_error().unwrap() < 1e-9);
        assert_eq!(of(&[]).expected_error(), None);
    }

    #[test]
    fn the_error_is_the_mean_over_values_not_over_tenths() {
        // Nine tenths of the values are off by 0.1, one tenth by 0.6.
        let mut values = vec![(0.9, true); 9];
        values.push((0.6, false));
        assert!((of(&values).expected_error().unwrap() - (0.9 * 0.1 + 0.1 * 0.6)).abs() < 1e-9);
    }

    #[test]
    fn a_tenth_begins_with_its_lower_bound() {
        let calibration = of(&[
            (0.0, false),
            (0.3, true),
            (0.7, true),
            (1.0, true),
            (0.999, false),
        ]);
        let values: Vec<u32> = calibration.tenths().iter().map(|tenth| tenth.values).collect();
        assert_eq!(values, [1, 0, 0, 1, 0, 0, 0, 1, 0, 2]);
        let last = calibration.tenths()[9];
        assert!((last.share_right() - 0.5).abs() < 1e-9);
        assert!((last.confidence() - 0.9995).abs() < 1e-9);
    }
}
