//! A clang that can compile to WebAssembly.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use which::which;

use super::output_of;

/// One clang.
pub struct Clang {
    program: PathBuf,
    version: String,
}

impl Clang {
    /// The first clang that has WebAssembly's back end and linker: the one that the variable CLANG
    /// names, or one on the PATH, or Homebrew's. Apple's clang has neither, and gcc does not
    /// support WebAssembly.
    pub fn find() -> Option<Self> {
        let chosen = env::var("CLANG").unwrap_or_default();
        [&chosen, "clang-19", "clang", "/opt/homebrew/opt/llvm/bin/clang"]
            .into_iter()
            .filter_map(|name| which(name).ok())
            .find(|program| makes_wasm32(program))
            .and_then(|program| {
                let says = output_of(Command::new(&program).arg("--version"))?;
                Some(Self { version: says.lines().next()?.trim().to_owned(), program })
            })
    }

    /// A command that compiles or links for WebAssembly.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--target=wasm32");
        command
    }

    /// The version, as in `clang version 19.1.7`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

fn makes_wasm32(clang: &Path) -> bool {
    let targets = output_of(Command::new(clang).arg("--print-targets"));
    let has_target =
        targets.is_some_and(|list| list.split_whitespace().any(|word| word == "wasm32"));
    // Without one beside it, this is the bare name, which may be on the PATH.
    let linker =
        output_of(Command::new(clang).args(["--target=wasm32", "--print-prog-name=wasm-ld"]));
    has_target && linker.is_some_and(|linker| which(linker.trim()).is_ok())
}
