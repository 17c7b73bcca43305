use core::{
    ffi::{c_int, c_void},
    ops::ControlFlow,
    ptr::from_mut,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    thread,
};

use super::{Sample, Series};
use crate::sys;

impl Series {
    /// Calls `visit` for each sample, in order, until it breaks. Calls C's `pg_series_each`.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use ffi_demo::{Sample, Series, Unit};
    ///
    /// let mut series = Series::new("cellar", Unit::Celsius)?;
    /// series.extend(&[9.0, 25.0, 10.0].map(|value| Sample { time_ms: 0, value }))?;
    /// let first_hot = series.each(|sample| match sample.value > 20.0 {
    ///     true => ControlFlow::Break(sample.value),
    ///     false => ControlFlow::Continue(()),
    /// });
    /// assert_eq!(first_hot, ControlFlow::Break(25.0));
    /// # Ok::<(), ffi_demo::Error>(())
    /// ```
    ///
    /// `visit` may read the series but not change it. C forbids it, and so does the compiler:
    ///
    /// ```compile_fail,E0502
    /// # use core::ops::ControlFlow;
    /// # use ffi_demo::{Series, Unit};
    /// let mut series = Series::new("cellar", Unit::Celsius)?;
    /// let _ = series.each(|sample| {
    ///     let _ = series.push(*sample);
    ///     ControlFlow::<()>::Continue(())
    /// });
    /// # Ok::<(), ffi_demo::Error>(())
    /// ```
    ///
    /// A sample is borrowed for one call, and you cannot keep it:
    ///
    /// ```compile_fail,E0521
    /// # use core::ops::ControlFlow;
    /// # use ffi_demo::{Series, Unit};
    /// let series = Series::new("cellar", Unit::Celsius)?;
    /// let mut kept = Vec::new();
    /// let _ = series.each(|sample| {
    ///     kept.push(sample);
    ///     ControlFlow::<()>::Continue(())
    /// });
    /// # Ok::<(), ffi_demo::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When `visit` panics: C ends the visit and returns, and then the panic continues.
    pub fn each<B>(&self, visit: impl FnMut(&Sample) -> ControlFlow<B>) -> ControlFlow<B> {
        let mut visitor = Visitor { visit, ended: None };
        // SAFETY: the trampoline matches this visitor, which outlives the call; C keeps neither. It
        // does not unwind. `visit` cannot change or free the series, because `&self` lives.
        unsafe {
            sys::pg_series_each(
                self.as_ptr(),
                trampoline_of(&visitor),
                from_mut(&mut visitor).cast(),
            )
        };
        match visitor.ended {
            None => ControlFlow::Continue(()),
            Some(Ok(broken)) => ControlFlow::Break(broken),
            // C has returned, so none of its frames is unwound.
            Some(Err(panic)) => resume_unwind(panic),
        }
    }
}

struct Visitor<F, B> {
    visit: F,
    /// The value that `visit` broke with, or the panic that ended it.
    ended: Option<thread::Result<B>>,
}

/// The trampoline for this visitor's type. A closure's type has no name, so it is inferred.
fn trampoline_of<F, B>(_: &Visitor<F, B>) -> sys::PgVisit
where
    F: FnMut(&Sample) -> ControlFlow<B>,
{
    Some(trampoline::<F, B>)
}

/// # Safety
///
/// `user_data` is a `Visitor<F, B>` that nothing else uses, and `sample` is readable.
unsafe extern "C" fn trampoline<F, B>(sample: *const Sample, user_data: *mut c_void) -> c_int
where
    F: FnMut(&Sample) -> ControlFlow<B>,
{
    // SAFETY: the header passes `user_data` unchanged: it is the visitor that `each` passed. `each`
    // does not touch it until C returns.
    let visitor = unsafe { &mut *user_data.cast::<Visitor<F, B>>() };
    // SAFETY: the header lends the sample for the duration of the call.
    let sample = unsafe { &*sample };
    // A panic that reached the edge of an `extern "C"` function would end the program. The captured
    // values may be broken, but they are not read before the panic continues in `each`.
    visitor.ended = match catch_unwind(AssertUnwindSafe(|| (visitor.visit)(sample))) {
        Ok(ControlFlow::Continue(())) => return 0,
        Ok(ControlFlow::Break(broken)) => Some(Ok(broken)),
        Err(panic) => Some(Err(panic)),
    };
    1
}
