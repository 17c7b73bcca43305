//! One operation: names on the left, dots in the middle, numbers on the right.

use std::error::Error;

use plotters::{
    prelude::{ChartBuilder, Circle, IntoLogRange, PathElement, Text},
    style::{
        Color,
        text_anchor::{HPos, VPos},
    },
};

use super::{
    Area, shortened,
    theme::{INK, RULE, SOFT, accent, text},
};
use crate::compare::{
    record::{Cell, Record, Row},
    units,
};

/// The height of a line.
const LINE: u32 = 18;
/// The room above the lines, for the name and the scale.
const HEAD: u32 = 48;
const FOOT: u32 = 24;
/// The room for the names, and the characters that fit.
const NAMES: u32 = 172;
const NAME: usize = 26;
/// The room for the numbers, and for the ratios at their right.
const NUMBERS: u32 = 134;
const RATIOS: i32 = 66;
/// How many marks of the scale have room for a number.
const MARKS: i32 = 5;

/// How much room so many boundaries need.
pub fn height(boundaries: usize) -> u32 {
    HEAD + boundaries as u32 * LINE + FOOT
}

/// Draws a row of the record.
pub fn draw(area: &Area, record: &Record, row: &Row) -> Result<(), Box<dyn Error>> {
    let (width, _) = area.dim_in_pixel();
    let (left, right) = ((HPos::Left, VPos::Center), (HPos::Right, VPos::Center));
    area.draw(&Text::new(row.name.clone(), (0, 12), text(15, INK, left)))?;

    for (index, (column, cell)) in record.boundaries.iter().zip(&row.cells).enumerate() {
        let y = (HEAD + LINE / 2) as i32 + index as i32 * LINE as i32;
        let name = shortened(&column.name, NAME);
        let color = accent(column.technique);
        area.draw(&Text::new(name, (NAMES as i32 - 12, y), text(12, color, right)))?;
        let (number, ratio) = match cell {
            Cell::Time(time) => {
                (units::time(time.median_ns), time.ratio.map(units::ratio).unwrap_or_default())
            }
            Cell::Absent { .. } => ("–".to_owned(), String::new()),
        };
        let end = width as i32;
        area.draw(&Text::new(number, (end - RATIOS, y), text(12, INK, right)))?;
        area.draw(&Text::new(ratio, (end, y), text(12, SOFT, right)))?;
    }

    let lines = record.boundaries.len() as u32 * LINE;
    let plot = area.clone().shrink((NAMES, HEAD), (width - NAMES - NUMBERS, lines));
    plot_times(area, &plot, record, row)
}

/// The dots, over a scale that starts and ends at a power of ten.
fn plot_times(area: &Area, plot: &Area, record: &Record, row: &Row) -> Result<(), Box<dyn Error>> {
    let times = || row.cells.iter().filter_map(Cell::time);
    let lowest = times().map(|time| time.interval_ns[0]).fold(f64::INFINITY, f64::min);
    let highest = times().map(|time| time.interval_ns[1]).fold(0.0, f64::max);
    if times().next().is_none() {
        return Ok(());
    }
    let first = lowest.log10().floor() as i32;
    let last = (highest.log10().ceil() as i32).max(first + 1);
    let (start, end) = (10_f64.powi(first), 10_f64.powi(last));
    let lines = record.boundaries.len() as f64;
    let mut chart =
        ChartBuilder::on(plot).build_cartesian_2d((start..end).log_scale(), lines..0.0)?;

    let every = (last - first - 1) / MARKS + 1;
    for power in first..=last {
        let at = 10_f64.powi(power);
        chart.draw_series([PathElement::new([(at, 0.0), (at, lines)], RULE)])?;
        if (power - first) % every == 0 {
            let (x, y) = chart.backend_coord(&(at, 0.0));
            let (base_x, base_y) = area.get_base_pixel();
            let mark = units::power_of_ten(power);
            let middle = (HPos::Center, VPos::Center);
            area.draw(&Text::new(mark, (x - base_x, y - base_y - 9), text(11, SOFT, middle)))?;
        }
    }
    for (index, (column, cell)) in record.boundaries.iter().zip(&row.cells).enumerate() {
        let Cell::Time(time) = cell else { continue };
        let (y, color) = (index as f64 + 0.5, accent(column.technique));
        let [low, high] = time.interval_ns;
        let thin = RULE.stroke_width(1);
        chart.draw_series([PathElement::new([(start, y), (time.median_ns, y)], thin)])?;
        let thick = color.stroke_width(3);
        chart.draw_series([PathElement::new([(low, y), (high, y)], thick)])?;
        chart.draw_series([Circle::new((time.median_ns, y), 4, color.filled())])?;
    }
    Ok(())
}
