use tokio::{sync::mpsc, task};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::crossing::{
    AddReply, AddRequest, ChecksumReply, ChecksumRequest, GreetReply, GreetRequest,
    MandelbrotRequest, MandelbrotRow, MyCFunctionReply, MyCFunctionRequest,
    crossing_server::Crossing,
};

/// The widest row that one message carries, in pixels: 192 KiB at most, where the default limit of
/// a client is 4 MiB. It also bounds how long C runs before it looks up.
pub const MAX_ROW_PIXELS: u32 = 65_536;

/// The most pixels and rows that are drawn and wait for the network. Then drawing pauses; one row
/// may always wait. For each call whose caller takes nothing, the server holds that much.
const PIXELS_AHEAD: u32 = 16_384;
const ROWS_AHEAD: u32 = 8;

/// `crossing.Crossing`, answered by calling C.
#[derive(Debug, Default)]
pub struct CrossingService;

#[tonic::async_trait]
impl Crossing for CrossingService {
    async fn my_c_function(
        &self,
        request: Request<MyCFunctionRequest>,
    ) -> Result<Response<MyCFunctionReply>, Status> {
        let MyCFunctionRequest { arg1, arg2 } = request.into_inner();
        let result = ffi_demo::my_c_function(arg1, arg2.unwrap_or_default());
        Ok(Response::new(MyCFunctionReply { result: Some(result) }))
    }

    async fn add(&self, request: Request<AddRequest>) -> Result<Response<AddReply>, Status> {
        let AddRequest { a, b } = request.into_inner();
        Ok(Response::new(AddReply { sum: ffi_demo::add(a, b) }))
    }

    async fn greet(&self, request: Request<GreetRequest>) -> Result<Response<GreetReply>, Status> {
        let greeting = ffi_demo::greet(&request.into_inner().name).map_err(invalid_argument)?;
        Ok(Response::new(GreetReply { greeting }))
    }

    async fn checksum(
        &self,
        request: Request<ChecksumRequest>,
    ) -> Result<Response<ChecksumReply>, Status> {
        let crc32c = ffi_demo::checksum(&request.into_inner().data);
        Ok(Response::new(ChecksumReply { crc32c }))
    }

    type MandelbrotStream = ReceiverStream<Result<MandelbrotRow, Status>>;

    async fn mandelbrot(
        &self,
        request: Request<MandelbrotRequest>,
    ) -> Result<Response<Self::MandelbrotStream>, Status> {
        let MandelbrotRequest { width, height, view, max_iterations } = request.into_inner();
        let view = view.ok_or_else(|| {
            Status::invalid_argument("view is missing: say which part of the plane to draw")
        })?;
        let view = ffi_demo::View {
            center_re: view.center_re,
            center_im: view.center_im,
            width: view.width,
        };
        ffi_demo::mandelbrot_check(width, height, view, max_iterations)
            .map_err(invalid_argument)?;
        if width > MAX_ROW_PIXELS {
            return Err(Status::invalid_argument(format!(
                "width is {width}: a row of over {MAX_ROW_PIXELS} pixels does not fit a message"
            )));
        }

        // The channel is the back-pressure: a slow reader makes `blocking_send` wait, and a reader
        // that has gone makes it fail, which ends the drawing.
        let ahead = (PIXELS_AHEAD / width).clamp(1, ROWS_AHEAD);
        let (rows, stream) = mpsc::channel(ahead as usize);
        task::spawn_blocking(move || {
            for row in 0..height {
                let drawn = ffi_demo::mandelbrot_row(width, height, view, max_iterations, row)
                    .map(|iterations| MandelbrotRow { row, iterations })
                    .map_err(invalid_argument);
                if rows.blocking_send(drawn).is_err() {
                    break;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

/// Every error of ffi-demo says what was wrong with an argument.
fn invalid_argument(error: ffi_demo::Error) -> Status {
    Status::invalid_argument(error.to_string())
}
