//! Parts for production that tonic lacks, for both ends of a call.
//!
//! | module | use it when | needs |
//! |---|---|---|
//! | [`deadline`] | calls must end with DEADLINE_EXCEEDED in time, streams included, and handlers must know how much time is left | always compiled: [`Client`](crate::Client) uses it |
//! | `retry` | a client should repeat calls that are safe to repeat | feature `production` |
//! | `balance` | a client has several servers, and some of them fail | feature `production` |
//! | `server` | other people's clients call your server: limits, health, reflection, metrics, and an end that loses no call | feature `production` |
//!
//! The modules work with the services and clients that tonic generates from your own `.proto` files:
//! none of them knows the services of this crate. Each is a tower layer or service, so you can use
//! one without the others. Together, from the outside in, a client's channel is `deadline`, then
//! `retry`, then `balance`.
//!
//! # In your project
//!
//! The crate is not on crates.io. Depend on a clone, or on the repository with `git = "…"`:
//!
//! ```toml
//! [dependencies]
//! grpc-demo = { path = "../polyglot/crates/grpc-demo", features = ["production"] }
//! ```
//!
//! Beyond what tonic's transport compiles, the feature adds prometheus-client, tonic-health and
//! tonic-reflection, and tower's retries. The crate itself compiles the C library beside it, because
//! [`services`](crate::services) call it, so a C compiler must be installed.

#[cfg(feature = "production")]
pub mod balance;
mod body;
pub mod deadline;
#[cfg(feature = "production")]
pub mod retry;
#[cfg(feature = "production")]
pub mod server;
