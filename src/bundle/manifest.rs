//! `web/pkg/manifest.json`: what is in the folder, and which sources it was made from.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs, io,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The manifest's own name.
pub const FILE: &str = "manifest.json";

/// What ends up in a module when it is changed. Cargo.lock is left out: a new version of an
/// unrelated dependency does not make the page stale.
const SOURCES: [&str; 6] = [
    "crates/grpc-demo/Cargo.toml",
    "crates/grpc-demo/build.rs",
    "crates/grpc-demo/src",
    "crates/wasm-demo/src",
    "examples/wasm/guests",
    "proto",
];

/// What is in web/pkg.
#[derive(Debug, Deserialize, Serialize)]
pub struct Manifest {
    /// SHA-256 of all sources.
    sources: String,
    /// The compiler, which decides about the bytes as much as the sources do.
    pub rustc: String,
    /// Each file, by its name.
    pub files: BTreeMap<String, File>,
}

/// One file of web/pkg.
#[derive(Debug, Deserialize, Serialize)]
pub struct File {
    /// Its size.
    pub bytes: usize,
    /// Its size when gzip has packed it.
    pub gzip: usize,
    sha256: String,
}

impl Manifest {
    /// The manifest of these files, made from the sources below `root`.
    pub fn of(root: &Path, files: &BTreeMap<String, Vec<u8>>, rustc: String) -> io::Result<Self> {
        let files = files
            .iter()
            .map(|(name, bytes)| {
                let gzip = gzip_size(bytes)?;
                Ok((name.clone(), File { bytes: bytes.len(), gzip, sha256: sha256(bytes) }))
            })
            .collect::<io::Result<_>>()?;
        Ok(Manifest { sources: hash_of_sources(root)?, rustc, files })
    }

    /// The text of `manifest.json`.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Whether web/pkg can be served.
#[derive(Debug, PartialEq)]
pub enum State {
    /// Whole, and made from the sources as they are.
    Fresh,
    /// Whole, but the sources have changed.
    Stale,
    /// A file is missing, or is not what the manifest says.
    Damaged {
        /// Which one.
        file: String,
    },
}

impl State {
    /// The state of `web/pkg` below `root`.
    ///
    /// # Errors
    ///
    /// When a source cannot be read.
    pub fn of(root: &Path) -> io::Result<Self> {
        let pkg = root.join(super::PKG);
        let damaged = |file: &str| Ok(State::Damaged { file: file.to_owned() });

        let Ok(json) = fs::read(pkg.join(FILE)) else { return damaged(FILE) };
        let Ok(manifest) = serde_json::from_slice::<Manifest>(&json) else { return damaged(FILE) };
        for (name, file) in &manifest.files {
            let whole = fs::read(pkg.join(name)).is_ok_and(|bytes| sha256(&bytes) == file.sha256);
            if !whole {
                return damaged(name);
            }
        }
        Ok(if manifest.sources == hash_of_sources(root)? { State::Fresh } else { State::Stale })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Fresh => write!(f, "web/pkg is fresh"),
            State::Stale => {
                write!(f, "web/pkg is older than its sources: run `cargo run -- bundle`")
            }
            State::Damaged { file } => {
                write!(f, "web/pkg/{file} is missing or damaged: run `cargo run -- bundle`")
            }
        }
    }
}

fn hash_of_sources(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();

    let mut hash = Sha256::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let name = name.components().map(|part| part.as_os_str().to_string_lossy());
        hash.update(name.collect::<Vec<_>>().join("/"));
        hash.update([0]);
        hash.update(fs::read(&file)?);
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

fn gzip_size(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for source in SOURCES {
            let path = root.path().join(source);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, source).unwrap();
        }
        let files = BTreeMap::from([("a.wasm".to_owned(), b"\0asm".to_vec())]);
        let pkg = root.path().join("web/pkg");
        fs::create_dir_all(&pkg).unwrap();
        fs::write(pkg.join("a.wasm"), &files["a.wasm"]).unwrap();
        let manifest = Manifest::of(root.path(), &files, "1.95.0".into()).unwrap();
        fs::write(pkg.join(FILE), manifest.to_json().unwrap()).unwrap();
        root
    }

    #[test]
    fn fresh_until_a_source_changes() {
        let root = workspace();
        assert_eq!(State::of(root.path()).unwrap(), State::Fresh);
        fs::write(root.path().join("proto"), "another").unwrap();
        assert_eq!(State::of(root.path()).unwrap(), State::Stale);
    }

    #[test]
    fn damage_is_named() {
        let root = workspace();
        let pkg = root.path().join("web/pkg");
        fs::write(pkg.join("a.wasm"), b"\0as").unwrap();
        assert_eq!(State::of(root.path()).unwrap(), State::Damaged { file: "a.wasm".into() });
        fs::remove_file(pkg.join("a.wasm")).unwrap();
        assert_eq!(State::of(root.path()).unwrap(), State::Damaged { file: "a.wasm".into() });
        fs::write(pkg.join(FILE), "{").unwrap();
        assert_eq!(State::of(root.path()).unwrap(), State::Damaged { file: FILE.into() });
    }
}
