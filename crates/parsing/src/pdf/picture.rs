//! A page as a picture, drawn by hayro.
//!
//! What a page costs to draw is bounded by the size of the picture and by the operators on it: memory is some 10 bytes a
//! pixel, and what is drawn outside of the picture costs next to nothing, however large a page says it is.

use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::peniko::ImageAlphaType;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use hayro_syntax::Pdf;

use super::opening::broken;
use crate::{ParseError, Pixels, Scale};

/// Pixels of a page's picture: an A3 page at 450 dpi has 39 million.
const MAX_PIXELS: f64 = 40_000_000.0;

/// Pixels of a side: hayro counts them in 16 bits.
const MAX_SIDE: f64 = 65_000.0;

/// Points in an inch.
const POINTS: f64 = 72.0;

/// The page of that number (from 1) as it is seen, on white. Where the picture would have more than 40 million pixels,
/// or more than 65,000 on a side, it is smaller than was asked for; it has at least one.
///
/// [`ParseError::NoSuchPage`] where the file has fewer pages.
pub(crate) fn draw(pdf: &Pdf, number: u32, scale: Scale) -> Result<Pixels, ParseError> {
    let index = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let page = index
        .and_then(|index| pdf.pages().get(index))
        .ok_or(ParseError::NoSuchPage { page: number })?;
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    if !width.is_finite() || !height.is_finite() {
        return Err(broken(&format!("page {number} has no size that can be drawn")));
    }
    let factor = factor(scale, width, height);
    let (across, down) = (pixels(width * factor), pixels(height * factor));

    let mut context = RenderContext::new(across, down);
    render_into(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &mut context,
        // A whole number of pixels: the last one of a side would be half empty.
        Affine::scale_non_uniform(f64::from(across) / width, f64::from(down) / height)
            * page.initial_transform(true).to_kurbo(),
    );
    context.flush();
    let mut pixmap = Pixmap::new(across, down);
    let on_white = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut pixmap, &mut Resources::default(), on_white);
    drop(context);
    Ok(Pixels {
        width: u32::from(across),
        height: u32::from(down),
        rgb: opaque(pixmap.take_rgba8(ImageAlphaType::AlphaPremultiplied)),
    })
}

/// Pixels a point, so that the picture is no larger than it may be.
fn factor(scale: Scale, width: f64, height: f64) -> f64 {
    let wanted = match scale {
        Scale::Dpi(dpi) => dpi / POINTS,
        Scale::Width(width_wanted) => f64::from(width_wanted) / width,
    };
    let most = (MAX_SIDE / width.max(height)).min((MAX_PIXELS / (width * height)).sqrt());
    // `min` also answers for what is no number.
    wanted.min(most).max(0.0)
}

/// A length as pixels, at least one.
fn pixels(length: f64) -> u16 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 65,000; `as` saturates"
    )]
    let pixels = length.round() as u16;
    pixels.max(1)
}

/// The same without the fourth byte of each pixel, in place: the picture may be large.
fn opaque(mut rgba: Vec<u8>) -> Vec<u8> {
    let count = rgba.len() / 4;
    for pixel in 1..count {
        rgba.copy_within(4 * pixel..4 * pixel + 3, 3 * pixel);
    }
    rgba.truncate(3 * count);
    rgba.shrink_to_fit();
    rgba
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_as_large_as_wanted_and_allowed() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        near(factor(Scale::Dpi(144.0), 600.0, 800.0), 2.0);
        near(factor(Scale::Width(300), 600.0, 800.0), 0.5);
        // 10,000 x 10,000 points at 72 dpi would be 100 million pixels.
        near(factor(Scale::Dpi(72.0), 10_000.0, 10_000.0), 0.4_f64.sqrt());
        near(factor(Scale::Dpi(72.0), 130_000.0, 10.0), 0.5);
        near(
            factor(Scale::Dpi(f64::NAN), 650.0, 650.0),
            factor(Scale::Dpi(f64::MAX), 650.0, 650.0),
        );
        near(factor(Scale::Dpi(-1.0), 600.0, 800.0), 0.0);
        assert_eq!(pixels(0.0), 1);
    }

    #[test]
    fn the_fourth_byte_of_each_pixel_goes() {
        assert_eq!(
            opaque(vec![1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255]),
            [1, 2, 3, 4, 5, 6, 7, 8, 9]
        );
        assert!(opaque(Vec::new()).is_empty());
    }
}
