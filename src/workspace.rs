//! Finds the sources, when the command runs inside the workspace.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The workspace's folder: the one that cargo gives, or the nearest above the current folder;
/// `None` when the command was copied elsewhere.
pub fn root() -> Option<PathBuf> {
    let from_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current = env::current_dir().ok();
    from_cargo
        .into_iter()
        .chain(current.iter().flat_map(|folder| folder.ancestors()).map(Path::to_path_buf))
        .find(|folder| folder.join("crates/wasm-demo/Cargo.toml").is_file())
}

/// The target folder of the workspace at `root`.
pub fn target(root: &Path) -> PathBuf {
    root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into()))
}
