use core::ptr::NonNull;
use std::{
    sync::{
        Arc, Mutex,
        mpsc::{self, channel},
    },
    time::Duration,
};

use super::*;

#[test]
fn samples_come_in_order_from_one_other_thread() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    let sampler = Sampler::start(1000, move |sample| {
        shared.lock().unwrap().push((thread::current().id(), sample));
    })
    .unwrap();
    sampler.stop().unwrap();

    let seen = Arc::into_inner(seen).expect("the closure was dropped");
    let seen = seen.into_inner().unwrap();
    let (thread, _) = seen[0];
    assert_ne!(thread, thread::current().id());
    assert!(seen.iter().all(|(id, _)| *id == thread));
    assert!(seen.is_sorted_by_key(|(_, sample)| sample.time_ms));
    assert!(seen.iter().map(|(_, sample)| sample.value).eq((0..1000).map(f64::from)));
}

#[test]
fn zero_samples_make_zero_calls() {
    let sampler = Sampler::start(0, |_| panic!("called")).unwrap();
    sampler.stop().unwrap();
}

#[test]
fn a_panic_continues_where_the_sampler_is_stopped() {
    let calls = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&calls);
    let sampler = Sampler::start(10, move |sample| {
        *counted.lock().unwrap() += 1;
        assert!(sample.value < 2.0, "no third sample");
    })
    .unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| sampler.stop())).err().unwrap();
    assert_eq!(payload.downcast_ref(), Some(&"no third sample"));
    let calls = Arc::into_inner(calls).expect("the closure was dropped");
    assert_eq!(calls.into_inner().unwrap(), 3, "after the panic it is not called again");
}

#[test]
fn dropping_waits_for_the_last_call_and_drops_the_closure() {
    let (sender, receiver) = mpsc::channel();
    let on_sample = move |sample| {
        // Otherwise C's thread may be done before `drop` is called, and `drop` would have nothing
        // to wait for.
        thread::sleep(Duration::from_millis(2));
        sender.send(sample).unwrap();
    };
    drop(Sampler::start(10, on_sample).unwrap());
    assert_eq!(receiver.iter().count(), 10, "the iterator ends because the sender is gone");
}

#[test]
fn a_panic_is_lost_when_the_sampler_is_dropped() {
    drop(Sampler::start(3, |_| panic!("in a sample")).unwrap());
}

#[test]
fn a_sampler_may_be_stopped_on_any_other_thread() {
    let sampler = Sampler::start(10, |_| {}).unwrap();
    thread::spawn(move || sampler.stop()).join().unwrap().unwrap();
}

/// A sampler of any closure: a closure's own type would have to contain itself.
type AnySampler = Sampler<Box<dyn FnMut(Sample) + Send>>;

/// A closure that receives its own sampler and ends it.
fn end_from_inside(end: fn(AnySampler) -> Option<Error>) {
    let (give, take) = channel::<AnySampler>();
    let (answer, answered) = channel();
    let on_sample = Box::new(move |_| answer.send(end(take.recv().unwrap())).unwrap());
    give.send(Sampler::start(1, on_sample as Box<_>).unwrap()).unwrap();
    if let Some(error) = answered.recv().unwrap() {
        assert_eq!(error, Error::StoppedFromCallback);
    }
    answered.recv().expect_err("the closure is dropped, and its half of the channel with it");
}

#[test]
fn a_sampler_that_its_own_callback_ends_does_not_wait_for_itself() {
    end_from_inside(|sampler| sampler.stop().err());
    end_from_inside(|sampler| {
        drop(sampler);
        None
    });
}

#[test]
fn c_answers_null_and_does_not_follow_it() {
    unsafe extern "C" fn ignore(_: Sample, _: *mut c_void) {}
    let mut sampler = NonNull::dangling().as_ptr();
    // SAFETY: the header allows each of these NULLs.
    unsafe {
        assert_eq!(sys::pg_sampler_start(1, None, null_mut(), &mut sampler), sys::PG_NULL_POINTER);
        assert_eq!(sampler, null_mut());
        assert_eq!(
            sys::pg_sampler_start(1, Some(ignore), null_mut(), null_mut()),
            sys::PG_NULL_POINTER
        );
        sys::pg_sampler_stop(null_mut());
    }
}
