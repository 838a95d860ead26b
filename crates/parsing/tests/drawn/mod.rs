//! Pictures of print, drawn for tests: a PDF in a standard font, rendered.

#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "small pictures, and a test may fail in its helpers, too"
)]

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf as Opened;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use parsing::Pixels;
use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str};

/// A page of A5 at 200 dpi with these lines, 30 points apart.
pub(crate) fn print(lines: &[&str]) -> Pixels {
    let (width, height) = (420.0, 595.0);
    let mut content = Content::new();
    for (nth, line) in lines.iter().enumerate() {
        content.begin_text();
        content.set_font(Name(b"F"), 14.0);
        content.next_line(40.0, height - 60.0 - 30.0 * nth as f32);
        content.show(Str(line.as_bytes()));
        content.end_text();
    }
    let [catalog, tree, page, font, text] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut one = pdf.page(page);
    one.media_box(Rect::new(0.0, 0.0, width, height));
    one.parent(tree).contents(text);
    one.resources().fonts().pair(Name(b"F"), font);
    drop(one);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    pdf.stream(text, &content.finish());
    pixels(pdf.finish())
}

fn pixels(file: Vec<u8>) -> Pixels {
    let file = Opened::new(file).unwrap();
    let scale = 200.0 / 72.0;
    let page = render(
        &file.pages()[0],
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    Pixels {
        width: u32::from(page.width()),
        height: u32::from(page.height()),
        rgb: page
            .data()
            .iter()
            .flat_map(|pixel| [pixel.r, pixel.g, pixel.b])
            .collect(),
    }
}

/// The picture turned clockwise by quarters.
pub(crate) fn turned(picture: &Pixels, quarters: u32) -> Pixels {
    let image = image::RgbImage::from_raw(picture.width, picture.height, picture.rgb.clone()).unwrap();
    let image = match quarters {
        1 => image::imageops::rotate90(&image),
        2 => image::imageops::rotate180(&image),
        3 => image::imageops::rotate270(&image),
        _ => image,
    };
    Pixels {
        width: image.width(),
        height: image.height(),
        rgb: image.into_raw(),
    }
}

/// The picture with its lines falling by that many degrees, about its middle.
pub(crate) fn askew(picture: &Pixels, degrees: f32) -> Pixels {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (picture.width as f32, picture.height as f32);
    let rgb = (0..picture.height)
        .flat_map(|y| (0..picture.width).map(move |x| (x as f32 - width / 2.0, y as f32 - height / 2.0)))
        .flat_map(|(x, y)| {
            let (from_x, from_y) = (x * cos + y * sin + width / 2.0, y * cos - x * sin + height / 2.0);
            let at = |x: f32, y: f32| {
                let inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
                let index = 3 * (y as usize * picture.width as usize + x as usize);
                if inside {
                    f32::from(picture.rgb[index])
                } else {
                    255.0
                }
            };
            let (x, y) = (from_x.floor(), from_y.floor());
            let (right, down) = (from_x - x, from_y - y);
            let above = at(x, y) * (1.0 - right) + at(x + 1.0, y) * right;
            let below = at(x, y + 1.0) * (1.0 - right) + at(x + 1.0, y + 1.0) * right;
            [(above * (1.0 - down) + below * down) as u8; 3]
        })
        .collect();
    Pixels {
        width: picture.width,
        height: picture.height,
        rgb,
    }
}
