//! Lets only calls with the token pass.

use subtle::ConstantTimeEq;
use tonic::{Request, Status};

/// Returns the request, or the status with which it is refused.
pub fn check_token(request: Request<()>) -> Result<Request<()>, Status> {
    let value = request.metadata().get("authorization");
    // `==` stops at the first byte that differs: its time tells how much of a guess was right.
    let matches = value.is_some_and(|value| value.as_bytes().ct_eq(b"Bearer 9f2e").into());
    // One answer for all, so that a caller does not learn what was wrong with the token.
    if matches { Ok(request) } else { Err(Status::unauthenticated("a valid token is required")) }
}
