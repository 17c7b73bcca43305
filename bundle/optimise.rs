//! wasm-opt: optimisations of a WebAssembly module that LLVM does not do.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use which::which;

use crate::pkg::modules::{Kind, Module};

/// The folder that pins npm's package of Binaryen, by version and hash.
const PINNED: &str = "tools/wasm-opt";
const LOCK: &str = "package-lock.json";

/// Binaryen's wasm-opt, as npm has it: WebAssembly itself, run by Node.
///
/// The crate wasm-opt has Binaryen 116, of 2023. That release, too, reads what rustc 1.95 makes, but
/// leaves the gRPC client half a percent larger than 132 does; and the crate is C++, which
/// everyone who builds this command would have to compile. npm's package takes 3 s to install, and
/// only for `bundle`.
pub struct Optimiser {
    node: PathBuf,
    script: PathBuf,
    scratch: PathBuf,
    version: String,
}

impl Optimiser {
    /// Returns the pinned optimiser. The first time, npm installs it below target/.
    ///
    /// # Errors
    ///
    /// The tool that is missing, and how to get it.
    pub fn install(root: &Path) -> Result<Self, String> {
        let get = "install Node.js and npm, and run this where npm can download";
        let [node, npm] = ["node", "npm"].map(|program| {
            which(program).map_err(|_| format!("{program} is not installed: {get}"))
        });
        let (node, npm) = (node?, npm?);

        let folder = root.join("target/wasm-opt");
        let package = folder.join("node_modules/binaryen");
        let done = folder.join("installed");
        let pin =
            fs::read(root.join(PINNED).join(LOCK)).map_err(|error| format!("{LOCK}: {error}"))?;
        if fs::read(&done).ok().as_ref() != Some(&pin) {
            copy_pin(&root.join(PINNED), &folder).map_err(|error| format!("{PINNED}: {error}"))?;
            let output = Command::new(npm)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
                .current_dir(&folder)
                .stdin(Stdio::null())
                .output();
            if !output.as_ref().is_ok_and(|output| output.status.success()) {
                return Err(format!("npm cannot install binaryen: {get}"));
            }
            fs::write(&done, &pin).map_err(|error| format!("{}: {error}", done.display()))?;
        }

        let version = version_of(&package).ok_or("npm has installed no binaryen")?;
        Ok(Self { node, script: package.join("bin/wasm-opt"), scratch: folder, version })
    }

    /// The version, such as `binaryen 132.0.0`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Makes the module smaller, and at least as fast.
    ///
    /// # Errors
    ///
    /// If wasm-opt refuses the module, with its message.
    pub fn run(&self, module: &Module, wasm: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let [before, after] = ["before", "after"]
            .map(|name| self.scratch.join(format!("{}.{name}.wasm", module.name)));
        fs::write(&before, wasm)?;
        let output = Command::new(&self.node)
            .arg(&self.script)
            .arg(&before)
            .arg("-o")
            .arg(&after)
            .arg(level(module))
            // Removes sections that only tools need. wasm-opt reads the target features first: they
            // say which instructions it may use.
            .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cannot run {}: {error}", self.node.display()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("wasm-opt refuses {}:\n{said}", module.name).into());
        }
        let optimised = fs::read(&after)?;
        fs::remove_file(before)?;
        fs::remove_file(after)?;
        Ok(optimised)
    }
}

/// Small for the gRPC client, which waits for a server anyway; fast for modules that compute.
fn level(module: &Module) -> &'static str {
    match module.kind {
        Kind::Crate { package: "grpc-demo", .. } => "-Oz",
        _ => "-O3",
    }
}

fn copy_pin(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for name in ["package.json", LOCK] {
        fs::copy(from.join(name), to.join(name))?;
    }
    Ok(())
}

fn version_of(package: &Path) -> Option<String> {
    let json = fs::read(package.join("package.json")).ok()?;
    let json: serde_json::Value = serde_json::from_slice(&json).ok()?;
    Some(format!("binaryen {}", json["version"].as_str()?))
}
