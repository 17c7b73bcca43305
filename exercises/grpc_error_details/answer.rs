//! Say which field is wrong. As it is, only the message does, which programs should not read.

use grpc_demo::hello::HelloRequest;
use tonic::Status;

/// Refuses a request without a name.
pub fn validate(request: &HelloRequest) -> Result<(), Status> {
    if request.name.is_empty() {
        return Err(Status::invalid_argument("the name is empty"));
    }
    Ok(())
}
