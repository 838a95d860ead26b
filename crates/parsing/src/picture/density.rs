//! How many pixels of a picture make an inch of paper.
//!
//! Files say it, and often lie: cameras and editors write a number without meaning. It is believed where a sheet comes
//! out that a scanner takes in; else it is taken from the picture's shape.

/// Pixels an inch, across and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Density {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Coarser than a fax or finer than any scanner: not meant.
const CREDIBLE: std::ops::RangeInclusive<f64> = 60.0..=1_200.0;

/// Sides of the paper in inches: from a narrow till slip to the long side of A0.
const SHORT_SIDE: f64 = 1.5;
const LONG_SIDE: f64 = 47.0;

/// What a page is taken for without a credible word of its file.
const DEFAULT: f64 = 200.0;

impl Density {
    pub(super) fn per_metre(x: u32, y: u32) -> Self {
        const METRE: f64 = 39.370_078_740_157_48;
        Self {
            x: f64::from(x) / METRE,
            y: f64::from(y) / METRE,
        }
    }

    pub(super) fn per_centimetre(x: f64, y: f64) -> Self {
        Self {
            x: x * 2.54,
            y: y * 2.54,
        }
    }
}

/// The file's own density where it is credible for a picture of that size, else [`DEFAULT`].
pub(super) fn per_inch(density: Option<Density>, width: u32, height: u32) -> (f64, f64) {
    let is_credible = |density: &Density| {
        let (across, down) = (f64::from(width) / density.x, f64::from(height) / density.y);
        CREDIBLE.contains(&density.x)
            && CREDIBLE.contains(&density.y)
            && across.min(down) >= SHORT_SIDE
            && across.max(down) <= LONG_SIDE
    };
    density
        .filter(is_credible)
        .map_or((DEFAULT, DEFAULT), |density| (density.x, density.y))
}

/// Of a PNG: its chunk `pHYs`, which stands before the pixels.
pub(super) fn of_png(bytes: &[u8]) -> Option<Density> {
    const CHECKSUM: usize = 4;
    let mut rest = bytes.get(8..)?;
    loop {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let (kind, tail) = tail.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        match kind {
            b"pHYs" => {
                let (x, tail) = tail.split_first_chunk::<4>()?;
                let (y, tail) = tail.split_first_chunk::<4>()?;
                let metre = 1;
                return (tail.first() == Some(&metre))
                    .then(|| Density::per_metre(u32::from_be_bytes(*x), u32::from_be_bytes(*y)));
            }
            b"IDAT" => return None,
            _ => {}
        }
        rest = tail.get(length.checked_add(CHECKSUM)?..)?;
    }
}

/// Of a JPEG: its JFIF header, which stands before the frame. What only EXIF says is not looked at: cameras write it,
/// and do not know how large the paper is.
pub(super) fn of_jpeg(bytes: &[u8]) -> Option<Density> {
    const APP0: u8 = 0xe0;
    let mut rest = bytes.get(2..)?;
    loop {
        let ([0xff, marker], tail) = rest.split_first_chunk::<2>()? else {
            return None;
        };
        let (length, _) = tail.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let segment = tail.get(2..length)?;
        match *marker {
            APP0 => return of_jfif(segment),
            // Other headers and comments may stand before it; the frame may not.
            0xe1..=0xef | 0xfe => {}
            _ => return None,
        }
        rest = tail.get(length..)?;
    }
}

fn of_jfif(segment: &[u8]) -> Option<Density> {
    let body = segment.strip_prefix(b"JFIF\0")?;
    let [_, _, unit, x_high, x_low, y_high, y_low, ..] = *body else {
        return None;
    };
    let x = f64::from(u16::from_be_bytes([x_high, x_low]));
    let y = f64::from(u16::from_be_bytes([y_high, y_low]));
    match unit {
        1 => Some(Density { x, y }),
        2 => Some(Density::per_centimetre(x, y)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_density_counts_where_a_sheet_of_paper_comes_out() {
        let scan = Density { x: 300.0, y: 300.0 };
        assert_eq!(per_inch(Some(scan), 2_480, 3_508), (300.0, 300.0));
        let fax = Density { x: 204.0, y: 98.0 };
        assert_eq!(per_inch(Some(fax), 1_728, 1_100), (204.0, 98.0));
        let nothing = (DEFAULT, DEFAULT);
        let camera = Density { x: 72.0, y: 72.0 };
        assert_eq!(
            per_inch(Some(camera), 4_000, 3_000),
            nothing,
            "a photograph 56 inches wide"
        );
        assert_eq!(per_inch(Some(scan), 300, 300), nothing, "an inch of paper");
        assert_eq!(per_inch(Some(Density { x: 0.0, y: 0.0 }), 300, 300), nothing);
        assert_eq!(per_inch(None, 300, 300), nothing);
    }
}
