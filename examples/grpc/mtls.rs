//! Check by a certificate which client calls: mutual TLS.
//!
//! Why you would: the server knows its client without a token, which could be stolen on its way or
//! from a log. The client's key never leaves the client.
//!
//! ```console
//! $ cargo run --example grpc_mtls --features tls
//! known client: Hello, spiffe://cellar.example/thermometer!
//! no certificate: refused
//! unknown authority: refused
//! ```

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{
        Certificate, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig,
        server::TcpIncoming,
    },
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

const CLIENT: &str = "spiffe://cellar.example/thermometer";

/// A key, and a certificate that says whose it is. Valid until 4096; a real one, for weeks.
fn identity(authority: &CertifiedIssuer<'_, KeyPair>) -> anyhow::Result<Identity> {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::URI(CLIENT.try_into()?)];
    let key = KeyPair::generate()?;
    Ok(Identity::from_pem(params.signed_by(&key, authority)?.pem(), key.serialize_pem()))
}

/// The URI in a certificate. TLS has checked before any call that the authority signed it.
fn uri(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let names = &certificate.subject_alternative_name().ok()??.value.general_names;
    let GeneralName::URI(uri) = names.first()? else { return None };
    Some((*uri).to_owned())
}

struct MyGreeter;
#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let caller = call.peer_certs().and_then(|chain| uri(chain.first()?));
        let caller = caller.ok_or(Status::unauthenticated("no certificate says who calls"))?;
        Ok(Response::new(HelloReply { message: format!("Hello, {caller}!") }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let ours = CertifiedIssuer::self_signed(params.clone(), KeyPair::generate()?)?;
    let other = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("https://localhost:{}", incoming.local_addr()?.port());
    let localhost = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let tls = ServerTlsConfig::new()
        .identity(Identity::from_pem(localhost.cert.pem(), localhost.signing_key.serialize_pem()))
        // Without this the server asks for no certificate, and `peer_certs` is always `None`.
        .client_ca_root(Certificate::from_pem(ours.pem()));
    let mut servers = JoinSet::new();
    let server = Server::builder().tls_config(tls)?.add_service(GreeterServer::new(MyGreeter));
    servers.spawn(server.serve_with_incoming(incoming));

    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(localhost.cert.pem()));
    for (what, tls, is_known) in [
        ("known client", tls.clone().identity(identity(&ours)?), true),
        ("no certificate", tls.clone(), false),
        ("unknown authority", tls.identity(identity(&other)?), false),
    ] {
        // A client may talk before the server has looked at its certificate. So `connect` succeeds,
        // and the call fails: by the server's alert, or by the closed connection after it.
        let channel = Endpoint::from_shared(uri.clone())?.tls_config(tls)?.connect().await?;
        let answer = GreeterClient::new(channel).say_hello(HelloRequest::default()).await;
        let answer = answer.map(|it| it.into_inner().message).map_err(|status| status.code());
        println!("{what}: {}", answer.as_deref().unwrap_or("refused"));
        assert_eq!(answer.as_ref().is_ok_and(|it| it.contains(CLIENT)), is_known, "{what}");
        assert_ne!(answer, Err(Code::Unauthenticated), "TLS let it in, and the handler did not");
    }
    Ok(())
}
