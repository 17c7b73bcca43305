//! The three techniques on one screen: each calls its foreign half.

use std::{error::Error, time::Duration};

use anstream::{print, println};
use anstyle::AnsiColor;
use grpc_demo::{Client, production::server, services};
use tokio::sync::oneshot;

/// The article's module, the same file that the page fetches.
const ADD_WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/add.wasm"));

/// Calls C, a WebAssembly module and a gRPC server, and prints what came back.
///
/// # Errors
///
/// When a half does not answer, which only happens with a broken build or system.
pub fn run() -> Result<(), Box<dyn Error>> {
    println!("Rust calls another language in three ways.\n");

    show("FFI", "C, linked into this program", &ffi(), "examples/ffi/call_c.rs", "ffi_call_c");
    show(
        "WebAssembly",
        "a sandboxed module, run by wasmi",
        &wasm()?,
        "examples/wasm/add.rs",
        "wasm_add",
    );
    show("gRPC", "a server, over HTTP/2", &grpc()?, "examples/grpc/hello.rs", "grpc_hello");

    println!(
        "Next: `cargo run -- serve` shows the same in a browser, docs/three-ways.md explains it."
    );
    Ok(())
}

/// The article's `my_c_function`.
#[expect(clippy::approx_constant, reason = "the article's own number")]
fn ffi() -> String {
    format!("my_c_function(42, 3.14) = {}", ffi_demo::my_c_function(42, 3.14))
}

/// The article's `add`. wasmi is an interpreter and compiles in seconds; the examples use wasmtime,
/// which is fast at run time.
fn wasm() -> Result<String, Box<dyn Error>> {
    let engine = wasmi::Engine::default();
    let module = wasmi::Module::new(&engine, ADD_WASM)?;
    let mut store = wasmi::Store::new(&engine, ());
    let instance = wasmi::Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add")?;
    Ok(format!("add(2, 3) = {}", add.call(&mut store, (2, 3))?))
}

/// The article's `SayHello`, on a server that lives as long as the call.
fn grpc() -> Result<String, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let reply = runtime.block_on(async {
        let incoming = server::listen("127.0.0.1:0".parse()?)?;
        let uri = format!("http://{}", incoming.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(services::serve(incoming, async { drop(stopped.await) }));

        let mut client = Client::connect(uri).await?;
        let reply = client.say_hello("Ferris").await?;

        drop((client, stop));
        running.await??;
        Ok::<_, Box<dyn Error>>(reply)
    })?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(format!("Greeter/SayHello(\"Ferris\") = {reply:?}"))
}

fn show(technique: &str, far_side: &str, call: &str, file: &str, example: &str) {
    let title = AnsiColor::Cyan.on_default().bold();
    let result = anstyle::Style::new().bold();
    print!("{title}{technique}{title:#}: {far_side}\n");
    println!("  {result}{call}{result:#}");
    println!("  read {file}");
    println!("  run  cargo run --example {example}\n");
}
