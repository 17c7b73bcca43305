//! Generates the messages, clients and servers of `proto/` into `OUT_DIR`.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../../proto");

    // protox reads the .proto files, so nobody has to install protoc.
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
    Ok(())
}
