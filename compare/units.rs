//! Numbers as people read them: three digits that count, and a unit.

use super::record::Time;

/// A time, given in nanoseconds.
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

/// How many times as long.
pub fn ratio(ratio: f64) -> String {
    if ratio < 999.5 {
        return format!("{}×", digits(ratio));
    }
    let unit = 10_f64.powf(ratio.log10().floor() - 2.0);
    let text = format!("{:.0}", (ratio / unit).round() * unit);
    let mut grouped = String::new();
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && (text.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + "×"
}

/// How far the interval reaches from the median, in percent of it; nothing for a single sample,
/// which cannot tell.
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

fn scaled(value: f64, units: &[&str]) -> String {
    scaled_by(1000.0, value, units)
}

fn scaled_by(step: f64, mut value: f64, units: &[&str]) -> String {
    let mut units = units.iter().peekable();
    loop {
        let unit = units.next().copied().unwrap_or_default();
        // What would be rounded to a whole step is 1 of the next unit.
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
        let times = [0.5, 1.754, 17.54, 175.4, 999.4, 999.6, 16.3e6, 1.2e9, 4.5e12].map(time);
        assert_eq!(
            times,
            [
                "0.500 ns", "1.75 ns", "17.5 ns", "175 ns", "999 ns", "1.00 µs", "16.3 ms",
                "1.20 s", "4500 s"
            ]
        );
        assert_eq!([640e3, 12.34e9].map(throughput), ["640 kB/s", "12.3 GB/s"]);
        assert_eq!([64.0, 1023.6, 5325.0].map(size), ["64.0 B", "1.00 KiB", "5.20 KiB"]);
    }

    #[test]
    fn marks_of_a_scale_have_one_digit() {
        let marks = [-1, 0, 2, 3, 8, 9, 10].map(power_of_ten);
        assert_eq!(marks, ["0.1 ns", "1 ns", "100 ns", "1 µs", "100 ms", "1 s", "10 s"]);
    }

    #[test]
    fn large_ratios_are_rounded_and_grouped() {
        let ratios = [0.25, 1.0, 99.96, 999.6, 81_234.0, 1_234_567.0].map(ratio);
        assert_eq!(ratios, ["0.250×", "1.00×", "100×", "1,000×", "81,200×", "1,230,000×"]);
    }

    #[test]
    fn a_spread_is_the_longer_arm_and_needs_two_samples() {
        let mut time = Time {
            median_ns: 100.0,
            interval_ns: [99.0, 112.0],
            samples: 2,
            calls: 1,
            ratio: None,
            ratio_interval: None,
            bytes_per_second: None,
        };
        assert_eq!(spread(&time).map(percent).as_deref(), Some("±12 %"));
        time.interval_ns = [98.5, 100.0];
        assert_eq!(spread(&time).map(percent).as_deref(), Some("±1.5 %"));
        time.samples = 1;
        assert_eq!(spread(&time), None);
    }

    /// The page has these functions in JavaScript (web/compare/scale.js), held to the same cases.
    #[test]
    fn the_page_writes_numbers_likewise() {
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
            let time = Time {
                median_ns: case[0]["median"].as_f64().unwrap(),
                interval_ns: serde_json::from_value(case[0]["interval"].clone()).unwrap(),
                samples: serde_json::from_value(case[0]["samples"].clone()).unwrap(),
                calls: 1,
                ratio: None,
                ratio_interval: None,
                bytes_per_second: None,
            };
            assert_eq!(spread(&time).map(percent).unwrap_or_default(), case[1], "{time:?}");
        }
    }
}
