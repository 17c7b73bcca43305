//! Rust to WebAssembly, by cargo.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cargo,
    pkg::modules::{Kind, Module},
    toolchain::{self, Toolchain},
};

/// The folder in which cargo builds for web/pkg. It is not the usual one, in which another build
/// may be running.
pub fn target_dir(root: &Path) -> PathBuf {
    root.join("target/bundle")
}

/// Compiles modules, all of Rust.
///
/// # Errors
///
/// If cargo fails, with its message.
pub fn compile(
    root: &Path,
    toolchain: &Toolchain,
    modules: &[&Module],
) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    // All examples of wasm-demo in one build: in parallel, with shared crates, it takes half the time.
    let examples: Vec<_> = modules.iter().filter_map(|module| module.example()).collect();
    if !examples.is_empty() {
        let mut build = command(root, toolchain, "build");
        build.args(["--package=wasm-demo", "--features=guests"]);
        build.args(examples.iter().map(|example| format!("--example={example}")));
        cargo::run(&mut build)?;
    }
    for module in modules {
        if let Kind::Crate { package, features } = module.kind {
            let mut rustc = command(root, toolchain, "rustc");
            rustc.arg(format!("--package={package}")).arg(format!("--features={features}"));
            cargo::run(rustc.args(["--lib", "--crate-type=cdylib"]))?;
        }
    }

    let made = target_dir(root).join(toolchain::TARGET).join("wasm");
    let read = |module: &&Module| {
        let file = match module.example() {
            Some(example) => made.join(format!("examples/{example}.wasm")),
            None => made.join(format!("{}.wasm", module.name)),
        };
        fs::read(&file).map_err(|error| format!("{}: {error}", file.display()).into())
    };
    modules.iter().map(read).collect()
}

fn command(root: &Path, toolchain: &Toolchain, command: &str) -> Command {
    let mut cargo = toolchain.cargo();
    cargo
        .args([command, "--locked", "--profile=wasm", "--target", toolchain::TARGET])
        .arg("--target-dir")
        .arg(target_dir(root))
        .current_dir(root)
        .env("CARGO_ENCODED_RUSTFLAGS", toolchain.remapped_paths(root).join("\x1f"));
    cargo
}
