//! The functions that Rust exports to C, called as C would call them: NULL anywhere, any bytes as a
//! name, callbacks that stop, re-enter and make it panic.
#![no_main]

use std::{
    ffi::{CString, c_int, c_void},
    ptr::{null, null_mut},
};

use arbitrary::Arbitrary;
use ffi_demo::export::{series::*, status::*};
use libfuzzer_sys::fuzz_target;
use pgr_status::*;

#[derive(Arbitrary, Debug)]
enum Step {
    Extend(Option<Vec<(i64, f64)>>),
    Values(Option<u8>),
    Each(u8),
    NoVisit,
    Clamp(f64, f64),
    Describe,
    LastError(u8),
}

/// The user data of `visit`.
struct Visit {
    series: *mut pgr_series,
    seen: usize,
    stop_at: usize,
}

fuzz_target!(
    init: {
        // A panic of the library is a valid outcome here: only the fuzzer's own panics end the run.
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.payload_as_str().is_some_and(|text| text.starts_with("min > max")) {
                report(panic);
            }
        }));
    },
    |input: (Option<&[u8]>, i32, Vec<Step>)| {
        let (name, unit, steps) = input;
        let Ok(name) = name.map(CString::new).transpose() else { return };
        let c_name = name.as_ref().map_or(null(), |name| name.as_ptr());
        // SAFETY: in this block, each pointer is NULL or as the header requires.
        unsafe {
            let series = pgr_series_new(c_name, unit % 5);
            let valid = name.is_some_and(|name| name.to_str().is_ok()) && (0..4).contains(&(unit % 5));
            assert_eq!(series.is_null(), !valid);
            let mut count = 0;
            for step in steps {
                take(step, series, &mut count);
            }
            pgr_series_free(series);
        }
        assert_eq!(pgr_live_count(), 0);
    }
);

unsafe fn take(step: Step, series: *mut pgr_series, count: &mut usize) {
    let is_null = series.is_null();
    // SAFETY: the caller of this function guarantees it.
    let status = unsafe {
        match step {
            Step::Extend(None) => {
                let status = pgr_series_extend(series, null(), *count);
                assert_eq!(status, if is_null || *count > 0 { PGR_NULL_POINTER } else { PGR_OK });
                return;
            }
            Step::Extend(Some(samples)) => {
                let samples: Vec<_> = samples
                    .into_iter()
                    .map(|(time_ms, value)| pgr_sample { time_ms, value })
                    .collect();
                let status = pgr_series_extend(series, samples.as_ptr(), samples.len());
                if status == PGR_OK {
                    *count += samples.len();
                }
                status
            }
            Step::Values(room) => {
                let mut out = room.map(|room| vec![0.0; room.into()]);
                let (pointer, room) =
                    out.as_mut().map_or((null_mut(), 0), |out| (out.as_mut_ptr(), out.len()));
                let mut needed = 0;
                let status = pgr_series_values(series, pointer, room, &mut needed);
                if !is_null {
                    assert_eq!(needed, *count);
                    assert_eq!(status == PGR_BUFFER_TOO_SMALL, needed > room);
                    return;
                }
                status
            }
            Step::Each(stop_at) => {
                let mut state = Visit { series, seen: 0, stop_at: stop_at.into() };
                let status = pgr_series_each(series, Some(visit), (&raw mut state).cast());
                if !is_null {
                    assert_eq!(status == PGR_STOPPED, *count > state.stop_at);
                    assert_eq!(state.seen, (*count).min(state.stop_at + 1));
                    return;
                }
                status
            }
            Step::NoVisit => {
                assert_eq!(pgr_series_each(series, None, null_mut()), PGR_NULL_POINTER);
                return;
            }
            Step::Clamp(lowest, highest) => {
                let status = pgr_series_clamp(series, lowest, highest);
                if !is_null {
                    // It is out of order too when one of the two is not a number.
                    let in_order = lowest <= highest;
                    let panics = *count > 0 && !in_order;
                    assert_eq!(status, if panics { PGR_PANIC } else { PGR_OK });
                    return;
                }
                status
            }
            Step::Describe => {
                let text = pgr_series_describe(series);
                assert_eq!(text.is_null(), is_null);
                pgr_string_free(text);
                return;
            }
            Step::LastError(room) => {
                let mut out = vec![0; room.into()];
                let needed = pgr_last_error(out.as_mut_ptr(), out.len());
                assert_eq!(pgr_last_error(null_mut(), 0), needed);
                return;
            }
        }
    };
    assert_eq!(status, if is_null { PGR_NULL_POINTER } else { PGR_OK });
}

/// Reads the series, tries to change it, and stops where it was told to.
unsafe extern "C" fn visit(_: *const pgr_sample, user_data: *mut c_void) -> c_int {
    // SAFETY: `take` passed a Visit, which lives until the call ends.
    let state = unsafe { &mut *user_data.cast::<Visit>() };
    state.seen += 1;
    let mut needed = 0;
    // SAFETY: the series is alive; these calls read it, and the one that would change it is
    // refused.
    unsafe {
        pgr_series_values(state.series, null_mut(), 0, &mut needed);
        assert_eq!(pgr_series_clamp(state.series, 0.0, 1.0), PGR_BUSY);
    }
    assert!(needed >= state.seen);
    (state.seen > state.stop_at).into()
}
