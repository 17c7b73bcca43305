use std::{io, net::SocketAddr};

/// The reason why a server does not run, or a client is not connected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken, or does not belong to this machine.
    #[error("cannot listen on {address}: choose another address, or port 0 for any free one")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The error of the system. The message leaves it to the chain of sources.
        source: io::Error,
    },

    /// The server stopped for a reason of its own.
    #[error("the server failed: {0}")]
    Serve(#[source] tonic::transport::Error),

    /// A descriptor set that was given to a server does not decode.
    #[cfg(feature = "production")]
    #[error("the descriptor set cannot be read: {0}; give the one that the build script wrote")]
    Descriptors(#[source] tonic_reflection::server::Error),

    /// The text is not an address such as `http://127.0.0.1:50051` or `localhost:50051`.
    #[error("the address {address:?} cannot be used: {problem}")]
    Address {
        /// The text.
        address: String,
        /// The problem with it, and the advice.
        problem: String,
    },

    /// Nothing answered.
    #[error(
        "no server answers at {uri}: check the address, and start a server there, such as the \
         example's: `cargo run --example grpc_server -- {}`",
        uri.rsplit("://").next().unwrap_or(uri).trim_end_matches('/')
    )]
    Connect {
        /// The address tried.
        uri: String,
        /// The error of the transport.
        source: tonic::transport::Error,
    },
}
