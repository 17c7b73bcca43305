//! One operation on every side of every boundary in this process: for random inputs the answers are
//! the same, bit for bit, and an input that one side refuses, all refuse.

use std::sync::{LazyLock, Mutex};

use crate::support::{
    ops::{self, impossible_picture, picture},
    root,
};
use grpc_demo::{
    Client,
    crossing::{MandelbrotRequest, View},
    production::server,
    services,
};
use polyglot::compare::{
    boundaries::wasm::{Component, Fuel, Refused, Wasmi, Wasmtime},
    operation::Picture,
    side::{Failure, Operations},
};
use proptest::prelude::*;
use tokio::runtime::Runtime;
use tonic::{Code, Status};

/// A gRPC server of this process, and a client of it.
static GRPC: LazyLock<(Runtime, Client)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(async {
        let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let uri = format!("http://{}", incoming.local_addr().unwrap());
        tokio::spawn(services::serve(incoming, std::future::pending()));
        Client::connect(uri).await.unwrap()
    });
    (runtime, client)
});

type Guest = Box<dyn Operations + Send>;

/// The module with the handwritten interface in each engine, and then the component.
static GUESTS: LazyLock<Mutex<[Guest; 4]>> = LazyLock::new(|| {
    let module = ops::module();
    let component = std::fs::read(root().join("web/pkg/ops_component.wasm")).unwrap();
    Mutex::new([
        Box::new(Wasmtime::load(&module).unwrap()),
        Box::new(Fuel::load(&module).unwrap()),
        Box::new(Wasmi::load(&module).unwrap()),
        Box::new(Component::load(&component).unwrap()),
    ])
});

/// Asks every guest, and returns their common answer.
fn guests<T: PartialEq + std::fmt::Debug>(
    ask: impl Fn(&mut dyn Operations) -> Result<T, Failure>,
) -> T {
    let mut guests = GUESTS.lock().unwrap();
    let answers: Vec<_> = guests.iter_mut().map(|guest| ask(&mut **guest).unwrap()).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    answers.into_iter().next().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn add(a: i32, b: i32) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::add(a, b);
        prop_assert_eq!(ffi_demo::add(a, b), rust);
        prop_assert_eq!(guests(|guest| guest.add(a, b)), rust);
        prop_assert_eq!(runtime.block_on(client.clone().add(a, b)).unwrap(), rust);
    }

    #[test]
    fn greet(name in "\\PC*") {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::greet(&name);
        prop_assert_eq!(&ffi_demo::greet(&name).unwrap(), &rust);
        prop_assert_eq!(&guests(|guest| guest.greet(&name)), &rust);
        prop_assert_eq!(&runtime.block_on(client.clone().greet(name)).unwrap(), &rust);
    }

    #[test]
    fn checksum(data: Vec<u8>) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::checksum(&data);
        prop_assert_eq!(crc32c::crc32c(&data), rust);
        prop_assert_eq!(ffi_demo::checksum(&data), rust);
        prop_assert_eq!(guests(|guest| guest.checksum(&data)), rust);
        prop_assert_eq!(runtime.block_on(client.clone().checksum(data)).unwrap(), rust);
    }

    #[test]
    fn mandelbrot(picture in picture()) {
        all_sides(picture)?;
    }

    #[test]
    fn mandelbrot_refused(picture in impossible_picture()) {
        prop_assert!(picture.draw().is_err());
        all_sides(picture)?;
    }
}

/// Draws one picture on every side. All sides report the same error in the same words, except the
/// module, which only refuses the picture.
fn all_sides(picture: Picture) -> Result<(), TestCaseError> {
    let rust = picture.draw().map_err(|error| error.to_string());

    let Picture { width, height, max_iterations, .. } = picture;
    let c = ffi_demo::mandelbrot(width, height, picture.c_view(), max_iterations);
    prop_assert_eq!(&c.map_err(|error| error.to_string()), &rust);

    let guest = guests(|guest| match guest.mandelbrot(picture) {
        Err(failure) if failure.is::<Refused>() => Ok(rust.clone()),
        drawn => Ok(drawn.map_err(|failure| failure.to_string())),
    });
    prop_assert_eq!(&guest, &rust);

    let (runtime, client) = &*GRPC;
    let grpc = runtime.block_on(rows(client.clone(), picture)).map_err(|status| {
        assert_eq!(status.code(), Code::InvalidArgument);
        status.message().to_owned()
    });
    prop_assert_eq!(&grpc, &rust);
    Ok(())
}

async fn rows(mut client: Client, picture: Picture) -> Result<Vec<u32>, Status> {
    let Picture { width, height, view, max_iterations } = picture;
    let view = View { center_re: view.center_re, center_im: view.center_im, width: view.width };
    let request = MandelbrotRequest { width, height, view: Some(view), max_iterations };
    let mut stream = client.mandelbrot(request).await?;
    let mut pixels = Vec::new();
    while let Some(row) = stream.message().await? {
        assert_eq!(pixels.len(), (row.row * width) as usize, "rows come in order");
        pixels.extend(row.iterations);
    }
    Ok(pixels)
}
