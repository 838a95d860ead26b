//! Numbers between pixels, which are counted, and places, which are measured. Nothing here can fail: what does not fit
//! is cut to what does.

/// A count as a measure. Exact up to 16 million; no side of a picture is longer.
pub(crate) fn real(count: usize) -> f32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "sides of pictures are far below 2^24"
    )]
    let real = count as f32;
    real
}

/// A measure as a count: the whole part, 0 for what is negative or no number.
pub(crate) fn whole(measure: f32) -> usize {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` cuts to the range of the type"
    )]
    let whole = measure as usize;
    whole
}

/// The nearest step of brightness, 0..=255.
pub(crate) fn byte(brightness: f32) -> u8 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` cuts to the range of the type"
    )]
    let byte = (brightness + 0.5) as u8;
    byte
}

/// A measure in single precision.
pub(crate) fn single(measure: f64) -> f32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "`as` rounds and saturates"
    )]
    let single = measure as f32;
    single
}

/// A side of a picture as an index.
pub(crate) fn index(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

/// An index as a side of a picture.
pub(crate) fn side(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The middle one of some measures; 0 of none.
pub(crate) fn middle(mut measures: Vec<f32>) -> f32 {
    measures.sort_by(f32::total_cmp);
    measures.get(measures.len() / 2).copied().unwrap_or(0.0)
}
