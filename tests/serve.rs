//! One address answers a browser, `curl` and a gRPC client, each in its own protocol.

mod support;

use std::io::Read;

use grpc_demo::{Client, crossing::MandelbrotRequest};
use support::served::Served;
use tonic::{Code, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

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
fn a_method_that_is_not_there_is_unimplemented_not_a_missing_page() {
    let server = Served::start().unwrap();
    for path in ["/hello.Greeter/SayGoodbye", "/no.Service/Method"] {
        let answer = ureq::post(format!("{}{path}", server.url))
            .content_type("application/grpc-web+proto")
            .send(&[0; 5])
            .unwrap();
        assert_eq!(header(&answer, "grpc-status"), "12", "{path}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_frees_the_port() {
    let server = Served::start().unwrap();
    let address = server.url.trim_start_matches("http://").to_owned();
    server.stop().unwrap();
    std::net::TcpListener::bind(address).unwrap();
}
