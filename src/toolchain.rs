//! Toolchains that can compile to WebAssembly: Rust's in this file, and clang for C and C++.

pub mod clang;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The target of everything in web/pkg.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A toolchain's `cargo` and `rustc`.
pub struct Toolchain {
    /// The toolchain's name in rustup; `None` for the active one.
    name: Option<String>,
}

/// The first toolchain that has the target: the active one, or another that rustup knows, such as
/// the one that tools/install-wasm32 links.
pub fn with_wasm32() -> Option<Toolchain> {
    let others = rustup_names().into_iter().map(Some);
    [None].into_iter().chain(others).map(|name| Toolchain { name }).find(Toolchain::has_target)
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

    /// The compiler's version, as in `1.95.0 (59807616e 2026-04-14)`.
    pub fn version(&self) -> String {
        let line = output_of(self.rustc().arg("--version")).unwrap_or_default();
        line.trim().trim_start_matches("rustc ").to_owned()
    }

    /// rustc arguments that keep the names of this machine's folders out of a module.
    pub fn remapped_paths(&self, root: &Path) -> Vec<String> {
        let home = env::home_dir().unwrap_or_default();
        let cargo_home =
            env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);

        // With the component rust-src, rustc writes that component's folder as the path of the
        // standard library's files; without it, /rustc and the commit. This mapping makes both the
        // same.
        let sysroot = output_of(self.rustc().arg("--print=sysroot")).unwrap_or_default();
        let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
        let verbose = output_of(self.rustc().arg("-vV")).unwrap_or_default();
        let commit = verbose.lines().find_map(|line| line.strip_prefix("commit-hash: "));

        // Each registry has a folder named after its host.
        let registries = fs::read_dir(cargo_home.join("registry/src")).into_iter().flatten();
        let registries = registries.flatten().map(|folder| (folder.path(), "/cargo".to_owned()));

        // Where several match, rustc uses the last.
        [
            (library, format!("/rustc/{}", commit.unwrap_or("unknown"))),
            (cargo_home, "/cargo".into()),
            (root.to_path_buf(), "/polyglot".into()),
        ]
        .into_iter()
        .chain(registries)
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect()
    }

    fn has_target(&self) -> bool {
        let libraries = output_of(self.rustc().args(["--print=target-libdir", "--target", TARGET]));
        libraries.is_some_and(|path| holds_core(Path::new(path.trim())))
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
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

/// The output of a command; `None` when it cannot be run or fails.
fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
