//! From Rust to the files of web/pkg: cargo compiles, wasm-bindgen writes the JavaScript side.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use indicatif::{ProgressBar, ProgressStyle};
use wasm_bindgen_cli_support::Bindgen;

use crate::toolchain::{self, Toolchain};

/// The contents of web/pkg, by file name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One module, and how cargo is asked for it.
struct Module {
    name: &'static str,
    arguments: &'static [&'static str],
    /// What is passed to rustc for the module itself.
    rustc: &'static [&'static str],
    kind: Kind,
}

enum Kind {
    /// Used as it is: it imports nothing, and exports numbers and memory.
    Raw,
    /// wasm-bindgen reads its custom sections, and writes the JavaScript that goes with it.
    Bindgen,
}

const MODULES: [Module; 4] = [
    Module {
        name: "add",
        arguments: &["--package=wasm-demo", "--example=guest_add"],
        rustc: &["-Cstrip=symbols"],
        kind: Kind::Raw,
    },
    Module {
        name: "ops",
        arguments: &["--package=wasm-demo", "--example=guest_ops"],
        rustc: &["-Cstrip=symbols"],
        kind: Kind::Raw,
    },
    // Not stripped: without the target features section, wasm-bindgen generates for less.
    Module {
        name: "wasm_demo",
        arguments: &["--package=wasm-demo", "--lib", "--crate-type=cdylib", "--features=bindgen"],
        rustc: &[],
        kind: Kind::Bindgen,
    },
    Module {
        name: "grpc_demo",
        arguments: &["--package=grpc-demo", "--lib", "--crate-type=cdylib"],
        rustc: &[],
        kind: Kind::Bindgen,
    },
];

/// Compiles every module.
///
/// # Errors
///
/// When cargo or wasm-bindgen fails, with what it said.
pub fn all(root: &Path, toolchain: &Toolchain) -> Result<Files, Box<dyn Error>> {
    let progress = ProgressBar::new(MODULES.len() as u64)
        .with_style(ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} ({elapsed})")?);
    progress.enable_steady_tick(std::time::Duration::from_millis(100));

    let mut files = Files::new();
    for module in &MODULES {
        progress.set_message(format!("compiling {}", module.name));
        if progress.is_hidden() {
            anstream::println!("compiling {}", module.name); // a log, where nothing can spin
        }
        let bytes = compile(root, toolchain, module)?;
        match module.kind {
            Kind::Raw => {
                files.insert(format!("{}.wasm", module.name), bytes);
            }
            Kind::Bindgen => {
                progress.set_message(format!("generating the JavaScript of {}", module.name));
                generate(module.name, bytes, &mut files)?;
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(files)
}

fn compile(root: &Path, toolchain: &Toolchain, module: &Module) -> Result<Vec<u8>, Box<dyn Error>> {
    // A folder of its own, as whoever runs this may be building in the usual one.
    let target_dir = root.join("target/bundle");
    let output = toolchain
        .cargo()
        .current_dir(root)
        .args(["rustc", "--locked", "--profile=wasm", "--target", toolchain::TARGET])
        .arg("--target-dir")
        .arg(&target_dir)
        .args(module.arguments)
        .arg("--")
        .args(module.rustc)
        .env("CARGO_ENCODED_RUSTFLAGS", toolchain.remapped_paths(root).join("\x1f"))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}; is Rust's bin folder on the PATH?"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("compiling {} failed:\n{said}", module.name).into());
    }

    let wasm = artifact(&target_dir, module);
    Ok(fs::read(&wasm).map_err(|error| format!("{}: {error}", wasm.display()))?)
}

fn artifact(target_dir: &Path, module: &Module) -> PathBuf {
    let profile = target_dir.join(toolchain::TARGET).join("wasm");
    match module.kind {
        Kind::Raw => profile.join(format!("examples/guest_{}.wasm", module.name)),
        Kind::Bindgen => profile.join(format!("{}.wasm", module.name)),
    }
}

fn generate(name: &str, wasm: Vec<u8>, files: &mut Files) -> Result<(), Box<dyn Error>> {
    let mut generated = Bindgen::new()
        .input_bytes(name, wasm)
        .web(true)?
        .typescript(true)
        // The names of functions are for debuggers, and a third of the file.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .map_err(|error| format!("wasm-bindgen cannot read {name}: {error:#}"))?;
    files.insert(format!("{name}_bg.wasm"), generated.wasm_mut().emit_wasm());
    files.insert(format!("{name}.js"), generated.js().as_bytes().to_vec());
    if let Some(types) = generated.ts() {
        files.insert(format!("{name}.d.ts"), types.as_bytes().to_vec());
    }
    Ok(())
}
