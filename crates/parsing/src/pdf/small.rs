//! Small pictures on a page: some are boxes to be ticked.

use hayro_interpret::{Image, ImageData};

use crate::area::Area;
use crate::number::index;
use crate::ticks::Bitmap;

/// Sides of such a picture in points, a margin around the box included.
const SIDES: std::ops::RangeInclusive<f64> = 6.0..=32.0;
/// How much one side is longer than the other at most.
const SQUARE: f64 = 1.4;
/// Pictures with more pixels are not unpacked: a box has no need of them.
const MOST_PIXELS: u64 = 250_000;
/// The box takes up this part of the picture's side at least.
const LEAST: usize = 2;

/// Whether the picture is a box to be ticked, and then whether it is.
pub(super) fn is_ticked(image: &Image<'_, '_>, place: &Area) -> Option<bool> {
    let (long, short) = (
        place.width().max(place.height()),
        place.width().min(place.height()),
    );
    let pixels = u64::from(image.width()) * u64::from(image.height());
    if !SIDES.contains(&long) || !SIDES.contains(&short) || long > SQUARE * short || pixels > MOST_PIXELS {
        return None;
    }
    let mut found = None;
    match image {
        Image::Raster(raster) => raster.with_rgba(
            |data, alpha| {
                let alpha = alpha.map(|alpha| alpha.data);
                found = look(&data, alpha.as_deref());
            },
            None,
        ),
        Image::Stencil(stencil) => stencil.with_stencil(
            |luma, _| {
                let values: Vec<u8> = luma.data.iter().map(|value| 255 - value).collect();
                found = ticked(index(luma.width), index(luma.height), &values);
            },
            None,
        ),
    }
    found
}

fn look(data: &ImageData, alpha: Option<&[u8]>) -> Option<bool> {
    let mut values: Vec<u8> = match data {
        ImageData::Luma(luma) => luma.data.clone(),
        ImageData::Rgb(rgb) => {
            let (pixels, _) = rgb.data.as_chunks::<3>();
            // Boxes are drawn in any colour: what is far from white in one of the three is ink.
            pixels.iter().map(|[r, g, b]| *r.min(g).min(b)).collect()
        }
    };
    if let Some(alpha) = alpha.filter(|alpha| alpha.len() == values.len()) {
        for (value, alpha) in values.iter_mut().zip(alpha) {
            *value = (*value).max(255 - *alpha);
        }
    }
    ticked(index(data.width()), index(data.height()), &values)
}

fn ticked(width: usize, height: usize, values: &[u8]) -> Option<bool> {
    // A box may reach the picture's edge, where its sides would have no outside.
    let margin = 3;
    let (wide, high) = (width + 2 * margin, height + 2 * margin);
    let mut framed = vec![u8::MAX; wide * high];
    let rows = framed.chunks_mut(wide).skip(margin);
    for (to, from) in rows.zip(values.chunks(width.max(1))) {
        if let Some(to) = to.get_mut(margin..margin + from.len()) {
            to.copy_from_slice(from);
        }
    }
    let bitmap = Bitmap {
        width: wide,
        height: high,
        values: &framed,
    };
    let side = width.min(height);
    let found = bitmap.ticks((side / LEAST).max(6), wide.max(high));
    found.first().map(|tick| tick.on)
}
