//! The shared operations in Rust, exported to whatever loads this library: the far side of Python's
//! and Node.js's calls.
