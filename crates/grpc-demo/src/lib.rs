//! The Greeter over gRPC: its server, and one client that is both native and in-browser.
//!
//! [`hello`], [`crossing`] and [`cellar`] are generated from `proto/` by `build.rs`. [`Client`] is written once,
//! over any transport: HTTP/2 in a native program, fetch and gRPC-web in a page. The server half
//! exists in native builds only.

#[cfg(not(target_arch = "wasm32"))]
pub mod balance;
#[cfg(target_arch = "wasm32")]
mod browser;
mod client;
mod code;
#[cfg(not(target_arch = "wasm32"))]
mod crossing_service;
#[cfg(not(target_arch = "wasm32"))]
pub mod deadline;
#[cfg(not(target_arch = "wasm32"))]
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod greeter;
#[cfg(not(target_arch = "wasm32"))]
mod invalid;
#[cfg(not(target_arch = "wasm32"))]
pub mod retry;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;
#[cfg(not(target_arch = "wasm32"))]
mod thermometer;

pub use client::{Client, Transport};
pub use code::code_name;
#[cfg(not(target_arch = "wasm32"))]
pub use error::Error;

/// `proto/hello.proto`, the article's service.
#[allow(missing_docs, reason = "generated; the .proto is the documentation")]
pub mod hello {
    tonic::include_proto!("hello");
}

/// `proto/crossing.proto`, the shared operations.
#[allow(missing_docs, reason = "generated; the .proto is the documentation")]
pub mod crossing {
    tonic::include_proto!("crossing");
}

/// `proto/cellar.proto`, one method for each kind of stream.
#[allow(missing_docs, reason = "generated; the .proto is the documentation")]
pub mod cellar {
    tonic::include_proto!("cellar");
}

/// The descriptors of all three files, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
