//! gRPC over TLS, with tokio-rustls under tonic.
//!
//! tonic has TLS itself, as a feature (examples/grpc/tls.rs shows it). But Cargo compiles a crate
//! once, with all the features that anything in the workspace asks for. That feature would be in
//! every example's tonic, and a first `cargo run --example grpc_hello` would wait for it.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
    server::TlsStream,
};
use tokio_stream::{Stream, StreamExt};
use tonic::transport::{Channel, Endpoint, Uri, server::Connected};
use tower::service_fn;

use super::side::Failure;

/// The protocol that TLS agrees on: HTTP/2.
const ALPN: &[u8] = b"h2";

/// A connection after its handshake, for tonic's server.
pub struct Secured(TlsStream<TcpStream>);

/// Makes each connection of `incoming` prove the server's identity, with a certificate and its key
/// in PEM. A connection whose handshake fails is closed.
///
/// # Errors
///
/// When the PEM is not valid, or the key does not fit the certificate.
pub fn accept<S: Stream<Item = io::Result<TcpStream>>>(
    incoming: S,
    certificate: &[u8],
    key: &[u8],
) -> Result<impl Stream<Item = io::Result<Secured>> + use<S>, Failure> {
    let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>()?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key)?)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let secured = incoming.then(move |connection| {
        let acceptor = acceptor.clone();
        async move { Ok(Secured(acceptor.accept(connection?).await?)) }
    });
    Ok(secured.filter(Result::is_ok))
}

/// Connects to `https://HOST:PORT`. The server needs a certificate from the authority, given in
/// PEM.
///
/// # Errors
///
/// When the URI or the PEM is not valid, or the server cannot be reached or trusted.
pub async fn connect(uri: String, authority: &[u8]) -> Result<Channel, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority) {
        roots.add(certificate?)?;
    }
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![ALPN.to_vec()];
    let connector = TlsConnector::from(Arc::new(config));
    let connector = service_fn(move |uri: Uri| {
        let connector = connector.clone();
        async move {
            let authority = uri.authority().ok_or(io::ErrorKind::InvalidInput)?;
            let connection = TcpStream::connect(authority.as_str()).await?;
            connection.set_nodelay(true)?;
            let name = ServerName::try_from(authority.host().to_owned())
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            connector.connect(name, connection).await.map(TokioIo::new)
        }
    });
    Ok(Endpoint::from_shared(uri)?.connect_with_connector(connector).await?)
}

impl Connected for Secured {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
