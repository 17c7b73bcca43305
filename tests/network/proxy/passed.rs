//! Checks what passes a proxy: calls, metadata, messages, statuses, and their ends.

use std::{
    collections::BTreeMap,
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

use grpc_demo::{
    cellar::{Reading, WatchRequest, thermometer_client::ThermometerClient},
    hello::{HelloReply, HelloRequest, greeter_client::GreeterClient},
};
use libtest_mimic::Failed;
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Response, metadata::MetadataValue, transport::Channel};
use tonic_health::ServingStatus;

use super::{
    backend::{Backend, DETAILS, Event, UNANSWERED},
    program::{Kind, Proxy},
};

/// Keeps a test from hanging; the awaited events take milliseconds.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs `test` against a proxy with three backends of this process.
fn behind(
    kind: Kind,
    program: &Path,
    test: impl AsyncFnOnce(Channel, [Backend; 3]) -> Result<(), Failed>,
) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let backends =
            [Backend::start(0).await?, Backend::start(1).await?, Backend::start(2).await?];
        let proxy =
            Proxy::start(kind, program, backends.each_ref().map(|backend| backend.address))?;
        test(proxy.connect().await?, backends).await
    })
}

fn hello(name: &str) -> Request<HelloRequest> {
    Request::new(HelloRequest { name: name.to_owned() })
}

/// The number of the backend that has answered.
fn backend(response: &Response<HelloReply>) -> Result<usize, Box<dyn Error>> {
    let number = response.metadata().get("backend").ok_or("a reply of no backend")?;
    Ok(number.to_str()?.parse()?)
}

/// The number of calls, of `count` one after the other, that each backend gets.
async fn spread_of(
    client: &mut GreeterClient<Channel>,
    count: usize,
) -> Result<BTreeMap<usize, usize>, Box<dyn Error>> {
    let mut calls = BTreeMap::new();
    for _ in 0..count {
        let response = client.say_hello(hello("Ferris")).await?;
        assert_eq!(response.get_ref().message, "Hello, Ferris!");
        *calls.entry(backend(&response)?).or_default() += 1;
    }
    Ok(calls)
}

/// One client connection still reaches all servers: the proxy balances calls, not connections.
pub fn spread(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, _backends| {
        let calls = spread_of(&mut GreeterClient::new(channel), 30).await?;
        assert_eq!(calls, BTreeMap::from([(0, 10), (1, 10), (2, 10)]));
        Ok(())
    })
}

pub fn metadata(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, _backends| {
        let mut client = GreeterClient::new(channel);
        let mut request = hello("Ferris");
        // More than the 8 KiB that nginx accepts by default.
        let long = "x".repeat(10_000);
        request.metadata_mut().insert("x-request-id", long.parse()?);
        request.metadata_mut().insert_bin("trace-bin", MetadataValue::from_bytes(&[0, 255]));
        let response = client.say_hello(request).await?;
        let metadata = response.metadata();
        assert_eq!(metadata.get("x-request-id").ok_or("no x-request-id")?, long.as_str());
        let trace = metadata.get_bin("trace-bin").ok_or("no trace-bin")?;
        assert_eq!(&trace.to_bytes()?[..], [0, 255]);

        let status = client.say_hello(hello("")).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.message(), "name is 0 bytes: 1 to 256 bytes, in UTF-8 “…”");
        assert_eq!(status.details(), DETAILS);
        assert_eq!(status.metadata().get("field").ok_or("no metadata in the trailers")?, "name");
        Ok(())
    })
}

pub fn messages(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, _backends| {
        let mut client = ThermometerClient::new(channel);

        // Each is sent after the answer to the one before: the proxy may not hold anything back.
        let (sender, receiver) = mpsc::channel(1);
        sender.send(Reading { celsius: 0.0 }).await?;
        let mut warnings = client.warn(ReceiverStream::new(receiver)).await?.into_inner();
        for celsius in 0..100 {
            let warning = warnings.message().await?.ok_or("an end in the middle")?;
            assert_eq!(warning.celsius, f64::from(celsius));
            sender.send(Reading { celsius: f64::from(celsius + 1) }).await?;
        }
        drop(sender);
        assert_eq!(warnings.message().await?.map(|warning| warning.celsius), Some(100.0));
        assert_eq!(warnings.message().await?, None);

        // 1.4 MB of messages, in one call: more than the body that nginx accepts by default.
        let many = tokio_stream::iter(std::iter::repeat_n(Reading { celsius: 11.5 }, 100_000));
        assert_eq!(client.record(many).await?.into_inner().count, 100_000);
        Ok(())
    })
}

pub fn endings(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, mut backends| {
        let mut greeter = GreeterClient::new(channel.clone());
        let mut request = hello(UNANSWERED);
        request.metadata_mut().insert("grpc-timeout", "500m".parse()?);
        greeter.say_hello(request).await.unwrap_err();
        assert_eq!(event(&mut backends).await?, Event::Began(Some("500m".to_owned())));
        assert_eq!(event(&mut backends).await?, Event::Ended);

        let call = tokio::spawn(async move { greeter.say_hello(hello(UNANSWERED)).await });
        assert_eq!(event(&mut backends).await?, Event::Began(None));
        call.abort();
        assert_eq!(event(&mut backends).await?, Event::Ended);

        // A stream without messages while its reader leaves.
        let mut thermometer = ThermometerClient::new(channel);
        let mut readings = thermometer.watch(WatchRequest::default()).await?.into_inner();
        assert_eq!(event(&mut backends).await?, Event::Began(None));
        assert_eq!(readings.message().await?, Some(Reading { celsius: 11.5 }));
        drop(readings);
        assert_eq!(event(&mut backends).await?, Event::Ended);
        Ok(())
    })
}

/// The next event of any backend.
async fn event([a, b, c]: &mut [Backend; 3]) -> Result<Event, String> {
    let event = async {
        tokio::select! {
            event = a.events.recv() => event,
            event = b.events.recv() => event,
            event = c.events.recv() => event,
        }
    };
    let event = timeout(LIMIT, event).await.map_err(|_| "no call has begun or ended")?;
    event.ok_or("the backend is gone".to_owned())
}

/// A server that drains reports NOT_SERVING, and still answers its open calls.
pub fn health(kind: Kind, program: &Path) -> Result<(), Failed> {
    behind(kind, program, async |channel, [_a, b, _c]| {
        let mut client = GreeterClient::new(channel);
        for (status, expected) in
            [(ServingStatus::NotServing, &[0, 2][..]), (ServingStatus::Serving, &[0, 1, 2])]
        {
            b.health.set_service_status("", status).await;
            let start = Instant::now();
            while !spread_of(&mut client, 6).await?.into_keys().eq(expected.iter().copied()) {
                if start.elapsed() > LIMIT {
                    return Err(format!("after {status:?}, not {expected:?} get the calls").into());
                }
                sleep(Duration::from_millis(50)).await;
            }
            let calls = spread_of(&mut client, 30).await?;
            assert!(calls.keys().eq(expected), "after {status:?}: {calls:?}");
        }
        Ok(())
    })
}
