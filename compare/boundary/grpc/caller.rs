//! The near side of every column: the generated client, in a loop.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use grpc_demo::{
    Client, code_name,
    crossing::{MandelbrotRequest, View},
    production::deadline::{DeadlineLayer, Deadlines},
};
use tokio::runtime::Runtime;
use tonic::{
    Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};
use tower::Layer;

use super::{
    super::super::{
        operation::{Answer, HEIGHT, MAX_ITERATIONS, NAME, Operation, SUMMANDS, VIEW, WIDTH},
        side::{Failure, Side, untimed},
    },
    CALL_TIMEOUT,
};

/// What a [`Client`] asks of its transport.
pub trait Transport:
    GrpcService<
        Body,
        Error: Into<StdError>,
        ResponseBody: HttpBody<Data = Bytes, Error: Into<StdError> + Send> + Send + 'static,
    > + Clone
{
}

impl<T> Transport for T where
    T: GrpcService<
            Body,
            Error: Into<StdError>,
            ResponseBody: HttpBody<Data = Bytes, Error: Into<StdError> + Send> + Send + 'static,
        > + Clone
{
}

/// A client over the transport `T`, and whatever `F` keeps its far side going.
pub struct Caller<T, F> {
    client: Client<Deadlines<T>>,
    runtime: Runtime,
    /// Dropped last: by then the connection is closed.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is there to be dropped"))]
    pub(super) far: F,
}

impl<T, F> Caller<T, F>
where
    Deadlines<T>: Transport,
{
    /// A caller that waits in `runtime`, in which the connection under `transport` was made.
    pub fn new(transport: T, runtime: Runtime, far: F) -> Self {
        // As `Client::connect` has it, with more time.
        let deadlines = DeadlineLayer::new().default_timeout(CALL_TIMEOUT);
        Self { client: Client::new(deadlines.layer(transport)), runtime, far }
    }

    /// [`repeat`]s within one `block_on`, so that entering the runtime is paid for once.
    fn run(&mut self, operation: Operation, calls: u32) -> Result<(Answer, Duration), Failure> {
        let Self { client, runtime, .. } = self;
        runtime.block_on(repeat(client, operation, calls)).map_err(|status| {
            let (code, message) = (code_name(status.code()), status.message());
            format!("{} ended with {code}: {message}", operation.name()).into()
        })
    }
}

impl<T, F> Side for Caller<T, F>
where
    Deadlines<T>: Transport,
{
    fn answer(&mut self, operation: Operation) -> Result<Answer, Failure> {
        let calls = if operation == Operation::Add { SUMMANDS.cast_unsigned() } else { 1 };
        self.run(operation, calls).map(|(answer, _)| answer)
    }

    fn time(&mut self, operation: Operation, calls: u32) -> Result<Duration, Failure> {
        self.run(operation, untimed(calls))?;
        self.run(operation, calls).map(|(_, time)| time)
    }
}

/// So many calls, one after the other: the last answer, and how long all of them took. Each `add`
/// takes the last one's sum.
///
/// Every operation has the same loop: beside what a call takes here, to choose the method is nothing.
async fn repeat<T: Transport>(
    client: &mut Client<T>,
    operation: Operation,
    calls: u32,
) -> Result<(Answer, Duration), Status> {
    let data = operation.data();
    let mut answer = Answer::Sum(0);
    let start = Instant::now();
    for number in 0..calls {
        let next = match (operation, data) {
            (Operation::Add, _) => {
                let sum = if let Answer::Sum(sum) = answer { sum } else { 0 };
                Answer::Sum(client.add(sum, number.cast_signed()).await?)
            }
            (Operation::Greet, _) => Answer::Text(client.greet(black_box(NAME)).await?),
            // A message owns its bytes: to copy them into it is part of what handing them over costs.
            (_, Some(data)) => Answer::Checksum(client.checksum(black_box(data)).await?),
            (_, None) => Answer::Pixels(picture(client).await?),
        };
        answer = black_box(next);
    }
    Ok((answer, start.elapsed()))
}

/// The rows, put together as they come: in order, as those of any stream.
async fn picture<T: Transport>(client: &mut Client<T>) -> Result<Vec<u32>, Status> {
    let wasm_demo::View { center_re, center_im, width } = VIEW;
    let view = Some(View { center_re, center_im, width });
    let (width, height, max_iterations) = (WIDTH, HEIGHT, MAX_ITERATIONS);
    let request = MandelbrotRequest { width, height, view, max_iterations };
    let mut rows = client.mandelbrot(request).await?;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    while let Some(row) = rows.message().await? {
        pixels.extend(row.iterations);
    }
    Ok(pixels)
}
