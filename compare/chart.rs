//! What was measured, as a picture: a panel for each operation, a line for each boundary, and time
//! on a logarithmic scale.

mod panel;
mod theme;

use std::error::Error;

use plotters::{
    coord::Shift,
    prelude::{DrawingArea, IntoDrawingArea, SVGBackend, Text},
    style::text_anchor::{HPos, VPos},
};

use self::theme::{INK, SHEET, SOFT, accent, text};
use super::{boundary::Technique, record::Record};

/// Where the chart is drawn.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 1120;
const MARGIN: i32 = 24;
/// The room for the title and what is said below it.
const HEAD: u32 = 112;
const FOOT: u32 = 16;

/// Draws it, as SVG. The same record gives the same picture.
///
/// # Errors
///
/// When a number cannot be drawn; those of a measured record can.
pub fn draw(record: &Record) -> Result<String, Box<dyn Error>> {
    let panels = record.operations.len() as u32;
    let across = panels.clamp(1, 2);
    let down = panels.div_ceil(across);
    let panel = panel::height(record.boundaries.len());
    let size = (WIDTH, HEAD + down * panel + FOOT);

    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        // A viewer may be dark where the system is light, and the other way round.
        area.fill(&SHEET)?;
        head(&area, record)?;
        let width = (WIDTH - MARGIN as u32) / across;
        for (index, row) in record.operations.iter().enumerate() {
            let (column, line) = (index as u32 % across, index as u32 / across);
            let place = (MARGIN as u32 + column * width, HEAD + line * panel);
            let size = (width - MARGIN as u32, panel);
            panel::draw(&area.clone().shrink(place, size), record, row)?;
        }
        area.present()?;
    }
    Ok(theme::finish(&svg, &title(record), &description(record)))
}

fn title(record: &Record) -> String {
    format!("What a call costs on {}", record.machine.cpu)
}

/// What those hear who do not see it.
fn description(record: &Record) -> String {
    let list = |names: Vec<&str>| names.join("; ");
    format!(
        "Median time of a call, on logarithmic scales. Operations: {}. Boundaries: {}.",
        list(record.operations.iter().map(|row| &*row.name).collect()),
        list(record.boundaries.iter().map(|column| &*column.name).collect()),
    )
}

fn head(area: &Area, record: &Record) -> Result<(), Box<dyn Error>> {
    let machine = &record.machine;
    let versions: Vec<_> =
        record.versions.iter().map(|part| format!("{} {}", part.name, part.version)).collect();
    let facts = format!(
        "{} cores, {}, {}; {}; {} build",
        machine.cores,
        machine.os,
        machine.arch,
        versions.join(", "),
        record.profile
    );
    let warnings = match &*record.warnings {
        [] => String::new(),
        warnings => format!("mind: {}", warnings.join("; ")),
    };
    let left = (HPos::Left, VPos::Center);
    for (y, line, size, color) in
        [(26, title(record), 20, INK), (50, facts, 13, SOFT), (70, warnings, 13, theme::WRONG)]
    {
        let longest = (f64::from(WIDTH - 2 * MARGIN as u32) / (f64::from(size) * 0.56)) as usize;
        area.draw(&Text::new(shortened(&line, longest), (MARGIN, y), text(size, color, left)))?;
    }

    let mut x = MARGIN;
    for (technique, name) in [
        (Technique::Rust, "Rust"),
        (Technique::Ffi, "FFI"),
        (Technique::Wasm, "WebAssembly"),
        (Technique::Grpc, "gRPC"),
    ] {
        if record.boundaries.iter().any(|column| column.technique == technique) {
            area.draw(&Text::new(name, (x, 90), text(13, accent(technique), left)))?;
            x += 20 + name.len() as i32 * 8;
        }
    }
    let said = "dot: median; bar: 95 % interval; ×: times direct Rust";
    area.draw(&Text::new(
        said,
        (WIDTH as i32 - MARGIN, 90),
        text(12, SOFT, (HPos::Right, VPos::Center)),
    ))?;
    Ok(())
}

/// No longer than so many characters.
fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::record::{Cell, Time};

    /// The dots of each panel, from top to bottom: where they are, and the medians.
    fn dots(record: &Record, svg: &str) -> Vec<Vec<(f64, f64)>> {
        let document = roxmltree::Document::parse(svg).unwrap();
        let x = |circle: roxmltree::Node| circle.attribute("cx").unwrap().parse().unwrap();
        let mut circles = document.descendants().filter(|node| node.has_tag_name("circle")).map(x);
        let medians = |cells: &[Cell]| -> Vec<f64> {
            cells.iter().filter_map(Cell::time).map(|time: &Time| time.median_ns).collect()
        };
        let panels = record
            .operations
            .iter()
            .map(|row| {
                medians(&row.cells).into_iter().map(|ns| (circles.next().unwrap(), ns)).collect()
            })
            .collect();
        assert_eq!(circles.next(), None);
        panels
    }

    #[test]
    fn every_measured_cell_is_one_dot_on_a_logarithmic_scale() {
        let record = Record::sample();
        let svg = draw(&record).unwrap();
        for dots in dots(&record, &svg) {
            let (least, most) = dots.iter().fold((dots[0], dots[0]), |(least, most), &dot| {
                (if dot.1 < least.1 { dot } else { least }, if dot.1 > most.1 { dot } else { most })
            });
            let scale = (most.0 - least.0) / (most.1 / least.1).ln();
            for (x, ns) in dots {
                let place = least.0 + scale * (ns / least.1).ln();
                assert!((x - place).abs() <= 1.5, "{ns} ns at {x}, not {place}");
            }
        }
    }

    #[test]
    fn a_picture_is_named_has_a_ground_and_is_the_same_each_time() {
        let record = Record::sample();
        let svg = draw(&record).unwrap();
        assert_eq!(svg, draw(&record).unwrap());
        let document = roxmltree::Document::parse(&svg).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let labels: Vec<_> = root.attribute("aria-labelledby").unwrap().split(' ').collect();
        for (tag, label) in ["title", "desc"].into_iter().zip(labels) {
            let node = root.children().find(|node| node.has_tag_name(tag)).unwrap();
            assert_eq!(node.attribute("id"), Some(label));
            assert!(node.text().unwrap().contains(&record.machine.cpu) == (tag == "title"));
        }
        let ground = document.descendants().find(|node| node.has_tag_name("rect")).unwrap();
        assert_eq!(ground.attribute("width"), Some(&*WIDTH.to_string()));

        // A colour that the theme does not know would stay as it is in the dark.
        for node in document.descendants() {
            for color in ["fill", "stroke"].iter().filter_map(|name| node.attribute(*name)) {
                assert!(color == "none" || theme::knows(color), "{color}");
            }
        }
    }

    #[test]
    fn whatever_was_measured_is_a_picture() {
        let mut record = Record::sample();
        "<&\"quoted\">".repeat(30).clone_into(&mut record.machine.cpu);
        record.operations.truncate(1);
        let cells = &mut record.operations[0].cells;
        cells[1..].fill(Cell::Absent { absent: "interrupted".to_owned() });
        assert_eq!(dots(&record, &draw(&record).unwrap())[0].len(), 1);
        record.operations[0].cells[0] = Cell::Absent { absent: "interrupted".to_owned() };
        assert!(dots(&record, &draw(&record).unwrap())[0].is_empty());
        record.operations.clear();
        assert!(dots(&record, &draw(&record).unwrap()).is_empty());
    }

    #[test]
    fn long_lines_are_cut() {
        assert_eq!(shortened("twelve chars", 12), "twelve chars");
        assert_eq!(shortened("twelve chars", 6), "twelv…");
    }
}
