//! Rust's server and client, with the certificates that both sides use.

use std::{fs, net::Ipv4Addr, path::PathBuf, time::Duration};

use grpc_demo::{
    cellar::{Reading, WatchRequest, thermometer_client::ThermometerClient},
    code_name,
    hello::{HelloRequest, greeter_client::GreeterClient},
    production::{
        deadline::{DeadlineLayer, Deadlines},
        server,
    },
    services,
};
use polyglot::compare::tls;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use subtle::ConstantTimeEq;
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Request, Response, Status, Streaming,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, InterceptorLayer, interceptor::InterceptedService},
    transport::{Channel, Server},
};
use tonic_types::StatusExt;
use tower::Layer;

use super::program;

/// The token that every call has to carry.
pub const TOKEN: &str = "cellar-door";

/// Keeps a test from hanging, on a slow machine.
const LIMIT: Duration = Duration::from_secs(60);

/// An authority and a server's certificate, made for one trial.
pub struct Credentials(TempDir);

impl Credentials {
    pub fn new() -> Result<Self, String> {
        let make = || -> Result<TempDir, Box<dyn std::error::Error>> {
            let mut params = CertificateParams::default();
            // Without two names, both certificates would have the same one, and OpenSSL would take
            // the server's certificate for one that is its own authority.
            params.distinguished_name.push(DnType::CommonName, "an authority");
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
            let key = KeyPair::generate()?;
            let server = CertificateParams::new(["localhost".to_owned()])?;
            let server = server.signed_by(&key, &authority)?;

            let folder = tempfile::tempdir()?;
            fs::write(folder.path().join("ca.pem"), authority.pem())?;
            fs::write(folder.path().join("cert.pem"), server.pem())?;
            fs::write(folder.path().join("key.pem"), key.serialize_pem())?;
            Ok(folder)
        };
        make().map(Self).map_err(|error| format!("cannot make certificates: {error}"))
    }

    pub fn authority(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    pub fn certificate(&self) -> PathBuf {
        self.0.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.0.path().join("key.pem")
    }
}

fn said(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

/// The server of `cargo run --example grpc_server`, behind TLS and a token.
pub struct RustServer {
    pub port: u16,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
    runtime: Runtime,
}

impl RustServer {
    pub fn start(credentials: &Credentials) -> Result<Self, String> {
        let certificate = fs::read(credentials.certificate()).map_err(said)?;
        let key = fs::read(credentials.key()).map_err(said)?;
        let expected = format!("Bearer {TOKEN}");
        let check = move |request: Request<()>| {
            let sent = request.metadata().get("authorization").map_or(&b""[..], |it| it.as_bytes());
            match bool::from(sent.ct_eq(expected.as_bytes())) {
                true => Ok(request),
                false => Err(Status::unauthenticated("send the token")),
            }
        };

        let runtime = Runtime::new().map_err(said)?;
        let (stop, stopped) = oneshot::channel();
        let (port, serving) = runtime.block_on(async {
            let incoming = server::listen((Ipv4Addr::LOCALHOST, 0).into()).map_err(said)?;
            let port = incoming.local_addr().map_err(said)?.port();
            let services = services::server(server::Settings::default()).map_err(said)?;
            let incoming = Box::pin(tls::accept(incoming, &certificate, &key).map_err(said)?);
            let serving = Server::builder()
                .layer(InterceptorLayer::new(check))
                .serve_with_incoming_shutdown(services.grpc(), incoming, async {
                    drop(stopped.await)
                });
            Ok::<_, String>((port, tokio::spawn(serving)))
        })?;
        Ok(Self { port, stop, serving, runtime })
    }

    /// Ends the server, and its calls.
    pub fn stop(self) -> Result<(), String> {
        drop(self.stop);
        let ended = self.runtime.block_on(async { timeout(LIMIT, self.serving).await });
        ended.map_err(|_| "Rust's server does not end")?.map_err(said)?.map_err(said)
    }
}

/// Sends the token with each call, if there is one.
#[derive(Clone)]
struct Token(Option<MetadataValue<Ascii>>);

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

type Calls = InterceptedService<Deadlines<Channel>, Token>;

struct Client {
    greeter: GreeterClient<Calls>,
    thermometer: ThermometerClient<Calls>,
    without_token: GreeterClient<Calls>,
}

/// Makes all the calls that the other clients make, and returns the lines that they would print.
/// Also checks that the server notices each time that its readings are no longer wanted.
pub fn call(
    server: &program::Server,
    credentials: &Credentials,
) -> Result<(String, Result<(), String>), String> {
    let authority = fs::read(credentials.authority()).map_err(said)?;
    let runtime = Runtime::new().map_err(said)?;
    runtime.block_on(async {
        let mut client = timeout(LIMIT, Client::connect(server.port, authority))
            .await
            .map_err(|_| "the server does not answer")??;
        let printed = client.lines().await;
        // Two watches: the deadline of one passed, and the client left the other.
        let left = client.leave_a_watch().await.map_err(said);
        let stopped = left.and_then(|()| server.wait_for_stopped_watches(2));
        let still_there = client.unary().await.map(drop);
        Ok((printed, stopped.and(still_there)))
    })
}

impl Client {
    async fn connect(port: u16, authority: Vec<u8>) -> Result<Self, String> {
        let uri = format!("https://localhost:{port}");
        let channel = tls::connect(uri, &authority).await.map_err(said)?;
        let channel = DeadlineLayer::new().default_timeout(LIMIT).layer(channel);
        let token = format!("Bearer {TOKEN}").parse().map_err(said)?;
        let with_token = InterceptedService::new(channel.clone(), Token(Some(token)));
        let without_token = InterceptedService::new(channel, Token(None));
        Ok(Self {
            greeter: GreeterClient::new(with_token.clone()),
            thermometer: ThermometerClient::new(with_token),
            without_token: GreeterClient::new(without_token),
        })
    }

    /// One line for each call; for a failed call, the reason.
    async fn lines(&mut self) -> String {
        let lines = [
            self.unary().await,
            self.server_stream().await,
            self.client_stream().await,
            self.both_ways().await,
            self.deadline().await,
            self.error_details().await,
            self.metadata().await,
            self.token().await,
        ];
        lines.map(|line| line.unwrap_or_else(|error| error) + "\n").concat()
    }

    async fn unary(&mut self) -> Result<String, String> {
        let reply = self.greeter.say_hello(ferris()).await.map_err(said)?;
        Ok(format!("unary: {}", reply.into_inner().message))
    }

    async fn readings(&mut self) -> Result<Vec<Reading>, Status> {
        let request = WatchRequest { count: 4, interval_ms: 10 };
        collect(self.thermometer.watch(request).await?).await
    }

    async fn server_stream(&mut self) -> Result<String, String> {
        let readings = self.readings().await.map_err(said)?;
        let celsius = readings.iter().map(|reading| format!(" {:.1}", reading.celsius));
        Ok(format!("stream:{}", celsius.collect::<String>()))
    }

    async fn client_stream(&mut self) -> Result<String, String> {
        let readings = tokio_stream::iter(self.readings().await.map_err(said)?);
        let summary = self.thermometer.record(readings).await.map_err(said)?.into_inner();
        let (lowest, highest) = (summary.lowest, summary.highest);
        Ok(format!("summary: {} readings, {lowest:.1} to {highest:.1}", summary.count))
    }

    async fn both_ways(&mut self) -> Result<String, String> {
        let readings = self.readings().await.map_err(said)?;
        let (sender, receiver) = mpsc::channel(1);
        // At the same time: a server in Python, Node.js, Java or C++ sends its headers with its first
        // answer, and until they come `warn` returns no stream.
        let talking = async move {
            for reading in readings {
                sender.send(reading).await.map_err(said)?;
            }
            drop(sender);
            Ok(())
        };
        let listening = async {
            let warnings = self.thermometer.warn(ReceiverStream::new(receiver)).await;
            collect(warnings.map_err(said)?).await.map_err(said)
        };
        let (warnings, ()) = tokio::try_join!(listening, talking)?;
        let messages: Vec<_> = warnings.into_iter().map(|warning| warning.message).collect();
        Ok(format!("warnings: {}", messages.join(", ")))
    }

    async fn deadline(&mut self) -> Result<String, String> {
        let mut request = Request::new(WatchRequest { count: 0, interval_ms: 10 });
        request.set_timeout(Duration::from_millis(300));
        let mut readings = self.thermometer.watch(request).await.map_err(said)?.into_inner();
        readings.message().await.map_err(said)?.ok_or("no reading came")?;
        loop {
            match readings.message().await {
                Ok(Some(_)) => {}
                Ok(None) => return Err("an endless stream has ended".into()),
                Err(status) => return Ok(format!("deadline: {}", code_name(status.code()))),
            }
        }
    }

    async fn error_details(&mut self) -> Result<String, String> {
        let request = HelloRequest { name: String::new() };
        let Err(status) = self.greeter.say_hello(request).await else {
            return Err("an empty name was taken".into());
        };
        let details = status.get_details_bad_request();
        let violations = details.map(|details| details.field_violations).unwrap_or_default();
        let [violation] = &violations[..] else {
            return Err(format!("{status:?} has not one field violation: {violations:?}"));
        };
        let (field, description) = (&violation.field, &violation.description);
        Ok(format!("error: {}, {field}: {description}", code_name(status.code())))
    }

    async fn metadata(&mut self) -> Result<String, String> {
        let mut request = Request::new(ferris());
        request.metadata_mut().insert("x-request-id", MetadataValue::from_static("request-1"));
        let reply = self.greeter.say_hello(request).await.map_err(said)?;
        let id = reply.metadata().get("x-request-id").ok_or("no x-request-id came back")?;
        Ok(format!("metadata: {}", id.to_str().map_err(said)?))
    }

    async fn token(&mut self) -> Result<String, String> {
        let without = code(self.without_token.say_hello(ferris()).await);
        let with = code(self.greeter.say_hello(ferris()).await);
        Ok(format!("token: {without} without, {with} with"))
    }

    /// Leaves a stream early, like a caller that has seen enough.
    async fn leave_a_watch(&mut self) -> Result<(), Status> {
        // Not at full speed: h2 ends a connection that brings more small frames than it can keep.
        let endless = WatchRequest { count: 0, interval_ms: 10 };
        let mut readings = self.thermometer.watch(endless).await?.into_inner();
        readings.message().await?;
        Ok(())
    }
}

fn ferris() -> HelloRequest {
    HelloRequest { name: "Ferris".into() }
}

fn code<T>(result: Result<Response<T>, Status>) -> &'static str {
    code_name(result.map_or_else(|status| status.code(), |_| Code::Ok))
}

async fn collect<T>(stream: Response<Streaming<T>>) -> Result<Vec<T>, Status> {
    let mut stream = stream.into_inner();
    let mut messages = Vec::new();
    while let Some(message) = stream.message().await? {
        messages.push(message);
    }
    Ok(messages)
}
