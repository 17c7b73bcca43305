//! Runs cargo.

use std::process::Command;
#[cfg(any(feature = "bundle", feature = "compare"))]
use std::process::Stdio;

/// The cargo that runs this program, or the one on the PATH.
pub fn command() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    // Cargo describes this package in variables to the programs that it runs. A build script that
    // watches those variables would run again at each change between this cargo and one started by
    // hand.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let described = ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"];
        if described.iter().any(|start| name.starts_with(start)) {
            cargo.env_remove(&*name);
        }
    }
    cargo
}

/// Runs cargo, and returns what it prints.
///
/// # Errors
///
/// When cargo cannot be run, or fails: its output.
#[cfg(any(feature = "bundle", feature = "compare"))]
pub fn run(cargo: &mut Command) -> Result<String, String> {
    let output = cargo
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}; is Rust's bin folder on the PATH?"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("cargo failed:\n{}", String::from_utf8_lossy(&output.stderr)))
}
