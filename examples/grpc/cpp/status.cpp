#include "status.h"

#include <array>
#include <stdexcept>

#include <grpcpp/support/error_details.h>

// gRPC has the codes' names in its documentation, and not in C++.
static std::string name(grpc::StatusCode code) {
    static constexpr std::array NAMES{
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
        "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED"};
    return NAMES.at(code);
}

void check(const grpc::Status &status) {
    if (!status.ok()) {
        throw std::runtime_error(name(status.error_code()) + ": " + status.error_message());
    }
}

std::string refused(const grpc::Status &status) {
    if (status.ok()) throw std::runtime_error("a call that has to fail succeeded");
    return name(status.error_code());
}

google::rpc::BadRequest::FieldViolation field_violation(const grpc::Status &status) {
    google::rpc::Status rich;
    check(grpc::ExtractErrorDetails(status, &rich));
    for (const auto &detail : rich.details()) {
        google::rpc::BadRequest bad_request;
        if (detail.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
            return bad_request.field_violations(0);
        }
    }
    throw std::runtime_error("the status names no field: " + status.error_message());
}
