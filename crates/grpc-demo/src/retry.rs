//! Calls made again when that is safe.
