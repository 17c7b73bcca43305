//! The gRPC part of this workspace: services, one client for native programs and for browsers, and
//! what tonic lacks for production.
//!
//! # What the demo shows
//!
//! | part | what it is |
//! |---|---|
//! | [`hello`], [`crossing`], [`cellar`] | messages, clients and server traits that `build.rs` generates from `proto/` |
//! | [`Client`] | one client of all services, over any transport: HTTP/2 in a native program, fetch and gRPC-web in a page |
//! | `services` | the services themselves; those of `crossing` call C |
//! | [`code_name`] | gRPC's own name of a status code, such as "INVALID_ARGUMENT" |
//! | [`FILE_DESCRIPTOR_SET`] | the descriptors of all three files, for reflection |
//!
//! # What tonic lacks
//!
//! `production` holds deadlines that are kept, retries, balancing over several servers, and a server
//! with limits, health, metrics and a clean end. It knows nothing of the services above: use it with
//! your own. Its page says how, and what it adds to a build.
//!
//! # Which part you need
//!
//! - To call the demo's services: [`Client`].
//! - To serve them in a test or a demo: `services::routes` and tonic's own server.
//! - To run services for others, or to call such: `production`.
//!
//! # Features
//!
//! All are off by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `production` | `production::{retry, balance, server}`, and `services::{server, serve}` |
//! | `json`, `otel`, `tls` | what the examples of those names need |
//!
//! `services`, `production` and `Error` exist in native builds only. In a browser the crate is the
//! client.

#[cfg(not(target_arch = "wasm32"))]
mod address;
#[cfg(target_arch = "wasm32")]
mod browser;
mod client;
mod code;
#[cfg(not(target_arch = "wasm32"))]
mod error;
#[cfg(not(target_arch = "wasm32"))]
pub mod production;
#[cfg(not(target_arch = "wasm32"))]
pub mod services;

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
