//! Encrypt calls with TLS, and check which server answers.
//!
//! Why you would: TLS keeps a call secret, and shows the client that it has reached the right
//! server. Without it, whatever is on the way can read the call, and answer it.
//!
//! ```console
//! $ cargo run --example grpc_tls --features tls
//! right server: Hello, Ferris!
//! unknown authority: invalid peer certificate: UnknownIssuer
//! wrong host: invalid peer certificate: certificate not valid for name "127.0.0.1"[..]
//! ```

use grpc_demo::{
    hello::{HelloRequest, greeter_client::GreeterClient, greeter_server::GreeterServer},
    services::GreeterService,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::task::JoinSet;
use tonic::transport::{
    Certificate, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig, server::TcpIncoming,
};

/// Made for this run, so that no key is ever committed.
fn authority(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// Calls the server at `host`, if its certificate is for that name and signed by `trusted`.
async fn call(host: &str, port: u16, trusted: Certificate) -> anyhow::Result<String> {
    // `https`: with `http`, tonic would call in plain text, whatever the configuration.
    let endpoint = Endpoint::from_shared(format!("https://{host}:{port}"))?;
    // For public authorities: `with_enabled_roots()`, and tonic's feature `tls-native-roots`.
    let tls = ClientTlsConfig::new().ca_certificate(trusted);
    let channel = endpoint.tls_config(tls)?.connect().await?;
    let request = HelloRequest { name: "Ferris".into() };
    Ok(GreeterClient::new(channel).say_hello(request).await?.into_inner().message)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (ours, other) = (authority("ours")?, authority("other")?);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &ours)?;
    let identity = Identity::from_pem(certificate.pem(), key.serialize_pem());

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let port = incoming.local_addr()?.port();
    let tls = ServerTlsConfig::new().identity(identity);
    let mut servers = JoinSet::new();
    let server = Server::builder().tls_config(tls)?.add_service(GreeterServer::new(GreeterService));
    servers.spawn(server.serve_with_incoming(incoming));

    let (ours, other) = (Certificate::from_pem(ours.pem()), Certificate::from_pem(other.pem()));
    let answer = call("localhost", port, ours.clone()).await?;
    println!("right server: {answer}");
    assert_eq!(answer, "Hello, Ferris!");

    for (what, host, trusted, expected) in [
        ("unknown authority", "localhost", other, "UnknownIssuer"),
        ("wrong host", "127.0.0.1", ours, "not valid for name"),
    ] {
        let error = call(host, port, trusted).await.unwrap_err();
        // tonic says "transport error", and keeps the reason at the end of the error's sources.
        println!("{what}: {}", error.root_cause());
        assert!(error.root_cause().to_string().contains(expected), "{error:?}");
    }
    Ok(())
}
