// The code and the details of a call's status. A status is a value, and easily ignored: calls.cpp
// passes each one to check or refused.
#pragma once

#include <string>

#include <grpcpp/grpcpp.h>

#include "google_rpc.pb.h"

// Throws unless the call succeeded.
void check(const grpc::Status &status);

// The name of the code that the call failed with. Throws if it succeeded.
std::string refused(const grpc::Status &status);

// The first of the field violations that came with the status.
google::rpc::BadRequest::FieldViolation field_violation(const grpc::Status &status);
