//! Calls spread over several servers, those that are healthy.
