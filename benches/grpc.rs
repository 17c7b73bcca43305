//! Measurements that `benches/crossing.rs` has no row for: streams, and the floor under a call over
//! TCP.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --features grpc --bench grpc`
//!
//! The client waits for each answer before the next call, so this is latency; `tools/bench-grpc`
//! measures a server with many clients. Server and client have a thread and a runtime each, as two
//! programs would. The ways to carry a stream are
//!
//! - "no connection": the generated client calls the router of the server, on one thread. That
//!   leaves protobuf, the frames of gRPC, and finding the method;
//! - "in-process": adds HTTP/2, over a pipe in memory, with both ends in the client's runtime;
//! - "UDS", "TCP" and "TLS": the same over sockets of this machine.
//!
//! Next to one call over TCP, "bare TCP" sends the same number of bytes in both directions, with
//! nothing around them. It is the floor for anything that two programs say to each other over TCP.

use std::{
    convert::Infallible, error::Error, future, hint::black_box, io, net, thread, time::Instant,
};

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use grpc_demo::{
    Client,
    cellar::{WatchRequest, thermometer_client::ThermometerClient},
    production::server::listen,
    services,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::{self, Handle, Runtime},
};
use tonic::{
    Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
    service::Routes,
    transport::{
        Certificate, Channel, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig,
    },
};
use tower::service_fn;
#[cfg(unix)]
use {tokio::net::UnixListener, tokio_stream::wrappers::UnixListenerStream};

const PIPE_BYTES: usize = 1 << 20;
const READINGS: u32 = 10_000;

/// Length of the bytes before the text in a message of one field: five bytes of gRPC (compressed or
/// not, and the length), two of protobuf (the field's number, and the length).
const HEAD: usize = 7;

fn runtime() -> io::Result<Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

/// A thread that runs the spawned tasks until the program ends.
fn server_thread() -> io::Result<Handle> {
    let runtime = runtime()?;
    let handle = runtime.handle().clone();
    thread::spawn(move || runtime.block_on(future::pending::<()>()));
    Ok(handle)
}

/// The client's end of each way that has a connection.
struct Ways {
    channels: Vec<(&'static str, Channel)>,
    #[cfg(unix)]
    _directory: tempfile::TempDir,
}

impl Ways {
    /// Listeners are made in the server's runtime, which has to wake up for them, and connections
    /// in the client's, which runs this function.
    async fn open(server: &Handle, routes: &Routes) -> Result<Self, Box<dyn Error>> {
        let mut channels = Vec::new();
        let router = || Server::builder().add_routes(routes.clone());

        let (near, far) = tokio::io::duplex(PIPE_BYTES);
        let mut near = Some(TokioIo::new(near));
        tokio::spawn(router().serve_with_incoming(tokio_stream::once(io::Result::Ok(far))));
        let connector = service_fn(move |_| {
            future::ready(near.take().ok_or(io::Error::other("a pipe connects only once")))
        });
        let endpoint = Endpoint::from_static("http://memory");
        channels.push(("in-process", endpoint.connect_with_connector(connector).await?));

        #[cfg(unix)]
        let _directory = {
            let directory = tempfile::tempdir()?;
            let path = directory.path().join("greeter");
            let listener = within(server, || UnixListener::bind(&path))?;
            server.spawn(router().serve_with_incoming(UnixListenerStream::new(listener)));
            let endpoint = Endpoint::from_shared(format!("unix://{}", path.display()))?;
            channels.push(("UDS", endpoint.connect().await?));
            directory
        };

        // Both ends set nodelay: `listen` does it for the server, an endpoint does it by default.
        let incoming = within(server, || listen(([127, 0, 0, 1], 0).into()))?;
        let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
        server.spawn(router().serve_with_incoming(incoming));
        channels.push(("TCP", endpoint.connect().await?));

        let key = rcgen::generate_simple_self_signed(["127.0.0.1".into()])?;
        let identity = Identity::from_pem(key.cert.pem(), key.signing_key.serialize_pem());
        let tls = ServerTlsConfig::new().identity(identity);
        let trust = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(key.cert.pem()));
        let incoming = within(server, || listen(([127, 0, 0, 1], 0).into()))?;
        let endpoint = Endpoint::from_shared(format!("https://{}", incoming.local_addr()?))?;
        let router = Server::builder().tls_config(tls)?.add_routes(routes.clone());
        server.spawn(router.serve_with_incoming(incoming));
        channels.push(("TLS", endpoint.tls_config(trust)?.connect().await?));

        Ok(Self {
            channels,
            #[cfg(unix)]
            _directory,
        })
    }
}

fn within<T>(runtime: &Handle, make: impl FnOnce() -> T) -> T {
    let _entered = runtime.enter();
    make()
}

/// Connects to a server that gives the same answer to each request of `asked` bytes.
async fn bare_tcp(server: &Handle, asked: usize, answer: &'static [u8]) -> io::Result<TcpStream> {
    let listener = net::TcpListener::bind("127.0.0.1:0")?;
    let stream = TcpStream::connect(listener.local_addr()?).await?;
    stream.set_nodelay(true)?;
    server.spawn(answer_all(listener, vec![0; asked], answer));
    Ok(stream)
}

async fn answer_all(
    listener: net::TcpListener,
    mut asked: Vec<u8>,
    answer: &[u8],
) -> io::Result<Infallible> {
    let (stream, _) = listener.accept()?;
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    let mut stream = TcpStream::from_std(stream)?;
    loop {
        stream.read_exact(&mut asked).await?;
        stream.write_all(answer).await?;
    }
}

/// Sends `bytes`, and reads the answer.
async fn exchange(stream: &mut TcpStream, bytes: &[u8], answer: &mut [u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.read_exact(answer).await?;
    Ok(())
}

fn bench<T, E: Error>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    client: &Runtime,
    mut call: impl AsyncFnMut() -> Result<T, E>,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|calls| {
            client.block_on(async {
                let start = Instant::now();
                for _ in 0..calls {
                    black_box(call().await.expect("the server is not stopped"));
                }
                start.elapsed()
            })
        });
    });
}

fn floor(
    criterion: &mut Criterion,
    (server, client): (&Handle, &Runtime),
    tcp: &Channel,
) -> Result<(), Box<dyn Error>> {
    const NAME: &str = "Ferris";
    const GREETING: &str = "Hello, Ferris!";
    let mut group = criterion.benchmark_group("greet over TCP");

    let (asked, mut answer) = ([1; HEAD + NAME.len()], [0; HEAD + GREETING.len()]);
    let mut stream = client.block_on(bare_tcp(server, asked.len(), &[1; HEAD + GREETING.len()]))?;
    bench(&mut group, "bare TCP", client, async || {
        exchange(&mut stream, black_box(&asked), &mut answer).await
    });

    let mut crossing = Client::new(tcp.clone());
    assert_eq!(client.block_on(crossing.greet(NAME))?, GREETING);
    bench(&mut group, "gRPC", client, async || crossing.greet(black_box(NAME)).await);
    group.finish();
    Ok(())
}

/// One call whose answer is a stream, read as fast as it comes.
async fn watch<T>(mut thermometer: ThermometerClient<T>) -> Result<u32, Status>
where
    T: GrpcService<Body>,
    T::Error: Into<StdError>,
    T::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <T::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    let request = WatchRequest { count: READINGS, interval_ms: 0 };
    let mut readings = thermometer.watch(request).await?.into_inner();
    let mut seen = 0;
    while let Some(reading) = readings.message().await? {
        black_box(reading);
        seen += 1;
    }
    Ok(seen)
}

fn streams(
    criterion: &mut Criterion,
    client: &Runtime,
    (routes, ways): (&Routes, &Ways),
) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("10,000 readings in a stream");
    group.throughput(Throughput::Elements(READINGS.into()));
    group.sample_size(20);

    let direct = ThermometerClient::new(routes.clone());
    assert_eq!(client.block_on(watch(direct.clone()))?, READINGS);
    bench(&mut group, "no connection", client, async || watch(direct.clone()).await);

    for (way, channel) in &ways.channels {
        let thermometer = ThermometerClient::new(channel.clone());
        assert_eq!(client.block_on(watch(thermometer.clone()))?, READINGS, "{way}");
        bench(&mut group, way, client, async || watch(thermometer.clone()).await);
    }
    group.finish();
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (server, client) = (server_thread()?, runtime()?);
    let routes = services::routes();
    let ways = client.block_on(Ways::open(&server, &routes))?;

    let mut criterion = Criterion::default().configure_from_args();
    let tcp = ways.channels.iter().find(|(way, _)| *way == "TCP").map(|(_, channel)| channel);
    floor(&mut criterion, (&server, &client), tcp.ok_or("there is no way over TCP")?)?;
    streams(&mut criterion, &client, (&routes, &ways))?;
    criterion.final_summary();
    Ok(())
}
