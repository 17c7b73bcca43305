//! Says which field is wrong.

use grpc_demo::hello::HelloRequest;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Refuses a request without a name.
pub fn validate(request: &HelloRequest) -> Result<(), Status> {
    if request.name.is_empty() {
        let details = ErrorDetails::with_bad_request_violation("name", "must not be empty");
        let message = "the name is empty";
        return Err(Status::with_error_details(Code::InvalidArgument, message, details));
    }
    Ok(())
}
