use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// `INVALID_ARGUMENT`: a message for people, and `google.rpc.BadRequest` with the field's name for
/// programs.
pub(super) fn invalid_field(
    field: &str,
    description: impl Into<String>,
    message: String,
) -> Status {
    let details = ErrorDetails::with_bad_request_violation(field, description);
    Status::with_error_details(Code::InvalidArgument, message, details)
}
