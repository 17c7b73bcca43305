//! Numbers as people read them: three digits, and the unit that fits.

/// A duration, from nanoseconds.
pub fn time(ns: f64) -> String {
    scaled(ns, &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)])
}

/// Bytes per second.
pub fn speed(bytes_per_second: f64) -> String {
    scaled(bytes_per_second, &[("B/s", 1.0), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9)])
}

/// Bytes, as memory is counted.
pub fn size(bytes: f64) -> String {
    const KIB: f64 = 1024.0;
    scaled(bytes, &[("B", 1.0), ("KiB", KIB), ("MiB", KIB * KIB), ("GiB", KIB * KIB * KIB)])
}

/// How many times as much.
pub fn ratio(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// In the largest unit of which there is at least one.
fn scaled(number: f64, units: &[(&str, f64)]) -> String {
    // What would be rounded up to 1000 of one unit is 1 of the next.
    let fits = |&&(_, unit): &&(&str, f64)| number >= 0.9995 * unit;
    let (name, unit) = units.iter().rev().find(fits).unwrap_or(&units[0]);
    format!("{} {name}", digits(number / unit))
}

/// Three significant digits, with commas between thousands.
fn digits(number: f64) -> String {
    let magnitude = number.abs().max(0.01).log10();
    // 9.996 is rounded to 10.0, not to 10.00.
    let decimals = (0..=2).rev().find(|decimals| magnitude < log10_of_limit(*decimals));
    if let Some(decimals) = decimals.filter(|_| number < 999.5) {
        return format!("{number:.decimals$}");
    }
    let step = 10_f64.powf(magnitude.floor() - 2.0);
    let whole = format!("{:.0}", (number / step).round() * step);
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join(",")
}

/// Below which number so many decimals make three digits.
fn log10_of_limit(decimals: usize) -> f64 {
    match decimals {
        2 => 9.995_f64.log10(),
        1 => 99.95_f64.log10(),
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_the_unit_that_fits() {
        for (ns, text) in [
            (0.0, "0.00 ns"),
            (1.749, "1.75 ns"),
            (9.994, "9.99 ns"),
            (9.996, "10.0 ns"),
            (99.96, "100 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 µs"),
            (118_400.0, "118 µs"),
            (56e6, "56.0 ms"),
            (1.25e9, "1.25 s"),
            (1.2346e12, "1,230 s"),
        ] {
            assert_eq!(time(ns), text, "{ns}");
        }
        assert_eq!(ratio(1.0), "1.00×");
        assert_eq!(ratio(67_543.2), "67,500×");
        assert_eq!(ratio(1_234_567.0), "1,230,000×");
        assert_eq!(size(5324.0), "5.20 KiB");
        assert_eq!(size(64.0), "64.0 B");
        assert_eq!(speed(4.2e9), "4.20 GB/s");
    }
}
