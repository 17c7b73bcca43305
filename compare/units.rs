//! Numbers for people: three significant digits, and a unit.

use indicatif::HumanCount;

use super::record::Time;

/// A time from nanoseconds.
pub fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, &["ns", "µs", "ms", "s"])
}

/// A mark on a scale: ten to this power, in nanoseconds.
pub fn power_of_ten(power: i32) -> String {
    let (unit, power) = match power {
        ..3 => ("ns", power),
        3..6 => ("µs", power - 3),
        6..9 => ("ms", power - 6),
        _ => ("s", power - 9),
    };
    format!("{} {unit}", 10_f64.powi(power))
}

/// Bytes per second, by powers of a thousand.
pub fn throughput(bytes_per_second: f64) -> String {
    scaled(bytes_per_second, &["B/s", "kB/s", "MB/s", "GB/s", "TB/s"])
}

/// A ratio, such as "1.50×".
pub fn ratio(ratio: f64) -> String {
    if ratio < 999.5 {
        return format!("{}×", digits(ratio));
    }
    let unit = 10_f64.powf(ratio.log10().floor() - 2.0);
    let rounded = (ratio / unit).round() * unit;
    format!("{}×", HumanCount(rounded as u64))
}

/// The distance of the interval from the median, in percent of the median; `None` for a single
/// sample, which has no interval.
pub fn spread(time: &Time) -> Option<f64> {
    let [low, high] = time.interval_ns;
    let reach = (high - time.median_ns).max(time.median_ns - low);
    (time.samples > 1).then_some(100.0 * reach / time.median_ns)
}

/// A spread, as in `±1.5 %`.
pub fn percent(spread: f64) -> String {
    if spread < 9.95 { format!("±{spread:.1} %") } else { format!("±{spread:.0} %") }
}

/// Bytes, by powers of 1024.
pub fn size(bytes: f64) -> String {
    scaled_by(1024.0, bytes, &["B", "KiB", "MiB", "GiB"])
}

/// The text, cut to at most `longest` characters.
pub fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

fn scaled(value: f64, units: &[&str]) -> String {
    scaled_by(1000.0, value, units)
}

fn scaled_by(step: f64, mut value: f64, units: &[&str]) -> String {
    let mut units = units.iter().peekable();
    loop {
        let unit = units.next().copied().unwrap_or_default();
        // A value that would round up to a whole step is 1 of the next unit.
        if value < step - 0.5 || units.peek().is_none() {
            return format!("{} {unit}", digits(value));
        }
        value /= step;
    }
}

fn digits(value: f64) -> String {
    let decimals = match value {
        _ if value < 0.9995 => 3,
        _ if value < 9.995 => 2,
        _ if value < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_the_unit_that_fits() {
        assert_eq!([64.0, 1023.6, 5325.0].map(size), ["64.0 B", "1.00 KiB", "5.20 KiB"]);
        let marks = [-1, 0, 2, 3, 8, 9, 10].map(power_of_ten);
        assert_eq!(marks, ["0.1 ns", "1 ns", "100 ns", "1 µs", "100 ms", "1 s", "10 s"]);
        assert_eq!(
            [12, 6].map(|longest| shortened("twelve chars", longest)),
            ["twelve chars", "twelv…"]
        );
    }

    /// The page has the same functions in JavaScript (web/compare/scale.js); this checks the same
    /// cases.
    #[test]
    fn the_page_formats_numbers_the_same_way() {
        let cases = include_str!("../tests/data/units.json");
        let cases: serde_json::Value = serde_json::from_str(cases).unwrap();
        for (name, function) in
            [("time", super::time as fn(_) -> _), ("throughput", throughput), ("ratio", ratio)]
        {
            for case in cases[name].as_array().unwrap() {
                let value = case[0].as_f64().unwrap();
                assert_eq!(function(value), case[1], "{name} of {value}");
            }
        }
        for case in cases["spread"].as_array().unwrap() {
            let [median_ns, low, high] =
                [&case[0]["median"], &case[0]["interval"][0], &case[0]["interval"][1]]
                    .map(|number| number.as_f64().unwrap());
            let samples = case[0]["samples"].as_u64().unwrap() as usize;
            let time = Time { samples, interval_ns: [low, high], ..Time::of(median_ns) };
            assert_eq!(spread(&time).map(percent).unwrap_or_default(), case[1], "{time:?}");
        }
    }
}
