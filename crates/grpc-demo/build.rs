//! Generates the messages, clients and servers of `proto/` into `OUT_DIR`.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;
use tonic_build::manual::{Builder, Method, Service};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../../proto");

    // protox reads the .proto files, so protoc need not be installed.
    let descriptors =
        protox::compile(["cellar.proto", "crossing.proto", "hello.proto"], ["../../proto"])?;

    // Reflection hands the descriptors to clients that were not built with them.
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out_dir.join("descriptors.bin"), descriptors.encode_to_vec())?;

    // In a browser there is no server, and fetch takes the place of tonic's transport.
    let native = env::var("CARGO_CFG_TARGET_ARCH")? != "wasm32";
    tonic_prost_build::configure()
        .build_server(native)
        .build_transport(native)
        .compile_fds(descriptors)?;

    if native && env::var_os("CARGO_FEATURE_JSON").is_some() {
        journal();
    }
    Ok(())
}

/// The service of examples/grpc/json_codec.rs, which has no .proto: the paths lead into that file.
fn journal() {
    let write = Method::builder()
        .name("write")
        .route_name("Write")
        .input_type("crate::Note")
        .output_type("crate::Receipt")
        .codec_path("crate::JsonCodec")
        .build();
    let journal = Service::builder().package("cellar").name("Journal").method(write).build();
    Builder::new().compile(&[journal]);
}
