//! Every column answers as it must, and leaves nothing behind.

use std::{
    collections::HashMap,
    io::Read,
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use tonic::{body::Body, codegen::http};
use tower::ServiceExt;

use super::{super::Boundary, *};
use crate::compare::{
    operation::Operation,
    side::{Side, untimed},
};

/// The columns, as the comparison gets them.
fn boundaries() -> Vec<Boundary> {
    let mut columns =
        Columns { wanted: &|_| true, preparing: &|_| {}, known: Vec::new(), found: Vec::new() };
    add_to(&mut columns);
    columns.found
}

/// Those that have to work here, by id.
fn sides() -> HashMap<&'static str, Box<dyn Side>> {
    let here = boundaries().into_iter().filter(|boundary| cfg!(unix) || boundary.id != "grpc-uds");
    here.map(|boundary| match boundary.side {
        Ok(side) => (boundary.id, side),
        Err(absent) => panic!("{}: {absent}", boundary.id),
    })
    .collect()
}

#[test]
fn columns_have_their_names_and_order() {
    let names: Vec<_> = boundaries().iter().map(|boundary| (boundary.id, boundary.name)).collect();
    let expected = [
        ("grpc-direct", "gRPC, no connection"),
        ("grpc-memory", "gRPC, in-process"),
        ("grpc-uds", "gRPC, UDS"),
        ("grpc-tcp", "gRPC, TCP"),
        ("grpc-tls", "gRPC, TCP+TLS"),
    ];
    assert_eq!(names, expected);
}

/// One after the other: nothing that a call leaves in a connection may spoil the next.
#[test]
fn every_column_answers_every_operation() {
    let mut sides = sides();
    for operation in Operation::ALL {
        let expected = operation.expected();
        for (id, side) in &mut sides {
            side.time(operation, 0).unwrap();
            let answer = side.answer(operation).unwrap();
            // Not assert_eq: nobody reads a picture of 1 MiB.
            assert!(answer == expected, "{id} is wrong about {}", operation.name());
        }
    }
}

#[test]
fn calls_are_as_many_as_asked_for_and_have_a_deadline() {
    let (sent, seen) = mpsc::channel();
    let transport = service_fn(move |request: http::Request<Body>| {
        sent.send(request.headers().get("grpc-timeout").cloned()).unwrap();
        routes().oneshot(request)
    });
    let mut caller = Caller::new(transport, runtime().unwrap(), ());
    for calls in [0, 1, 100] {
        caller.time(Operation::Greet, calls).unwrap();
        let timeouts: Vec<_> = seen.try_iter().collect();
        assert_eq!(timeouts.len(), (calls + untimed(calls)) as usize);
        assert!(timeouts.iter().all(Option::is_some), "a call without a deadline");
    }
}

#[test]
fn dropping_the_side_closes_its_port() {
    let (runtime, incoming, address) = on_loopback().unwrap();
    let serving = transport::Server::builder().add_routes(routes()).serve_with_incoming(incoming);
    let server = Server::start(runtime, serving).unwrap();
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut caller = connect(endpoint, server).unwrap();
    caller.answer(Operation::Greet).unwrap();
    TcpStream::connect(address).unwrap();

    drop(caller);
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[cfg(unix)]
#[test]
fn dropping_the_side_removes_its_folder() {
    let caller = uds().unwrap();
    let folder = caller.far.1.path().to_owned();
    assert!(folder.join("crossing.sock").exists());
    drop(caller);
    assert!(!folder.exists());
}

#[test]
fn dropping_the_server_waits_for_its_thread() {
    struct Slow(Arc<AtomicBool>);
    impl Drop for Slow {
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(200));
            self.0.store(true, Ordering::SeqCst);
        }
    }

    let ended = Arc::new(AtomicBool::new(false));
    let slow = Slow(ended.clone());
    let serving = async move {
        let _slow = slow;
        future::pending::<()>().await;
    };
    drop(Server::start(runtime().unwrap(), serving).unwrap());
    assert!(ended.load(Ordering::SeqCst), "the thread goes on");
}

#[test]
fn a_server_that_has_gone_is_an_error() {
    let (runtime, incoming, address) = on_loopback().unwrap();
    let serving = transport::Server::builder().add_routes(routes()).serve_with_incoming(incoming);
    let server = Server::start(runtime, serving).unwrap();
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut caller = connect(endpoint, Some(server)).unwrap();
    caller.answer(Operation::Greet).unwrap();

    caller.far = None;
    for operation in Operation::ALL {
        let error = caller.answer(operation).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{} ended with ", operation.name())), "{error}");
    }
}

/// A peer that takes the first bytes of a call, and then hangs up.
#[test]
fn a_connection_that_is_lost_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 24]).unwrap();
    });
    let mut caller = connect(Endpoint::from_shared(endpoint).unwrap(), ()).unwrap();
    caller.time(Operation::Add, 1).unwrap_err();
    peer.join().unwrap();
}
