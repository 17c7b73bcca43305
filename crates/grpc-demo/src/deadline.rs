//! Deadlines as the gRPC specification has them, at both ends of a call.
