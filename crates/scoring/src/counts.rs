//! Precision, recall and F1.

/// What was found of the values that are there.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Values that are there.
    pub values: u32,
    /// Found and right.
    pub right: u32,
    /// Found and wrong, or found where nothing is.
    pub wrong: u32,
    /// There and not found, or found wrong.
    pub missed: u32,
    /// Nothing is there and nothing was found.
    pub silent: u32,
    /// Found, with the letters and digits that are there.
    pub loose: u32,
    /// Sum over the values of how much of each was found, 0..=1 (ANLS).
    pub parts: f64,
}

impl Counts {
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.values += other.values;
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.silent += other.silent;
        self.loose += other.loose;
        self.parts += other.parts;
    }

    /// The part of what was found that is right; 0 where nothing was found.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The part of what is there that was found; 0 where nothing is there.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// The same, where values with the right letters and digits count as right.
    #[must_use]
    pub fn loose_f1(&self) -> f64 {
        harmonic(
            share(self.loose, self.right + self.wrong),
            share(self.loose, self.right + self.missed),
        )
    }
}

fn share(part: u32, of: u32) -> f64 {
    if of == 0 {
        0.0
    } else {
        f64::from(part) / f64::from(of)
    }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { 2.0 * a * b / (a + b) } else { 0.0 }
}
