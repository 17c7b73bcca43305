//! The text of `grpc-timeout`.

use std::time::Duration;

use http::HeaderValue;

/// The most digits that the specification allows in a timeout.
pub const MAX_DIGITS: usize = 8;

/// The units of `grpc-timeout`, the finest first, each in nanoseconds.
const UNITS: [(char, u128); 6] = [
    ('n', 1),
    ('u', 1_000),
    ('m', 1_000_000),
    ('S', 1_000_000_000),
    ('M', 60_000_000_000),
    ('H', 3_600_000_000_000),
];

/// The time in a `grpc-timeout`.
pub fn parse(value: &HeaderValue) -> Option<Duration> {
    let (digits, unit) = value.to_str().ok()?.split_at_checked(value.len().checked_sub(1)?)?;
    // `parse` alone would take "+5".
    if digits.len() > MAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    let (_, nanos) = UNITS.into_iter().find(|(name, _)| unit.starts_with(*name))?;
    Some(Duration::from_nanos_u128(u128::from(count) * nanos))
}

/// The `grpc-timeout` for a time, in the finest unit that holds it, rounded up: a server should
/// not give up before its caller does.
pub fn encode(timeout: Duration) -> HeaderValue {
    let limit = 10_u128.pow(MAX_DIGITS as u32) - 1;
    let text = UNITS
        .into_iter()
        .map(|(unit, nanos)| (unit, timeout.as_nanos().div_ceil(nanos)))
        .find(|(_, count)| *count <= limit)
        .map_or_else(|| format!("{limit}H"), |(unit, count)| format!("{count}{unit}"));
    HeaderValue::try_from(text).expect("digits and a letter make a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Duration> {
        parse(&HeaderValue::from_bytes(text.as_bytes()).unwrap())
    }

    #[test]
    fn there_are_six_units() {
        for (text, timeout) in [
            ("1H", Duration::from_secs(3600)),
            ("2M", Duration::from_secs(120)),
            ("3S", Duration::from_secs(3)),
            ("4m", Duration::from_millis(4)),
            ("5u", Duration::from_micros(5)),
            ("6n", Duration::from_nanos(6)),
            ("0S", Duration::ZERO),
            ("00000007S", Duration::from_secs(7)),
            ("99999999H", Duration::from_secs(99_999_999 * 3600)),
        ] {
            assert_eq!(parsed(text), Some(timeout), "{text}");
        }
    }

    #[test]
    fn what_is_malformed_is_no_timeout() {
        for text in [
            "",
            "5",
            "S",
            "5 S",
            "+5S",
            "-5S",
            "5.5S",
            "5s",
            "5h",
            "5ms",
            "S5",
            "123456789n",
            "5µ",
            "٥S",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_finest_unit_that_fits_is_written() {
        for (timeout, text) in [
            (Duration::ZERO, "0n"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_nanos(100_000_000), "100000u"),
            (Duration::from_secs(10), "10000000u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(86_400 * 2), "172800S"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(encode(timeout), text, "{timeout:?}");
        }
    }

    #[test]
    fn no_time_is_lost_on_the_way() {
        // Odd lengths from nanoseconds to centuries.
        for nanos in (0..62).map(|bits| (1_u64 << bits) + 12_345) {
            let timeout = Duration::from_nanos(nanos);
            let read = parse(&encode(timeout)).unwrap();
            // A unit is up to a thousand of the finer ones, of which there are 10^8 by then.
            let more = timeout / 100_000;
            assert!(timeout <= read && read <= timeout + more, "{timeout:?} became {read:?}");
        }
    }
}
