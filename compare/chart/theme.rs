//! The colours, for light and for dark.

use std::fmt::Write;

use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle,
    text_anchor::{HPos, Pos, VPos},
};

use crate::compare::boundary::Technique;

/// As web/style.css has them: what the rest lies on, what is read, what is read second, and lines.
pub const SHEET: RGBColor = RGBColor(0xfd, 0xfd, 0xfc);
pub const INK: RGBColor = RGBColor(0x1b, 0x20, 0x26);
pub const SOFT: RGBColor = RGBColor(0x54, 0x5d, 0x66);
pub const RULE: RGBColor = RGBColor(0xd5, 0xd8, 0xd3);
pub const WRONG: RGBColor = RGBColor(0xa8, 0x1e, 0x2c);

const NEUTRAL: RGBColor = RGBColor(0x2b, 0x4a, 0x6b);
const FFI: RGBColor = RGBColor(0xa0, 0x3f, 0x08);
const WASM: RGBColor = RGBColor(0x5a, 0x3f, 0xc9);
const GRPC: RGBColor = RGBColor(0x0b, 0x66, 0x5b);

/// On a light ground, and on a dark one.
const COLORS: [(RGBColor, RGBColor); 9] = [
    (SHEET, RGBColor(0x19, 0x1d, 0x21)),
    (INK, RGBColor(0xe5, 0xe8, 0xea)),
    (SOFT, RGBColor(0xa3, 0xad, 0xb6)),
    (RULE, RGBColor(0x30, 0x36, 0x3c)),
    (WRONG, RGBColor(0xff, 0x9d, 0x98)),
    (NEUTRAL, RGBColor(0x9d, 0xbf, 0xe3)),
    (FFI, RGBColor(0xf2, 0x9a, 0x63)),
    (WASM, RGBColor(0xb3, 0xa6, 0xff)),
    (GRPC, RGBColor(0x5c, 0xcb, 0xb9)),
];

/// The colour of a technique.
pub fn accent(technique: Technique) -> RGBColor {
    match technique {
        Technique::Rust => NEUTRAL,
        Technique::Ffi => FFI,
        Technique::Wasm => WASM,
        Technique::Grpc => GRPC,
    }
}

/// Text of so many pixels.
pub fn text(size: u32, color: RGBColor, (across, down): (HPos, VPos)) -> TextStyle<'static> {
    // The backend writes sizes as points of a font that it has measured elsewhere.
    let font = FontDesc::new(FontFamily::SansSerif, f64::from(size) * 1.24, FontStyle::Normal);
    TextStyle { font, color: color.to_backend_color(), pos: Pos::new(across, down) }
}

/// Puts a name, a description and the dark colours into a picture in light ones. Programs that know
/// no style sheets show the light ones.
pub fn finish(svg: &str, title: &str, description: &str) -> String {
    let (start, rest) = svg.split_once('>').unwrap_or((svg, ""));
    let mut dark = String::new();
    for (light, color) in COLORS {
        for property in ["fill", "stroke"] {
            // Formatting into a string does not fail.
            let _ = write!(dark, "[{property}=\"{}\"]{{{property}:{}}}", hex(light), hex(color));
        }
    }
    format!(
        "{start} role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n\
         <style>@media (prefers-color-scheme:dark){{{dark}}}</style>{rest}",
        escaped(title),
        escaped(description)
    )
}

/// Whether a colour that the backend wrote has one for the dark.
#[cfg(test)]
pub fn knows(color: &str) -> bool {
    COLORS.iter().any(|(light, _)| hex(*light) == color)
}

/// As the backend writes it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as the accessibility guidelines define it.
    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_is_readable_in_light_and_dark() {
        let (sheet, dark_sheet) = COLORS[0];
        for (light, dark) in COLORS.into_iter().filter(|(light, _)| ![SHEET, RULE].contains(light))
        {
            assert!(contrast(light, sheet) >= 4.5, "{light:?}");
            assert!(contrast(dark, dark_sheet) >= 4.5, "{dark:?}");
        }
    }

    #[test]
    fn the_style_sheet_has_these_colours() {
        let css = include_str!("../../web/style.css");
        for (light, dark) in COLORS {
            for color in [light, dark] {
                let hex = hex(color).to_lowercase();
                assert!(css.contains(&format!(": {hex};")), "{hex}");
            }
        }
    }
}
