//! The exports to JavaScript: the same [`Client`](crate::Client), over fetch.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use js_sys::{Array, Error, Function, Promise, Reflect, Uint8Array, Uint32Array};
use tonic::{Code, Request, Status};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::{
    Transport,
    cellar::WatchRequest,
    crossing::{MandelbrotRequest, View},
};

/// A gRPC client for this page.
///
/// Its methods reject with an `Error` whose `name` is "RpcError", whose `code` is the status in
/// gRPC's words (such as "INVALID_ARGUMENT"), and whose `message` is the server's. What the server
/// says beyond that is in `details`: a `google.rpc.Status`, as it was sent, or nothing.
#[wasm_bindgen]
pub struct Client(crate::Client);

#[wasm_bindgen]
impl Client {
    /// A client of the server at `base_url`, such as `location.origin`. It connects with each call.
    #[wasm_bindgen(constructor)]
    pub fn new(base_url: String) -> Self {
        Self(crate::Client::new(Transport::new(base_url)))
    }

    /// `hello.Greeter/SayHello`.
    #[wasm_bindgen(js_name = sayHello)]
    pub async fn say_hello(&self, name: String) -> Result<String, JsValue> {
        self.0.clone().say_hello(name).await.map_err(rpc_error)
    }

    /// `crossing.Crossing/MyCFunction`.
    #[wasm_bindgen(js_name = myCFunction)]
    pub async fn my_c_function(&self, arg1: i32, arg2: f64) -> Result<f64, JsValue> {
        self.0.clone().my_c_function(arg1, arg2).await.map_err(rpc_error)
    }

    /// `crossing.Crossing/Mandelbrot`: calls `on_row(row, iterations)` for each row as it comes, and
    /// awaits the promise that it may return. What `on_row` throws stops the drawing, and rejects the
    /// promise.
    #[allow(clippy::too_many_arguments, reason = "JavaScript passes numbers, not Rust structs")]
    pub async fn mandelbrot(
        &self,
        width: u32,
        height: u32,
        center_re: f64,
        center_im: f64,
        view_width: f64,
        max_iterations: u32,
        on_row: Function,
    ) -> Result<(), JsValue> {
        let view = Some(View { center_re, center_im, width: view_width });
        let request = MandelbrotRequest { width, height, view, max_iterations };
        let mut rows = self.0.clone().mandelbrot(request).await.map_err(rpc_error)?;
        while let Some(row) = rows.message().await.map_err(rpc_error)? {
            let iterations = Uint32Array::from(row.iterations.as_slice());
            settled(on_row.call2(&JsValue::NULL, &row.row.into(), &iterations)?).await?;
        }
        Ok(())
    }

    /// `cellar.Thermometer/Watch`: calls `on_reading(celsius)` for each reading as it comes, and awaits
    /// the promise that it may return. Until that is settled nothing is read, and once the connection's
    /// buffers are full, the server waits as well.
    ///
    /// Rejects with DEADLINE_EXCEEDED when the stream has not ended after `deadline_ms`, even if the
    /// server never looks at the deadline, and with CANCELLED when `signal` is aborted. Either way,
    /// and when `on_reading` throws, the call is over for the server as well.
    pub async fn watch(
        &self,
        count: u32,
        interval_ms: u32,
        deadline_ms: u32,
        on_reading: Function,
        signal: AbortSignal,
    ) -> Result<(), JsValue> {
        let mut request = Request::new(WatchRequest { count, interval_ms });
        // A deadline that only this page knew would leave the server at work after it.
        request.set_timeout(Duration::from_millis(deadline_ms.into()));
        let mut client = self.0.clone();
        let call = async {
            let mut readings = client.watch(request).await.map_err(rpc_error)?;
            while let Some(reading) = readings.message().await.map_err(rpc_error)? {
                // Messages that have arrived already would keep the page from everything else, so its
                // callback can return a pause.
                settled(on_reading.call1(&JsValue::NULL, &reading.celsius.into())?).await?;
            }
            Ok(())
        };
        let deadline = AbortSignal::timeout_with_u32(deadline_ms);
        unless_aborted(&AbortSignal::any(&Array::of2(&signal, &deadline)), call).await
    }
}

/// Waits for what a callback returned, if it is a promise.
async fn settled(returned: JsValue) -> Result<(), JsValue> {
    if returned.is_undefined() {
        return Ok(());
    }
    JsFuture::from(Promise::resolve(&returned)).await.map(drop)
}

/// The result of `call`, unless `signal` is aborted first: then `call` is dropped, which aborts its
/// fetch and so tells the server.
async fn unless_aborted<T>(
    signal: &AbortSignal,
    call: impl Future<Output = Result<T, JsValue>>,
) -> Result<T, JsValue> {
    let aborted = Promise::new(&mut |resolve, _| signal.set_onabort(Some(&resolve)));
    let mut aborted = pin!(JsFuture::from(aborted));
    let mut call = pin!(call);
    poll_fn(|context| {
        // Polled to be woken by it; a signal that was aborted before this call has no event to come.
        let _ = aborted.as_mut().poll(context);
        if signal.aborted() {
            return Poll::Ready(Err(rpc_error(why(signal))));
        }
        call.as_mut().poll(context)
    })
    .await
}

/// The status for an aborted signal: its timeout has passed, or its owner aborted it.
fn why(signal: &AbortSignal) -> Status {
    match signal.reason().dyn_into::<Error>() {
        Ok(reason) if reason.name() == "TimeoutError" => {
            Status::deadline_exceeded("the call did not end in time, and this page ended it")
        }
        _ => Status::cancelled("this page cancelled the call"),
    }
}

/// A `Status` as JavaScript expects an error: an `Error`, with a name and a code.
///
/// Where fetch failed, or the answer broke off, the transport says UNKNOWN. Every other gRPC client
/// says UNAVAILABLE, so this does, too; its `cause` is then "gone".
fn rpc_error(status: Status) -> JsValue {
    let thrown = status.message().strip_prefix("JS API error: ");
    let by_fetch =
        |message: &&str| ["TypeError", "NetworkError"].iter().any(|it| message.starts_with(it));
    let gone = thrown.filter(by_fetch).filter(|_| status.code() == Code::Unknown);
    let code = gone.map_or(status.code(), |_| Code::Unavailable);

    let error = Error::new(gone.unwrap_or(status.message()));
    error.set_name("RpcError");
    let set = |name: &str, value: &JsValue| {
        // Setting a property fails only on frozen objects, and this one is new.
        let _ = Reflect::set(&error, &JsValue::from_str(name), value);
    };
    set("code", &JsValue::from_str(crate::code_name(code)));
    if gone.is_some() {
        set("cause", &JsValue::from_str("gone"));
    }
    if !status.details().is_empty() {
        set("details", &Uint8Array::from(status.details()));
    }
    error.into()
}
