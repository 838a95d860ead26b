//! What was understood of a page, drawn over its picture.

use std::io::Cursor;

use domain::geometry::BBox;
use domain::parsed::Page;
use image::{ImageFormat, Rgb, RgbImage};

const WORD: Rgb<u8> = Rgb([90, 160, 255]);
const LINE: Rgb<u8> = Rgb([0, 160, 80]);
const CELL: Rgb<u8> = Rgb([255, 150, 0]);
const TABLE: Rgb<u8> = Rgb([220, 0, 40]);

/// The picture, a PNG, with boxes around words (blue), lines (green), cells (orange) and tables (red).
pub(super) fn over(picture: &[u8], page: &Page) -> anyhow::Result<Vec<u8>> {
    let mut picture = image::load_from_memory_with_format(picture, ImageFormat::Png)?.into_rgb8();
    for word in &page.words {
        outline(&mut picture, &word.bbox, 0, WORD);
    }
    for line in &page.lines {
        outline(&mut picture, &line.bbox, 2, LINE);
    }
    for table in &page.tables {
        for cell in &table.cells {
            outline(&mut picture, &cell.bbox, 1, CELL);
        }
        outline(&mut picture, &table.bbox, 4, TABLE);
        outline(&mut picture, &table.bbox, 5, TABLE);
    }
    let mut png = Vec::new();
    picture.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
    Ok(png)
}

/// A frame of one pixel around a place, so many pixels outside of it.
fn outline(picture: &mut RgbImage, place: &BBox, outside: u32, color: Rgb<u8>) {
    let (width, height) = picture.dimensions();
    let left = pixel(place.x0(), width).saturating_sub(outside);
    let top = pixel(place.y0(), height).saturating_sub(outside);
    let right = pixel(place.x1(), width)
        .saturating_add(outside)
        .min(width.saturating_sub(1));
    let bottom = pixel(place.y1(), height)
        .saturating_add(outside)
        .min(height.saturating_sub(1));
    let mut put = |x: u32, y: u32| {
        if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
            *pixel = color;
        }
    };
    for x in left..=right {
        put(x, top);
        put(x, bottom);
    }
    for y in top..=bottom {
        put(left, y);
        put(right, y);
    }
}

fn pixel(fraction: f64, side: u32) -> u32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of the side of a picture; `as` saturates"
    )]
    let pixel = (fraction * f64::from(side)) as u32;
    pixel.min(side.saturating_sub(1))
}
