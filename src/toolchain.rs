//! A Rust toolchain that can compile to WebAssembly.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The target of everything in web/pkg.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call one toolchain's `cargo` and `rustc`.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// The one that `cargo` and `rustc` mean here.
    Active,
    /// Another of rustup's, by name.
    Rustup(String),
    /// The system's own, such as Debian's rustc-web: see tools/install-wasm32.
    System { bin: PathBuf, linker: PathBuf },
}

/// The first toolchain that has the target: the active one, another of rustup's, the system's.
pub fn with_wasm32() -> Option<Toolchain> {
    let rustup = rustup_names().into_iter().map(Toolchain::Rustup);
    [Toolchain::Active].into_iter().chain(rustup).chain(system()).find(Toolchain::has_target)
}

impl Toolchain {
    /// A `cargo` command of this toolchain.
    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// A `rustc` command of this toolchain.
    pub fn rustc(&self) -> Command {
        self.command("rustc")
    }

    /// The version, as in `1.95.0 (59807616e 2026-04-14)`; empty when it cannot be run.
    pub fn version(&self) -> String {
        let line = output_of(self.rustc().arg("--version")).unwrap_or_default();
        line.trim().trim_start_matches("rustc ").to_owned()
    }

    fn has_target(&self) -> bool {
        let libraries = output_of(self.rustc().args(["--print=target-libdir", "--target", TARGET]));
        libraries.is_some_and(|path| holds_core(Path::new(path.trim())))
    }

    fn command(&self, tool: &str) -> Command {
        match self {
            Toolchain::Active => Command::new(tool),
            Toolchain::Rustup(name) => {
                let mut command = Command::new(tool);
                command.env("RUSTUP_TOOLCHAIN", name);
                command
            }
            Toolchain::System { bin, linker } => {
                let mut command = Command::new(bin.join(tool));
                command
                    .env("RUSTC", bin.join("rustc"))
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                command
            }
        }
    }
}

fn holds_core(libraries: &Path) -> bool {
    fs::read_dir(libraries).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    })
}

fn rustup_names() -> Vec<String> {
    let list = output_of(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn system() -> Option<Toolchain> {
    let linker = ["wasm-ld", "wasm-ld-19"].into_iter().find_map(|name| which::which(name).ok())?;
    let bin = PathBuf::from("/usr/bin");
    bin.join("rustc").is_file().then_some(Toolchain::System { bin, linker })
}

/// What a command prints; nothing when it cannot be run or fails.
fn output_of(command: &mut Command) -> Option<String> {
    // cargo hands its children the toolchain it runs on; RUSTC in the environment is the user's.
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Folders whose names must not end up in a module, each with what takes its place.
pub fn remapped_paths(root: &Path) -> Vec<String> {
    let home = env::home_dir().unwrap_or_default();
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    [(cargo_home, "/cargo"), (root.to_path_buf(), "/polyglot")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .to_vec()
}
