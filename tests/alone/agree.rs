//! One operation, every side of every boundary: the answers are the same, bit for bit, and what one
//! side refuses, all refuse.

use std::sync::{LazyLock, Mutex};

use crate::support::{
    ops::{self, Picture, impossible_picture, picture},
    root,
};
use grpc_demo::{
    Client,
    crossing::{MandelbrotRequest, View},
    production::server,
    services,
};
use polyglot::compare::{
    boundary::wasm::{Component, Wasmtime},
    side::Operations as _,
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

/// The module with the hand-made interface, in wasmtime.
static GUEST: LazyLock<Mutex<Wasmtime>> =
    LazyLock::new(|| Mutex::new(Wasmtime::load(&ops::module()).unwrap()));

/// The component, in wasmtime.
static COMPONENT: LazyLock<Mutex<Component>> = LazyLock::new(|| {
    let file = std::fs::read(root().join("web/pkg/ops_component.wasm")).unwrap();
    Mutex::new(Component::load(&file).unwrap())
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn add(a: i32, b: i32) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::add(a, b);
        prop_assert_eq!(ffi_demo::add(a, b), rust);
        prop_assert_eq!(GUEST.lock().unwrap().add(a, b).unwrap(), rust);
        prop_assert_eq!(COMPONENT.lock().unwrap().add(a, b).unwrap(), rust);
        prop_assert_eq!(runtime.block_on(client.clone().add(a, b)).unwrap(), rust);
    }

    #[test]
    fn greet(name in "\\PC*") {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::greet(&name);
        prop_assert_eq!(&ffi_demo::greet(&name).unwrap(), &rust);
        prop_assert_eq!(&GUEST.lock().unwrap().greet(&name).unwrap(), &rust);
        prop_assert_eq!(&COMPONENT.lock().unwrap().greet(&name).unwrap(), &rust);
        prop_assert_eq!(&runtime.block_on(client.clone().greet(name)).unwrap(), &rust);
    }

    #[test]
    fn checksum(data: Vec<u8>) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::checksum(&data);
        prop_assert_eq!(crc32c::crc32c(&data), rust);
        prop_assert_eq!(ffi_demo::checksum(&data), rust);
        prop_assert_eq!(GUEST.lock().unwrap().checksum(&data).unwrap(), rust);
        prop_assert_eq!(COMPONENT.lock().unwrap().checksum(&data).unwrap(), rust);
        prop_assert_eq!(runtime.block_on(client.clone().checksum(data)).unwrap(), rust);
    }

    #[test]
    fn mandelbrot(picture in picture()) {
        all_sides(picture)?;
    }

    #[test]
    fn mandelbrot_refused(picture in impossible_picture()) {
        prop_assert!(picture.in_rust().is_err());
        all_sides(picture)?;
    }
}

/// Draws one picture everywhere. What is wrong with it is said in the same words everywhere.
fn all_sides(picture: Picture) -> Result<(), TestCaseError> {
    let Picture { width, height, center_re, center_im, view_width, max_iterations } = picture;

    let rust = picture.in_rust().map_err(|error| error.to_string());

    let c_view = ffi_demo::View { center_re, center_im, width: view_width };
    let c = ffi_demo::mandelbrot(width, height, c_view, max_iterations)
        .map_err(|error| error.to_string());
    prop_assert_eq!(&c, &rust);

    let guest = picture.on_module(&mut *GUEST.lock().unwrap()).unwrap();
    prop_assert_eq!(guest.as_ref(), rust.as_ref().ok());

    let component = picture.on(&mut *COMPONENT.lock().unwrap());
    prop_assert_eq!(&component.map_err(|error| error.to_string()), &rust);

    let (runtime, client) = &*GRPC;
    let grpc = runtime.block_on(rows(client.clone(), picture)).map_err(|status| {
        assert_eq!(status.code(), Code::InvalidArgument);
        status.message().to_owned()
    });
    prop_assert_eq!(&grpc, &rust);
    Ok(())
}

async fn rows(mut client: Client, picture: Picture) -> Result<Vec<u32>, Status> {
    let Picture { width, height, center_re, center_im, view_width, max_iterations } = picture;
    let view = Some(View { center_re, center_im, width: view_width });
    let request = MandelbrotRequest { width, height, view, max_iterations };
    let mut stream = client.mandelbrot(request).await?;
    let mut pixels = Vec::new();
    while let Some(row) = stream.message().await? {
        assert_eq!(pixels.len(), (row.row * width) as usize, "rows come in order");
        pixels.extend(row.iterations);
    }
    Ok(pixels)
}
