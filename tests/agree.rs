//! One operation, every side of every boundary: the answers are the same, bit for bit, and what one
//! side refuses, all refuse.

use std::sync::{LazyLock, Mutex};

use grpc_demo::{
    Client,
    crossing::{MandelbrotRequest, View},
    server,
};
use proptest::prelude::*;
use tokio::runtime::Runtime;
use tonic::{Code, Status, transport::Channel};

/// A gRPC server of this process, and a client of it.
static GRPC: LazyLock<(Runtime, Client<Channel>)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(async {
        let incoming = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let uri = format!("http://{}", incoming.local_addr().unwrap());
        tokio::spawn(server::serve(incoming, std::future::pending()));
        Client::connect(uri).await.unwrap()
    });
    (runtime, client)
});

/// The module with the hand-made interface, in wasmtime.
static GUEST: LazyLock<Mutex<Guest>> = LazyLock::new(|| Mutex::new(Guest::load()));

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn add(a: i32, b: i32) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::add(a, b);
        prop_assert_eq!(ffi_demo::add(a, b), rust);
        prop_assert_eq!(GUEST.lock().unwrap().add(a, b), rust);
        prop_assert_eq!(runtime.block_on(client.clone().add(a, b)).unwrap(), rust);
    }

    #[test]
    fn greet(name in "\\PC*") {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::greet(&name);
        prop_assert_eq!(&ffi_demo::greet(&name).unwrap(), &rust);
        prop_assert_eq!(&GUEST.lock().unwrap().greet(&name), &rust);
        prop_assert_eq!(&runtime.block_on(client.clone().greet(name)).unwrap(), &rust);
    }

    #[test]
    fn checksum(data: Vec<u8>) {
        let (runtime, client) = &*GRPC;
        let rust = wasm_demo::checksum(&data);
        prop_assert_eq!(crc32c::crc32c(&data), rust);
        prop_assert_eq!(ffi_demo::checksum(&data), rust);
        prop_assert_eq!(GUEST.lock().unwrap().checksum(&data), rust);
        prop_assert_eq!(runtime.block_on(client.clone().checksum(data)).unwrap(), rust);
    }

    #[test]
    fn mandelbrot(picture in picture()) {
        all_sides(picture)?;
    }

    #[test]
    fn mandelbrot_refused(picture in impossible_picture()) {
        prop_assert!(wasm_demo::mandelbrot(
            picture.width, picture.height, wasm_view(&picture), picture.max_iterations
        ).is_err());
        all_sides(picture)?;
    }
}

#[derive(Clone, Copy, Debug)]
struct Picture {
    width: u32,
    height: u32,
    center_re: f64,
    center_im: f64,
    view_width: f64,
    max_iterations: u32,
}

fn picture() -> impl Strategy<Value = Picture> {
    (1..48u32, 1..48u32, -2.0..1.0, -1.5..1.5, 1e-9..4.0, 1..200u32).prop_map(
        |(width, height, center_re, center_im, view_width, max_iterations)| Picture {
            width,
            height,
            center_re,
            center_im,
            view_width,
            max_iterations,
        },
    )
}

fn impossible_picture() -> impl Strategy<Value = Picture> {
    let spoil: [fn(&mut Picture, f64); 7] = [
        |picture, _| picture.width = 0,
        |picture, _| picture.height = 0,
        |picture, _| (picture.width, picture.height) = (8192, 8193),
        |picture, wrong| picture.center_re = wrong,
        |picture, wrong| picture.center_im = wrong,
        |picture, wrong| picture.view_width = -wrong.abs(),
        |picture, _| picture.max_iterations = 0,
    ];
    let wrong = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)];
    (picture(), prop::sample::select(spoil.to_vec()), wrong).prop_map(
        |(mut picture, spoil, wrong)| {
            spoil(&mut picture, wrong);
            picture
        },
    )
}

fn wasm_view(picture: &Picture) -> wasm_demo::View {
    let &Picture { center_re, center_im, view_width: width, .. } = picture;
    wasm_demo::View { center_re, center_im, width }
}

/// Draws one picture everywhere. What is wrong with it is said in the same words everywhere.
fn all_sides(picture: Picture) -> Result<(), TestCaseError> {
    let Picture { width, height, center_re, center_im, view_width, max_iterations } = picture;

    let rust = wasm_demo::mandelbrot(width, height, wasm_view(&picture), max_iterations)
        .map_err(|error| error.to_string());

    let c_view = ffi_demo::View { center_re, center_im, width: view_width };
    let c = ffi_demo::mandelbrot(width, height, c_view, max_iterations)
        .map_err(|error| error.to_string());
    prop_assert_eq!(&c, &rust);

    let guest = GUEST.lock().unwrap().mandelbrot(picture);
    prop_assert_eq!(guest.as_ref(), rust.as_ref().ok());

    let (runtime, client) = &*GRPC;
    let grpc = runtime.block_on(rows(client.clone(), picture)).map_err(|status| {
        assert_eq!(status.code(), Code::InvalidArgument);
        status.message().to_owned()
    });
    prop_assert_eq!(&grpc, &rust);
    Ok(())
}

async fn rows(mut client: Client<Channel>, picture: Picture) -> Result<Vec<u32>, Status> {
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

/// `web/pkg/ops.wasm`, and the host's half of its interface.
struct Guest {
    store: wasmtime::Store<()>,
    instance: wasmtime::Instance,
    memory: wasmtime::Memory,
}

impl Guest {
    fn load() -> Self {
        let bytes = std::fs::read("web/pkg/ops.wasm").unwrap();
        let engine = wasmtime::Engine::default();
        let module = wasmtime::Module::new(&engine, bytes).unwrap();
        let mut store = wasmtime::Store::new(&engine, ());
        let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        Guest { store, instance, memory }
    }

    fn add(&mut self, a: i32, b: i32) -> i32 {
        self.call("add", (a, b))
    }

    fn greet(&mut self, name: &str) -> String {
        let (pointer, length) = self.copy_in(name.as_bytes());
        let answer = self.call("greet", (pointer, length));
        self.free(pointer, length);
        String::from_utf8(self.take_answer(answer).unwrap()).unwrap()
    }

    fn checksum(&mut self, data: &[u8]) -> u32 {
        let (pointer, length) = self.copy_in(data);
        let checksum = self.call("checksum", (pointer, length));
        self.free(pointer, length);
        checksum
    }

    fn mandelbrot(&mut self, picture: Picture) -> Option<Vec<u32>> {
        let Picture { width, height, center_re, center_im, view_width, max_iterations } = picture;
        let answer = self
            .call("mandelbrot", (width, height, center_re, center_im, view_width, max_iterations));
        let bytes = self.take_answer(answer)?;
        let (pixels, _) = bytes.as_chunks();
        Some(pixels.iter().map(|pixel| u32::from_le_bytes(*pixel)).collect())
    }

    fn copy_in(&mut self, bytes: &[u8]) -> (u32, u32) {
        let length = bytes.len() as u32;
        let pointer = self.call("alloc", length);
        self.memory.write(&mut self.store, pointer as usize, bytes).unwrap();
        (pointer, length)
    }

    fn take_answer(&mut self, answer: u64) -> Option<Vec<u8>> {
        if answer == 0 {
            return None;
        }
        let (pointer, length) = ((answer >> 32) as u32, answer as u32);
        let mut bytes = vec![0; length as usize];
        self.memory.read(&self.store, pointer as usize, &mut bytes).unwrap();
        self.free(pointer, length);
        Some(bytes)
    }

    fn free(&mut self, pointer: u32, length: u32) {
        self.call::<_, ()>("dealloc", (pointer, length));
    }

    fn call<P, R>(&mut self, name: &str, arguments: P) -> R
    where
        P: wasmtime::WasmParams,
        R: wasmtime::WasmResults,
    {
        let function = self.instance.get_typed_func::<P, R>(&mut self.store, name).unwrap();
        function.call(&mut self.store, arguments).unwrap()
    }
}
