//! Prove by certificates who answers, and who calls.
//!
//! Why you would: TLS keeps a call secret, and shows the client that it reached the right server.
//! Mutual TLS also shows the server who its client is, with no token that could be stolen.
//!
//! ```console
//! $ cargo run --example grpc_tls --features tls
//! TLS: Hello, Ferris! (from anybody)
//! TLS, unknown authority: invalid peer certificate: UnknownIssuer
//! TLS, wrong host: invalid peer certificate: certificate not valid for name "127.0.0.1"[..]
//! mutual TLS: Hello, Ferris! (from spiffe://cellar.example/thermometer)
//! mutual TLS, no certificate: [..]
//! mutual TLS, unknown authority: [..]
//! ```

use std::error::Error;

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use tokio::task::JoinSet;
use tonic::{
    Request, Response, Status,
    transport::{
        Certificate, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig,
        server::TcpIncoming,
    },
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// A key, and the authority's word whose it is. It holds until 4096; a real one, for weeks.
fn identity(authority: &Authority, name: SanType) -> Result<Identity, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![name];
    let key = KeyPair::generate()?;
    Ok(Identity::from_pem(params.signed_by(&key, authority)?.pem(), key.serialize_pem()))
}

/// Only reads the name. That the authority has signed it, TLS has checked before any call.
fn caller(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let names = &certificate.subject_alternative_name().ok()??.value.general_names;
    names.iter().find_map(|name| match name {
        GeneralName::URI(uri) => Some((*uri).to_owned()),
        _ => None,
    })
}

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let caller = match request.peer_certs().as_deref().and_then(|chain| chain.first()) {
            Some(certificate) => caller(certificate)
                .ok_or(Status::unauthenticated("the certificate has no URI to know you by"))?,
            None => "anybody".into(),
        };
        let message = format!("Hello, {}! (from {caller})", request.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

async fn call(uri: &str, tls: ClientTlsConfig) -> Result<String, Box<dyn Error>> {
    let channel = Endpoint::from_shared(uri.to_owned())?.tls_config(tls)?.connect().await?;
    let request = HelloRequest { name: "Ferris".into() };
    Ok(GreeterClient::new(channel).say_hello(request).await?.into_inner().message)
}

/// tonic says "transport error", and keeps the reason at the end of the error's sources.
fn reason(error: Box<dyn Error>) -> String {
    let mut reason: &dyn Error = &*error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut servers = JoinSet::new();
    let mut serve = |tls| -> Result<u16, Box<dyn Error>> {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
        let port = incoming.local_addr()?.port();
        let server = Server::builder().tls_config(tls)?.add_service(GreeterServer::new(MyGreeter));
        servers.spawn(server.serve_with_incoming(incoming));
        Ok(port)
    };

    let (host, address, client) = ("localhost", "127.0.0.1", "spiffe://cellar.example/thermometer");
    let (ours, other) = (authority("ours")?, authority("other")?);
    let (our_ca, other_ca) =
        (Certificate::from_pem(ours.pem()), Certificate::from_pem(other.pem()));

    let tls = identity(&ours, SanType::DnsName(host.try_into()?))?;
    let tls = ServerTlsConfig::new().identity(tls);
    // Without this the server asks for no certificate, and `peer_certs` is always `None`.
    let mutual = tls.clone().client_ca_root(our_ca.clone());
    let (tls, mutual) = (serve(tls)?, serve(mutual)?);

    let trust = |ca: &Certificate| ClientTlsConfig::new().ca_certificate(ca.clone());
    let known = identity(&ours, SanType::URI(client.try_into()?))?;
    let unknown = identity(&other, SanType::URI(client.try_into()?))?;
    let (known, unknown) = (trust(&our_ca).identity(known), trust(&our_ca).identity(unknown));
    for (what, host, port, config, expected) in [
        ("TLS", host, tls, trust(&our_ca), Ok("anybody")),
        ("TLS, unknown authority", host, tls, trust(&other_ca), Err("UnknownIssuer")),
        ("TLS, wrong host", address, tls, trust(&our_ca), Err("not valid for name")),
        ("mutual TLS", host, mutual, known, Ok(client)),
        // A client may talk before the server has looked at its certificate. So here `connect`
        // succeeds, and the call fails: by the server's alert, or the closed connection after
        // it; which of the two is chance, so any reason will do.
        ("mutual TLS, no certificate", host, mutual, trust(&our_ca), Err("")),
        ("mutual TLS, unknown authority", host, mutual, unknown, Err("")),
    ] {
        let answer = call(&format!("https://{host}:{port}"), config).await.map_err(reason);
        println!("{what}: {}", answer.as_ref().unwrap_or_else(|reason| reason));
        match (answer, expected) {
            (Ok(text), Ok(part)) | (Err(text), Err(part)) => assert!(text.contains(part), "{text}"),
            (answer, _) => panic!("{what}: {answer:?}"),
        }
    }

    servers.shutdown().await;
    Ok(())
}
