use core::{
    ffi::c_void,
    mem::offset_of,
    ops::ControlFlow,
    ptr::{NonNull, null, null_mut},
};
use std::{fs, io, panic};

use super::*;

fn sample(value: f64) -> Sample {
    Sample { time_ms: 1_700_000_000_000, value }
}

fn series_of(values: &[f64]) -> Series {
    let mut series = Series::new("cellar", Unit::Celsius).unwrap();
    series.extend(&values.iter().copied().map(sample).collect::<Vec<_>>()).unwrap();
    series
}

/// A series whose name, given by C code, is not UTF-8.
fn badly_named() -> Series {
    let mut raw = null_mut();
    // SAFETY: a C string and a writable place for the handle, which has no other owner.
    unsafe {
        assert_eq!(sys::pg_series_new(c"caf\xE9".as_ptr(), 0, &mut raw), sys::PG_OK);
        Series::from_raw(raw).unwrap()
    }
}

#[test]
fn a_name_comes_back_in_any_language() {
    for name in ["", "cellar", "地下室", &"x".repeat(100_000)] {
        let series = Series::new(name, Unit::None).unwrap();
        assert_eq!(series.name(), Ok(name));
        assert_eq!(series.describe(), Ok(format!("{name}: 0 samples")));
    }
}

#[test]
fn a_nul_inside_the_name_is_named() {
    let error = Series::new("cel\0lar", Unit::None).unwrap_err();
    assert_eq!(error, Error::InteriorNul { position: 3 });
}

#[test]
fn a_name_from_c_that_is_not_utf8_is_an_error_and_what_c_made_is_freed() {
    let series = badly_named();
    assert_eq!(series.name(), Err(Error::NotUtf8 { valid_up_to: 3 }));
    assert_eq!(series.describe(), Err(Error::NotUtf8 { valid_up_to: 3 }));
    assert!(format!("{series:?}").contains("NotUtf8"));
}

#[test]
fn every_unit_comes_back_and_has_its_sentence() {
    for (unit, described) in [
        (Unit::None, "x: 1 sample"),
        (Unit::Celsius, "x: 1 sample in °C"),
        (Unit::Percent, "x: 1 sample in %"),
        (Unit::Hectopascal, "x: 1 sample in hPa"),
    ] {
        let mut series = Series::new("x", unit).unwrap();
        series.push(sample(1.0)).unwrap();
        assert_eq!(series.unit(), Ok(unit));
        assert_eq!(series.summary().unwrap().unit, unit);
        assert_eq!(series.describe().as_deref(), Ok(described));
    }
}

#[test]
fn c_refuses_a_unit_that_it_does_not_know() {
    for unit in [-1, 4, i32::MAX, i32::MIN] {
        let mut raw = NonNull::dangling().as_ptr();
        // SAFETY: a C string and a writable place for the handle.
        let status = unsafe { sys::pg_series_new(c"x".as_ptr(), unit, &mut raw) };
        assert_eq!((status, raw), (sys::PG_UNKNOWN_UNIT, null_mut()));
    }
}

#[test]
fn null_from_c_is_an_error() {
    // SAFETY: `from_raw` allows NULL.
    let series = unsafe { Series::from_raw(null_mut()) };
    assert_eq!(series.unwrap_err(), Error::NullPointer { function: "pg_series_new" });
    // SAFETY: `borrowed_text` allows NULL.
    let text = unsafe { borrowed_text("pg_series_name", null()) };
    assert_eq!(text, Err(Error::NullPointer { function: "pg_series_name" }));
}

#[test]
fn c_answers_null_and_does_not_follow_it() {
    let mut raw = NonNull::dangling().as_ptr();
    let mut count = 7;
    let series = series_of(&[1.0]).into_raw();
    // SAFETY: the header allows each of these NULLs. The series is freed once.
    unsafe {
        assert_eq!(sys::pg_series_new(null(), 0, &mut raw), sys::PG_NULL_POINTER);
        assert_eq!(raw, null_mut());
        assert_eq!(sys::pg_series_new(c"x".as_ptr(), 0, null_mut()), sys::PG_NULL_POINTER);
        assert!(sys::pg_series_name(null()).is_null());
        assert_eq!(sys::pg_series_unit(null()), sys::PG_UNIT_NONE);
        assert_eq!(sys::pg_series_push(null_mut(), sample(0.0)), sys::PG_NULL_POINTER);
        assert_eq!(sys::pg_series_extend(null_mut(), null(), 0), sys::PG_NULL_POINTER);
        assert_eq!(sys::pg_series_extend(series, null(), 1), sys::PG_NULL_POINTER);
        assert_eq!(sys::pg_series_extend(series, null(), 0), sys::PG_OK);
        assert!(sys::pg_series_samples(null(), &mut count).is_null());
        assert_eq!(count, 0);
        assert!(sys::pg_series_samples(series, null_mut()).is_null());
        assert_eq!(sys::pg_series_summary(series, null_mut()), sys::PG_NULL_POINTER);
        assert!(sys::pg_series_describe(null()).is_null());
        assert_eq!(sys::pg_series_each(null(), None, null_mut()), 0);
        assert_eq!(sys::pg_series_each(series, None, null_mut()), 0);
        assert_eq!(sys::pg_series_load(series, null()), -1);
        assert_eq!(Errno::of_the_last_call(), Errno::INVALID);
        assert_eq!(sys::pg_series_load(null_mut(), c"x".as_ptr()), -1);
        sys::pg_string_free(null_mut());
        sys::pg_series_free(null_mut());
        sys::pg_series_free(series);
    }
}

#[test]
fn an_empty_series_lends_an_empty_slice() {
    let mut series = series_of(&[]);
    series.extend(&[]).unwrap();
    assert_eq!(series.samples(), []);
    assert_eq!(series.summary(), Err(Error::NoSamples));
    assert_eq!(series.each(|_| ControlFlow::Break(())), ControlFlow::Continue(()));
}

#[test]
fn a_large_slice_arrives_whole() {
    let many: Vec<_> = (0..1_000_000).map(|i| sample(f64::from(i))).collect();
    let mut series = series_of(&[]);
    series.extend(&many).unwrap();
    series.push(sample(-1.0)).unwrap();
    assert_eq!(series.samples()[..many.len()], many);
    let summary = series.summary().unwrap();
    assert_eq!((summary.count, summary.lowest), (1_000_001, sample(-1.0)));
}

#[test]
fn a_count_that_overflows_is_refused_before_anything_is_read() {
    let series = series_of(&[1.0]);
    let one = sample(2.0);
    for count in [usize::MAX, usize::MAX / size_of::<Sample>(), isize::MAX as usize / 16] {
        // SAFETY: the header asks for `count` samples, and this is one. The test relies on C
        // checking the count first and returning before it reads.
        let status = unsafe { sys::pg_series_extend(series.0.as_ptr(), &one, count) };
        assert_eq!(status, sys::PG_OUT_OF_MEMORY, "{count}");
    }
    assert_eq!(series.samples(), [sample(1.0)]);
}

#[test]
fn of_equal_samples_the_summary_names_the_first() {
    let mut series = series_of(&[]);
    for (time_ms, value) in [(1, 2.0), (2, 1.0), (3, 2.0), (4, 1.0)] {
        series.push(Sample { time_ms, value }).unwrap();
    }
    let summary = series.summary().unwrap();
    assert_eq!((summary.highest.time_ms, summary.lowest.time_ms), (1, 2));
    assert_eq!(summary.mean, 1.5);
}

/// As `float`s the first four values are equal, and the sums after them are rounded.
#[test]
fn a_summary_is_computed_in_double_precision() {
    let series = series_of(&[1.0 + 3e-16, 1.0, 1.0 - 1e-16, 1.0 + 1e-15]);
    let summary = series.summary().unwrap();
    assert_eq!(summary.lowest.value, 1.0 - 1e-16);
    assert_eq!(summary.highest.value, 1.0 + 1e-15);

    for values in [[16_777_216.0, 1.0], [1e9, 0.5], [9_007_199_254_740_990.0, 1.0]] {
        let mean = series_of(&values).summary().unwrap().mean;
        assert_eq!(mean * 2.0, values[0] + values[1]);
    }
    assert_eq!(series_of(&[1e300, -1e-300]).summary().unwrap().mean, 0.5e300);
}

#[test]
fn a_visit_breaks_where_it_wants_to() {
    let series = series_of(&[1.0, 2.0, 3.0]);
    let mut seen = Vec::new();
    let ended = series.each(|sample| {
        seen.push(sample.value);
        if sample.value == 2.0 { ControlFlow::Break("two") } else { ControlFlow::Continue(()) }
    });
    assert_eq!((ended, seen), (ControlFlow::Break("two"), vec![1.0, 2.0]));
}

#[test]
fn a_panic_in_a_visit_continues_after_c_has_returned() {
    let series = series_of(&[1.0, 2.0]);
    let mut visits = 0;
    let visit = panic::AssertUnwindSafe(|| {
        series.each(|sample| -> ControlFlow<()> {
            visits += 1;
            panic!("no {}", sample.value)
        })
    });
    let payload = panic::catch_unwind(visit).unwrap_err();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "no 1");
    assert_eq!(visits, 1);
    assert_eq!(series.samples().len(), 2, "and the series is as it was");
}

#[test]
fn a_visit_may_read_the_series_and_visit_it_again() {
    let series = series_of(&[1.0, 2.0, 3.0]);
    let mut pairs = 0;
    let ended = series.each(|outer| {
        assert_eq!(series.samples().len(), 3);
        assert!(series.describe().is_ok());
        series.each(|inner| {
            pairs += 1;
            match inner == outer {
                true if inner.value == 3.0 => ControlFlow::Break(pairs),
                _ => ControlFlow::Continue(()),
            }
        })
    });
    assert_eq!(ended, ControlFlow::Break(9));
}

#[test]
fn c_returns_the_result_of_the_callback() {
    unsafe extern "C" fn refuse(_: *const Sample, user_data: *mut c_void) -> i32 {
        assert!(user_data.is_null());
        i32::MIN
    }
    let series = series_of(&[1.0]);
    // SAFETY: the callback reads nothing, and does not unwind.
    let ended = unsafe { sys::pg_series_each(series.as_ptr(), Some(refuse), null_mut()) };
    assert_eq!(ended, i32::MIN);
}

#[test]
fn a_series_moves_to_another_thread_and_is_dropped_there() {
    let series = series_of(&[1.0]);
    let described = std::thread::spawn(move || series.describe()).join().unwrap();
    assert_eq!(described.as_deref(), Ok("cellar: 1 sample in °C"));
}

/// A file of its own for each test, because tests run in parallel. It is removed at the end.
struct File(std::path::PathBuf);

impl File {
    fn holding(name: &str, text: impl AsRef<[u8]>) -> Self {
        let name = format!("polyglot-{}-{name}.txt", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Checks that C closes what it opens. A leak checker does not report a FILE, because libc
        // keeps it in a list.
        #[cfg(target_os = "linux")]
        for open in fs::read_dir("/proc/self/fd").unwrap().flatten() {
            assert_ne!(fs::read_link(open.path()).unwrap_or_default(), self.0, "still open");
        }
        fs::remove_file(&self.0).unwrap();
    }
}

#[test]
fn a_file_is_loaded_whatever_ends_its_lines() {
    let file = File::holding("good", "1 11.5\n2 -0.5e1\r\n-9223372036854775808 0\n3 0x10");
    let mut series = series_of(&[]);
    series.load(&file.0).unwrap();
    let loaded = series.samples().iter().map(|sample| (sample.time_ms, sample.value));
    assert!(loaded.eq([(1, 11.5), (2, -5.0), (i64::MIN, 0.0), (3, 16.0)]));
}

#[test]
fn a_line_may_have_126_bytes() {
    let longest = format!("{:126}", "1 2.5");
    for ending in ["", "\n", "\n2 3"] {
        let file = File::holding(&format!("longest-{}", ending.len()), longest.clone() + ending);
        let mut series = series_of(&[]);
        series.load(&file.0).unwrap();
        assert_eq!(series.samples()[0], Sample { time_ms: 1, value: 2.5 }, "{ending:?}");
    }
}

#[test]
fn a_line_that_is_not_a_sample_is_an_error_and_nothing_is_kept() {
    let long = format!("1 2{}3 4\n", " ".repeat(124));
    let [unended, padded] = [127, 128].map(|size| format!("{:size$}", "1 2"));
    let lines: [&[u8]; _] = [
        b"x\n",
        b"\n",
        b"1\n",
        b"1 \n",
        b"12.5\n",
        b"1nan\n",
        b"1 nan\n",
        b"1 inf\n",
        b"1 1e999\n",
        b"1 2 3\n",
        b"9223372036854775808 1\n",
        b"1 2,5\n",
        b"1 2.5.5\n",
        b"1 .\n",
        b"1 2\0\n3 4\n",
        b"1 2\0garbage",
        b"1 2\0",
        b"\0",
        b"\xFF\xFE1 2\n",
        long.as_bytes(),
        unended.as_bytes(),
        padded.as_bytes(),
    ];
    for (number, line) in lines.iter().enumerate() {
        let file = File::holding(&format!("bad-{number}"), [b"1 1\n", *line].concat());
        let mut series = series_of(&[7.0]);
        let expected = Error::Load { path: file.0.clone(), errno: Errno::INVALID };
        assert_eq!(series.load(&file.0), Err(expected), "{:?}", String::from_utf8_lossy(line));
        assert_eq!(series.samples(), [sample(7.0)]);
    }
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let mut series = series_of(&[]);
    assert_eq!(series.load("a\0b"), Err(Error::InteriorNul { position: 1 }));
    let missing = series.load("no such file").unwrap_err();
    let message = missing.to_string();
    assert!(message.starts_with("cannot load \"no such file\": "), "{message}");
    assert!(!message.contains("line"), "{message}");
    let Error::Load { path, errno } = missing else { panic!("there is no such file") };
    assert_eq!(path, Path::new("no such file"));
    assert_eq!(io::Error::from(errno).kind(), io::ErrorKind::NotFound);

    #[cfg(unix)]
    {
        let Err(Error::Load { errno, .. }) = series.load(std::env::temp_dir()) else {
            panic!("a folder has no lines")
        };
        assert_eq!(io::Error::from(errno).kind(), io::ErrorKind::IsADirectory);
    }
}

#[test]
fn a_bad_line_says_what_a_line_takes_and_a_path_cannot_write_to_a_terminal() {
    let path = "bad\u{1b}[31m".into();
    let message = Error::Load { path, errno: Errno::INVALID }.to_string();
    assert!(message.ends_with("a number, in at most 126 bytes"), "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
}

#[test]
fn structs_lie_as_c_lays_them_out() {
    assert_eq!((size_of::<sys::PgSample>(), offset_of!(sys::PgSample, value)), (16, 8));
    assert_eq!(offset_of!(sys::PgSummary, highest), 16);
    assert_eq!(offset_of!(sys::PgSummary, mean), 32);
    assert_eq!(offset_of!(sys::PgSummary, count), 40);
    assert_eq!(offset_of!(sys::PgSummary, unit), 40 + size_of::<usize>());
}
