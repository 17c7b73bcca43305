//! One address answers a browser, `curl` and a gRPC client, each in its own protocol.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    process::Process,
    served::{Served, polyglot},
};
#[cfg(unix)]
use grpc_demo::cellar::WatchRequest;
use grpc_demo::{Client, crossing::MandelbrotRequest};
use polyglot::{
    compare::{keep, record::Record},
    last_run,
};
use tonic::{Code, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};
use tower::ServiceExt;

/// Not a measurement: this only keeps a broken test from hanging.
const LIMIT: Duration = Duration::from_secs(60);

/// Starts `polyglot serve` with these options, and returns its URL.
fn serve(options: &[&str]) -> (String, Process) {
    let arguments = ["serve", "--addr", "127.0.0.1:0"].iter().chain(options).copied();
    serve_with(&mut polyglot(arguments))
}

fn serve_with(command: &mut Command) -> (String, Process) {
    let mut process = Process::spawn(command).unwrap();
    let line = process.wait_for_line("http://", LIMIT).unwrap();
    (line.split_whitespace().next().unwrap().to_owned(), process)
}

fn get(url: &str, headers: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.call().unwrap()
}

fn header<'a>(response: &'a ureq::http::Response<ureq::Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn a_page_loads_nothing_from_elsewhere() {
    let server = Served::start().unwrap();
    for path in ["/", "/tutorial/", "/source/examples/ffi/call_c.rs.html"] {
        let page = get(&format!("{}{path}", server.url), &[]);
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(header(&page, "content-type"), "text/html");
        let policy = header(&page, "content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    }
    let moved = get(&format!("{}/tutorial", server.url), &[]);
    assert_eq!((moved.status().as_u16(), header(&moved, "location")), (308, "/tutorial/"));
    assert_eq!(get(&format!("{}/no-such-page", server.url), &[]).status(), 404);
}

#[test]
fn no_browser_guesses_the_type_of_an_answer() {
    let server = Served::start().unwrap();
    for path in ["/", "/style.css", "/tutorial/", "/pkg/add.wasm", "/metrics", "/no-such-page"] {
        let answer = get(&format!("{}{path}", server.url), &[]);
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn other_machines_reach_it_only_when_it_is_told_so_and_then_it_warns() {
    let help = polyglot(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("[default: 127.0.0.1:8080]"), "{help}");

    let warning = "other machines can reach this server";
    for (address, is_open) in [("127.0.0.1:0", false), ("localhost:0", false), ("0.0.0.0:0", true)]
    {
        let (url, process) = serve_with(&mut polyglot(["serve", "--addr", address]));
        assert_eq!(url.contains("//0.0.0.0:"), is_open, "{url}");
        // It is printed before the URL, and may be read after it.
        let begun = Instant::now();
        while is_open && !process.stderr().contains(warning) && begun.elapsed() < LIMIT {
            thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(process.stderr().contains(warning), is_open, "{address}: {}", process.stderr());
    }
}

#[test]
fn every_link_of_the_tutorial_leads_somewhere() {
    let server = Served::start().unwrap();
    let page = format!("{}/tutorial/", server.url);
    let mut waiting = vec![page.clone()];
    let mut seen = vec![page];
    while let Some(page) = waiting.pop() {
        let mut answer = get(&page, &[]);
        assert_eq!(answer.status(), 200, "{page}");
        if header(&answer, "content-type") != "text/html" || !page.contains("/tutorial/") {
            continue;
        }
        let html = answer.body_mut().read_to_string().unwrap();
        for link in html.split("href=\"").chain(html.split("src=\"")).skip(1) {
            let link = link.split(['"', '#']).next().unwrap();
            if link.is_empty() || link.contains(':') || link.contains('<') {
                continue;
            }
            let folder = page.rsplit_once('/').unwrap().0;
            let target = match link.strip_prefix("../") {
                Some(link) => format!("{}/{link}", folder.rsplit_once('/').unwrap().0),
                None => format!("{folder}/{}", link.trim_start_matches("./")),
            };
            if !seen.contains(&target) {
                seen.push(target.clone());
                waiting.push(target);
            }
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn webassembly_has_its_type_and_is_sent_once() {
    let server = Served::start().unwrap();
    let url = format!("{}/pkg/grpc_demo_bg.wasm", server.url);

    let mut packed = get(&url, &[("accept-encoding", "gzip")]);
    assert_eq!(header(&packed, "content-type"), "application/wasm");
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    let etag = header(&packed, "etag").to_owned();
    let mut wasm = Vec::new();
    flate2::read::GzDecoder::new(packed.body_mut().as_reader()).read_to_end(&mut wasm).unwrap();
    assert_eq!(wasm, std::fs::read("web/pkg/grpc_demo_bg.wasm").unwrap());

    let plain = get(&url, &[("accept-encoding", "identity")]);
    assert_eq!(header(&plain, "content-encoding"), "");
    assert_eq!(get(&url, &[("if-none-match", &etag)]).status(), 304);
}

#[test]
fn the_last_native_run_is_served() {
    // The run that is packed with the page, if there is one.
    let packed = std::fs::read("web/compare.json").ok();
    let target = tempfile::tempdir().unwrap();
    let mut command = polyglot(["serve", "--addr", "127.0.0.1:0"]);
    let (url, process) = serve_with(command.env("CARGO_TARGET_DIR", target.path()));
    let url = format!("{url}/compare.json");
    let get = || {
        let mut answer = get(&url, &[]);
        // The page takes a run without an ETag for the reader's own.
        let own = header(&answer, "etag").is_empty();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap(), own)
    };
    let is_packed = |(status, body, own): (u16, Vec<u8>, bool)| match &packed {
        Some(packed) => assert_eq!((status, &body, own), (200, packed, false)),
        None => assert_eq!(status, 404),
    };
    is_packed(get());

    let record = Record::from_json(include_bytes!("../data/sample.json")).unwrap();
    keep(target.path(), &record).unwrap();
    let (status, body, own) = get();
    assert_eq!((status, Record::from_json(&body).unwrap(), own), (200, record, true));

    std::fs::write(target.path().join(last_run::FILE), &body[..100]).unwrap();
    is_packed(get());
    assert!(process.stderr().contains("compare.json: EOF"), "{}", process.stderr());
}

#[tokio::test]
async fn a_native_client_is_answered_on_the_same_address() {
    let server = Served::start().unwrap();
    let mut client = Client::connect(server.url.clone()).await.unwrap();
    assert_eq!(client.say_hello("Ferris").await.unwrap(), "Hello, Ferris!");
    assert_eq!(client.my_c_function(42, 0.5).await.unwrap(), 21.0);
    let refused = client.mandelbrot(MandelbrotRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);

    let channel = Channel::from_shared(server.url.clone()).unwrap().connect().await.unwrap();
    let request = HealthCheckRequest { service: "hello.Greeter".into() };
    let health = HealthClient::new(channel.clone()).check(request).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);

    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::FileContainingSymbol("hello.Greeter".into())),
    };
    let mut answers = ServerReflectionClient::new(channel.clone())
        .server_reflection_info(tokio_stream::once(request))
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    assert!(matches!(answer, Some(MessageResponse::FileDescriptorResponse(_))), "{answer:?}");
}

#[test]
fn an_unknown_method_is_unimplemented_not_a_missing_page() {
    let server = Served::start().unwrap();
    for path in ["/hello.Greeter/SayGoodbye", "/no.Service/Method"] {
        let answer = ureq::post(format!("{}{path}", server.url))
            .content_type("application/grpc-web+proto")
            .send(&[0; 5])
            .unwrap();
        assert_eq!(header(&answer, "grpc-status"), "12", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_grpc_is_not_run_as_a_call() {
    const MESSAGE: &[u8] = b"\0\0\0\0\x08\x0a\x06Ferris";

    let server = Served::start().unwrap();
    let url = format!("{}/hello.Greeter/SayHello", server.url);
    let channel = Channel::from_shared(server.url.clone()).unwrap().connect().await.unwrap();
    // A page of another site can send the first two without asking first.
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json"] {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let answer = agent.post(&url).content_type(content_type).send(MESSAGE).unwrap();
        assert!(answer.status().is_client_error(), "{content_type}: {answer:?}");

        let request = axum::http::Request::post(&url).header("content-type", content_type);
        let body = tonic::body::Body::new(axum::body::Body::from(MESSAGE));
        let answer = channel.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        assert!(answer.status().is_client_error(), "{content_type}: {answer:?}");
    }
    let mut metrics = get(&format!("{}/metrics", server.url), &[]);
    let metrics = metrics.body_mut().read_to_string().unwrap();
    assert!(!metrics.contains("grpc_code"), "{metrics}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_frees_the_port() {
    let server = Served::start().unwrap();
    let address = server.url.trim_start_matches("http://").to_owned();
    server.stop().unwrap();
    std::net::TcpListener::bind(address).unwrap();
}

#[test]
fn a_message_over_the_limit_is_refused_by_a_status_over_http1_too() {
    let server = Served::start().unwrap();
    // Data that is still arriving while the refusal is sent must not reset the connection.
    let length = 6_000_000_u32;
    let mut body = vec![0];
    body.extend(length.to_be_bytes());
    body.resize(5 + length as usize, b'x');
    let answer = ureq::post(format!("{}/hello.Greeter/SayHello", server.url))
        .content_type("application/grpc-web+proto")
        .send(&body)
        .unwrap();
    assert_eq!(header(&answer, "grpc-status"), "11");
}

#[test]
fn a_deadline_ends_a_call_with_its_own_status() {
    let server = Served::start().unwrap();
    // Written by hand, because every client also enforces its own deadline. The request never ends.
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let head = "POST /cellar.Thermometer/Record HTTP/1.1\r\nhost: localhost\r\n\
                content-type: application/grpc-web+proto\r\ngrpc-timeout: 100m\r\n\
                content-length: 5\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    assert!(head.iter().any(|line| line == "grpc-status: 4"), "{head:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_calls_of_both_protocols() {
    let server = Served::start().unwrap();
    let mut client = Client::connect(server.url.clone()).await.unwrap();
    client.say_hello("Ferris").await.unwrap();
    // The same call over gRPC-web, with an empty name.
    let web = ureq::post(format!("{}/hello.Greeter/SayHello", server.url))
        .content_type("application/grpc-web+proto")
        .send(&[0; 5])
        .unwrap();
    assert_eq!(header(&web, "grpc-status"), "3");

    let mut page = get(&format!("{}/metrics", server.url), &[]);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(header(&page, "content-type"), kind);
    let text = page.body_mut().read_to_string().unwrap();
    for code in ["OK", "INVALID_ARGUMENT"] {
        let line = format!(
            "grpc_server_handled_total{{grpc_service=\"hello.Greeter\",\
             grpc_method=\"SayHello\",grpc_code=\"{code}\"}} 1"
        );
        assert!(text.lines().any(|counted| counted == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn each_call_is_a_line_of_the_log() {
    let (url, process) = serve(&["--log", "json"]);
    let mut client = Client::connect(url).await.unwrap();
    client.say_hello("").await.unwrap_err();
    // A call is logged when it has ended; its caller may see the end a moment earlier.
    let logged =
        || process.stderr().lines().find(|line| line.contains("SayHello")).map(str::to_owned);
    let line = tokio::time::timeout(LIMIT, async {
        loop {
            match logged() {
                Some(line) => return line,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    })
    .await
    .unwrap();
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "/hello.Greeter/SayHello");
    assert_eq!(line["code"], "INVALID_ARGUMENT");
    assert!(line["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_lets_calls_end() {
    let (url, mut process) = serve(&["--drain", "3600"]);
    let mut client = Client::connect(url).await.unwrap();
    let mut readings = client.watch(WatchRequest { count: 100, interval_ms: 20 }).await.unwrap();
    readings.message().await.unwrap().unwrap();
    process.signal("TERM").unwrap();
    process.wait_for_line("stopping", LIMIT).unwrap();
    for _ in 1..100 {
        readings.message().await.unwrap().unwrap();
    }
    assert_eq!(readings.message().await.unwrap(), None);
    assert!(process.wait(LIMIT).unwrap().success());
    assert_eq!(process.stderr(), "");
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_signal_is_not_waited_for() {
    let (url, mut process) = serve(&["--drain", "3600"]);
    let mut client = Client::connect(url).await.unwrap();
    let mut readings = client.watch(WatchRequest { count: 0, interval_ms: 10 }).await.unwrap();
    readings.message().await.unwrap().unwrap();
    process.signal("INT").unwrap();
    process.wait_for_line("stopping", LIMIT).unwrap();
    // The command may listen for a second signal only a moment after it prints the line.
    let ended = (0..100).find_map(|_| {
        process.signal("INT").unwrap();
        process.wait(Duration::from_millis(100)).ok()
    });
    assert!(ended.expect("it does not end").success());
}

#[cfg(unix)]
#[tokio::test]
async fn calls_left_after_draining_end_with_unavailable() {
    let (url, mut process) = serve(&["--drain", "0"]);
    let mut client = Client::connect(url).await.unwrap();
    let mut readings = client.watch(WatchRequest { count: 0, interval_ms: 10 }).await.unwrap();
    readings.message().await.unwrap().unwrap();
    process.signal("TERM").unwrap();
    let status = loop {
        if let Err(status) = readings.message().await {
            break status;
        }
    };
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    process.wait_for_line("stopped; open calls that were cut off: 1", LIMIT).unwrap();
    assert!(process.wait(LIMIT).unwrap().success());
}
