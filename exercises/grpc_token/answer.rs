//! Let only calls with the token pass. As it is, all do.

use tonic::{Request, Status};

/// Returns the request, or the status with which it is refused.
pub fn check_token(request: Request<()>) -> Result<Request<()>, Status> {
    Ok(request)
}
