//! What JavaScript sees: the same [`Client`](crate::Client), over fetch.

use js_sys::{Error, Function, Reflect, Uint32Array};
use tonic::Status;
use wasm_bindgen::prelude::*;

use crate::crossing::{MandelbrotRequest, View};

/// A gRPC client for this page.
///
/// Its methods reject with an `Error` whose `name` is "RpcError", whose `code` is the status in
/// gRPC's words (such as "INVALID_ARGUMENT"), and whose `message` is the server's.
#[wasm_bindgen]
pub struct Client(crate::Client<tonic_web_wasm_client::Client>);

#[wasm_bindgen]
impl Client {
    /// A client of the server at `base_url`, such as `location.origin`. It connects with each call.
    #[wasm_bindgen(constructor)]
    pub fn new(base_url: String) -> Self {
        Self(crate::Client::new(tonic_web_wasm_client::Client::new(base_url)))
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

    /// `crossing.Crossing/Mandelbrot`: calls `on_row(row, iterations)` for each row as it comes.
    /// What `on_row` throws stops the drawing, and rejects the promise.
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
            on_row.call2(&JsValue::NULL, &row.row.into(), &iterations)?;
        }
        Ok(())
    }
}

/// A `Status` as JavaScript expects an error: an `Error`, with a name and a code.
fn rpc_error(status: Status) -> JsValue {
    let error = Error::new(status.message());
    error.set_name("RpcError");
    let code = JsValue::from_str(code_name(status.code()));
    // Setting a property fails only on frozen objects, and this one is new.
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &code);
    error.into()
}

/// gRPC's own name of a code; tonic only has a description.
fn code_name(code: tonic::Code) -> &'static str {
    use tonic::Code::*;
    match code {
        Ok => "OK",
        Cancelled => "CANCELLED",
        Unknown => "UNKNOWN",
        InvalidArgument => "INVALID_ARGUMENT",
        DeadlineExceeded => "DEADLINE_EXCEEDED",
        NotFound => "NOT_FOUND",
        AlreadyExists => "ALREADY_EXISTS",
        PermissionDenied => "PERMISSION_DENIED",
        ResourceExhausted => "RESOURCE_EXHAUSTED",
        FailedPrecondition => "FAILED_PRECONDITION",
        Aborted => "ABORTED",
        OutOfRange => "OUT_OF_RANGE",
        Unimplemented => "UNIMPLEMENTED",
        Internal => "INTERNAL",
        Unavailable => "UNAVAILABLE",
        DataLoss => "DATA_LOSS",
        Unauthenticated => "UNAUTHENTICATED",
    }
}
