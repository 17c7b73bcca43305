//! The result as a picture: a panel for each operation, a line for each boundary, and time on a
//! logarithmic scale.
//!
//! It is SVG, in the colours of web/style.css, for light and for dark. Programs that ignore style
//! sheets show the light ones.

use std::fmt::Write;

use super::{
    boundaries::Technique,
    record::{Cell, Record, Row},
    units::{self, shortened},
};

const WIDTH: f64 = 1120.0;
const MARGIN: f64 = 24.0;
/// Height for the title and the lines below it.
const HEAD: f64 = 112.0;
const FOOT: f64 = 16.0;
/// In a panel: the height of a line, and the height above the lines (for the name and the scale)
/// and below them.
const LINE: f64 = 18.0;
const PANEL_HEAD: f64 = 48.0;
const PANEL_FOOT: f64 = 24.0;
/// Width for the names, and the number of characters that fit.
const NAMES: f64 = 172.0;
const NAME: usize = 26;
/// Width for the numbers, and for the ratios to their right.
const NUMBERS: f64 = 134.0;
const RATIOS: f64 = 66.0;
/// Number of marks on the scale that have room for a number.
const MARKS: i32 = 5;

const SHEET: &str = "#fdfdfc";
const INK: &str = "#1b2026";
const SOFT: &str = "#545d66";
const RULE: &str = "#d5d8d3";
const WRONG: &str = "#a81e2c";

/// Each colour on a light ground, and on a dark one.
const COLORS: [(&str, &str); 9] = [
    (SHEET, "#191d21"),
    (INK, "#e5e8ea"),
    (SOFT, "#a3adb6"),
    (RULE, "#30363c"),
    (WRONG, "#ff9d98"),
    (technique(Technique::Rust).0, "#9dbfe3"),
    (technique(Technique::Ffi).0, "#f29a63"),
    (technique(Technique::Wasm).0, "#b3a6ff"),
    (technique(Technique::Grpc).0, "#5ccbb9"),
];

/// The colour of a technique, and its name.
const fn technique(technique: Technique) -> (&'static str, &'static str) {
    match technique {
        Technique::Rust => ("#2b4a6b", "Rust"),
        Technique::Ffi => ("#a03f08", "FFI"),
        Technique::Wasm => ("#5a3fc9", "WebAssembly"),
        Technique::Grpc => ("#0b665b", "gRPC"),
    }
}

/// Draws a record as SVG. The same record gives the same picture.
pub fn draw(record: &Record) -> String {
    let across = record.operations.len().clamp(1, 2);
    let down = record.operations.len().div_ceil(across) as f64;
    let panel = PANEL_HEAD + record.boundaries.len() as f64 * LINE + PANEL_FOOT;
    let title = format!("What a call costs on {}", record.machine.cpu);
    let mut svg = Svg { title, text: String::new() };
    svg.open(HEAD + down * panel + FOOT, record);
    svg.head(record);
    let width = (WIDTH - MARGIN) / across as f64;
    for (index, row) in record.operations.iter().enumerate() {
        let left = MARGIN + (index % across) as f64 * width;
        svg.panel(record, row, left, HEAD + (index / across) as f64 * panel, width - MARGIN);
    }
    svg.text + "</svg>\n"
}

/// A picture that is being drawn. Writing to a string does not fail.
struct Svg {
    title: String,
    text: String,
}

impl Svg {
    /// The size, the ground and the colours, and a text for screen readers.
    fn open(&mut self, height: f64, record: &Record) {
        let dark = COLORS.map(|(light, dark)| {
            format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
        });
        let list = |names: Vec<&str>| names.join("; ");
        let description = format!(
            "Median time of a call, on logarithmic scales. Operations: {}. Boundaries: {}.",
            list(record.operations.iter().map(|row| &*row.name).collect()),
            list(record.boundaries.iter().map(|column| &*column.name).collect()),
        );
        let _ = writeln!(
            self.text,
            "<svg width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title description\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n\
             <style>@media (prefers-color-scheme:dark){{{}}}</style>\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{SHEET}\"/>",
            escaped(&self.title),
            escaped(&description),
            dark.concat(),
        );
    }

    /// A text with its start, middle or end at a place.
    fn text(&mut self, (x, y): (f64, f64), size: u32, color: &str, anchor: &str, text: &str) {
        let _ = writeln!(
            self.text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" dy=\"0.5ex\" text-anchor=\"{anchor}\" \
             font-family=\"sans-serif\" font-size=\"{size}\" fill=\"{color}\">{}</text>",
            escaped(text)
        );
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), width: u32, color: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = writeln!(
            self.text,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{color}\" \
             stroke-width=\"{width}\"/>",
        );
    }

    fn head(&mut self, record: &Record) {
        let machine = &record.machine;
        let (versions, profile) = (record.versions(), &record.profile);
        let (cores, os, arch) = (machine.cores, &machine.os, &machine.arch);
        let facts = format!("{cores} cores, {os}, {arch}; {versions}; {profile} build");
        let mind = if record.warnings.is_empty() { "" } else { "warnings: " };
        let warnings = format!("{mind}{}", record.warnings.join("; "));
        for (y, line, size, color) in [
            (26.0, self.title.clone(), 20, INK),
            (50.0, facts, 13, SOFT),
            (70.0, warnings, 13, WRONG),
        ] {
            let longest = ((WIDTH - 2.0 * MARGIN) / (f64::from(size) * 0.56)) as usize;
            self.text((MARGIN, y), size, color, "start", &shortened(&line, longest));
        }
        let mut x = MARGIN;
        for it in [Technique::Rust, Technique::Ffi, Technique::Wasm, Technique::Grpc] {
            if record.boundaries.iter().any(|column| column.technique == it) {
                let (color, name) = technique(it);
                self.text((x, 90.0), 13, color, "start", name);
                x += 20.0 + name.len() as f64 * 8.0;
            }
        }
        let said = "dot: median; bar: 95 % interval; ×: ratio to direct Rust";
        self.text((WIDTH - MARGIN, 90.0), 12, SOFT, "end", said);
    }

    /// One operation: names on the left, dots in the middle, numbers on the right.
    fn panel(&mut self, record: &Record, row: &Row, left: f64, top: f64, width: f64) {
        self.text((left, top + 12.0), 15, INK, "start", &row.name);
        let right = left + width;
        let lines = || {
            let y = |index: usize| top + PANEL_HEAD + LINE * (index as f64 + 0.5);
            let cells = record.boundaries.iter().zip(&row.cells).enumerate();
            cells.map(move |(index, (column, cell))| (y(index), column, cell.time()))
        };
        for (y, column, time) in lines() {
            let name = shortened(&column.name, NAME);
            let color = technique(column.technique).0;
            self.text((left + NAMES - 12.0, y), 12, color, "end", &name);
            let number = time.map_or("–".to_owned(), |time| units::time(time.median_ns));
            self.text((right - RATIOS, y), 12, INK, "end", &number);
            if let Some(ratio) = time.and_then(|time| time.ratio) {
                self.text((right, y), 12, SOFT, "end", &units::ratio(ratio));
            }
        }

        // The scale starts and ends at a power of ten.
        let times = || row.cells.iter().filter_map(Cell::time);
        let lowest = times().map(|time| time.interval_ns[0]).fold(f64::INFINITY, f64::min);
        let highest = times().map(|time| time.interval_ns[1]).fold(0.0, f64::max);
        if times().next().is_none() {
            return;
        }
        let first = lowest.log10().floor() as i32;
        let last = (highest.log10().ceil() as i32).max(first + 1);
        let (start, end) = (left + NAMES, right - NUMBERS);
        let x = |ns: f64| {
            start + (end - start) * (ns.log10() - f64::from(first)) / f64::from(last - first)
        };
        let bottom = top + PANEL_HEAD + record.boundaries.len() as f64 * LINE;
        for power in first..=last {
            let at = x(10_f64.powi(power));
            self.line((at, top + PANEL_HEAD), (at, bottom), 1, RULE);
            if (power - first) % ((last - first - 1) / MARKS + 1) == 0 {
                let mark = units::power_of_ten(power);
                self.text((at, top + PANEL_HEAD - 9.0), 11, SOFT, "middle", &mark);
            }
        }
        for (y, column, time) in lines() {
            let Some(time) = time else { continue };
            let (color, [low, high]) = (technique(column.technique).0, time.interval_ns.map(x));
            let median = x(time.median_ns);
            self.line((start, y), (median, y), 1, RULE);
            self.line((low, y), (high, y), 3, color);
            let _ = writeln!(
                self.text,
                "<circle cx=\"{median:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{color}\"/>"
            );
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The positions of the dots, from top to bottom.
    fn dots(svg: &str) -> Vec<f64> {
        let document = roxmltree::Document::parse(svg).unwrap();
        let circles = document.descendants().filter(|node| node.has_tag_name("circle"));
        circles.map(|circle| circle.attribute("cx").unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn every_measured_cell_is_one_dot_on_a_logarithmic_scale() {
        let record = Record::sample();
        let mut dots = dots(&draw(&record)).into_iter();
        for row in &record.operations {
            let times = row.cells.iter().filter_map(Cell::time).map(|time| time.median_ns.ln());
            let dots: Vec<(f64, f64)> = times.map(|ln| (ln, dots.next().unwrap())).collect();
            let by_time = |one: &&(f64, f64), other: &&(f64, f64)| one.0.total_cmp(&other.0);
            let [least, most] =
                [dots.iter().min_by(by_time), dots.iter().max_by(by_time)].map(|dot| *dot.unwrap());
            let scale = (most.1 - least.1) / (most.0 - least.0);
            for &(ln, x) in &dots {
                let place = least.1 + scale * (ln - least.0);
                assert!((x - place).abs() <= 1.5, "{} ns at {x}, not {place}", ln.exp());
                assert!((NAMES..WIDTH).contains(&x), "{x} is outside the picture");
            }
        }
        assert_eq!(dots.next(), None);
    }

    #[test]
    fn whatever_was_measured_is_a_picture_with_a_name() {
        let mut record = Record::sample();
        "<&\"quoted\">".clone_into(&mut record.machine.cpu);
        record.operations.truncate(1);
        let absent = || Cell::Absent { absent: "interrupted".to_owned() };
        record.operations[0].cells[1..].fill_with(absent);
        let svg = draw(&record);
        assert_eq!(dots(&svg).len(), 1);
        let document = roxmltree::Document::parse(&svg).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("aria-labelledby"), Some("title description"));
        let named = |id: &str| root.children().find(|node| node.attribute("id") == Some(id));
        assert!(named("title").unwrap().text().unwrap().contains(&record.machine.cpu));
        assert!(named("description").unwrap().text().unwrap().contains("add"));

        record.operations[0].cells[0] = absent();
        assert!(dots(&draw(&record)).is_empty());
        record.operations.clear();
        assert!(dots(&draw(&record)).is_empty());
    }

    #[test]
    fn the_colours_are_those_of_the_page() {
        let css = include_str!("../web/style.css");
        for color in COLORS.iter().flat_map(|(light, dark)| [light, dark]) {
            assert!(css.contains(&format!(": {color};")), "{color}");
        }
    }
}
