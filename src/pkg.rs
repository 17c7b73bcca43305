//! `web/pkg`, the WebAssembly of the page: its manifest, and the check that it is as new as its
//! sources.
//!
//! `cargo bundle` builds the folder. `polyglot serve` only checks it, so every build has this
//! module.

pub mod modules;

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::modules::{MODULES, Module};

/// Path of the folder from the workspace's root; the page looks for it there.
pub const PKG: &str = "web/pkg";

/// The manifest's file name.
pub const FILE: &str = "manifest.json";

/// The contents of web/pkg.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Manifest {
    /// Each module, by its name.
    pub modules: BTreeMap<String, Origin>,
    /// Each file, by its name.
    pub files: BTreeMap<String, File>,
}

/// The sources and tools of a module. Its bytes depend on the tools as much as on the sources.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Origin {
    /// SHA-256 of its sources.
    pub sources: String,
    /// The compiler, with its version.
    pub compiler: String,
    /// The optimiser, with its version; `None` when there was none.
    pub optimiser: Option<String>,
    /// The size of the WebAssembly before it was optimised, in bytes.
    pub unoptimised: usize,
    /// The module's files, the WebAssembly first.
    pub files: Vec<String>,
}

/// One file of web/pkg.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct File {
    /// The size, in bytes.
    pub bytes: usize,
    /// The size after gzip, in bytes.
    pub gzip: usize,
    /// SHA-256 of the contents.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest in `pkg`; `None` when it is missing or cannot be understood.
    pub fn read(pkg: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(pkg.join(FILE)).ok()?).ok()
    }

    /// The text of `manifest.json`.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Copies the entries of a module from another manifest, if that one has the module.
    pub fn keep(&mut self, module: &Module, other: &Self) {
        let Some(origin) = other.modules.get(module.name) else { return };
        let files = origin.files.iter().filter_map(|name| other.files.get_key_value(name));
        self.files.extend(files.map(|(name, file)| (name.clone(), file.clone())));
        self.modules.insert(module.name.to_owned(), origin.clone());
    }

    /// True when the files of a module in `pkg` are complete, and made from its current sources.
    pub fn is_fresh(&self, root: &Path, pkg: &Path, module: &Module) -> bool {
        self.modules.get(module.name).is_some_and(|origin| {
            hash_of_sources(root, module).is_ok_and(|sources| sources == origin.sources)
                && origin.files.iter().all(|name| self.is_whole(pkg, name))
        })
    }

    /// True when `pkg` has the file, unchanged since it was made.
    fn is_whole(&self, pkg: &Path, name: &str) -> bool {
        let Some(file) = self.files.get(name) else { return false };
        fs::read(pkg.join(name)).is_ok_and(|bytes| sha256(&bytes) == file.sha256)
    }
}

/// The state of web/pkg: can it be served?
#[derive(Debug, PartialEq)]
pub enum State {
    /// Whole, and made from the current sources.
    Fresh,
    /// Whole, but the sources of a module have changed, or it is new.
    Stale {
        /// The name of the module.
        module: String,
    },
    /// A file is missing, or is not what the manifest says.
    Damaged {
        /// The name of the file.
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
        let pkg = root.join(PKG);
        let damaged = |file: &str| Ok(State::Damaged { file: file.to_owned() });

        let Some(manifest) = Manifest::read(&pkg) else { return damaged(FILE) };
        if let Some(name) = manifest.files.keys().find(|name| !manifest.is_whole(&pkg, name)) {
            return damaged(name);
        }
        for module in MODULES {
            let made_from = manifest.modules.get(module.name).map(|origin| &origin.sources);
            if made_from != Some(&hash_of_sources(root, module)?) {
                return Ok(State::Stale { module: module.name.to_owned() });
            }
        }
        Ok(State::Fresh)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Fresh => write!(f, "web/pkg is fresh"),
            State::Stale { module } => {
                write!(f, "{module} in web/pkg is older than its sources: run `cargo bundle`")
            }
            State::Damaged { file } => {
                write!(f, "web/pkg/{file} is missing or damaged: run `cargo bundle`")
            }
        }
    }
}

/// SHA-256 over the names and contents of a module's sources.
///
/// # Errors
///
/// When a source cannot be read.
pub fn hash_of_sources(root: &Path, module: &Module) -> io::Result<String> {
    let mut files = Vec::new();
    for source in module.sources() {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();

    let mut hash = Sha256::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let name = name.components().map(|part| part.as_os_str().to_string_lossy());
        hash.update(name.collect::<Vec<_>>().join("/"));
        hash.update([0]);
        let bytes = fs::read(&file).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.display()))
        })?;
        hash.update(bytes);
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

/// SHA-256 of a file's contents, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with every source, and two files in web/pkg for every module.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let pkg = root.path().join("web/pkg");
        fs::create_dir_all(&pkg).unwrap();
        let mut manifest = Manifest::default();
        for module in MODULES {
            for source in module.sources() {
                let path = root.path().join(&source);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, source).unwrap();
            }
            let origin = Origin {
                sources: hash_of_sources(root.path(), module).unwrap(),
                compiler: "1.95.0".to_owned(),
                optimiser: None,
                unoptimised: 0,
                files: ["wasm", "js"].map(|kind| format!("{}.{kind}", module.name)).into(),
            };
            for name in &origin.files {
                fs::write(pkg.join(name), name).unwrap();
                let bytes = name.as_bytes();
                let file = File { bytes: bytes.len(), gzip: 0, sha256: sha256(bytes) };
                manifest.files.insert(name.clone(), file);
            }
            manifest.modules.insert(module.name.to_owned(), origin);
        }
        fs::write(pkg.join(FILE), manifest.to_json().unwrap()).unwrap();
        root
    }

    #[test]
    fn a_change_of_a_source_is_seen_in_its_modules_alone() {
        let root = workspace();
        assert_eq!(State::of(root.path()).unwrap(), State::Fresh);
        fs::write(root.path().join("c_src/checksum.c"), "another").unwrap();
        let stale = State::Stale { module: "c_ops".into() };
        assert_eq!(State::of(root.path()).unwrap(), stale);

        let pkg = root.path().join("web/pkg");
        let manifest = Manifest::read(&pkg).unwrap();
        for module in MODULES {
            let fresh = manifest.is_fresh(root.path(), &pkg, module);
            assert_eq!(fresh, module.name != "c_ops", "{}", module.name);
        }
    }

    #[test]
    fn a_module_that_is_not_in_the_manifest_is_stale() {
        let root = workspace();
        let pkg = root.path().join("web/pkg");
        for module in MODULES {
            let mut manifest = Manifest::read(&pkg).unwrap();
            manifest.modules.remove(module.name);
            let whole = fs::read(pkg.join(FILE)).unwrap();
            fs::write(pkg.join(FILE), manifest.to_json().unwrap()).unwrap();
            let stale = State::Stale { module: module.name.to_owned() };
            assert_eq!(State::of(root.path()).unwrap(), stale);
            fs::write(pkg.join(FILE), whole).unwrap();
        }
    }

    #[test]
    fn damage_is_named() {
        let root = workspace();
        let pkg = root.path().join("web/pkg");
        for module in MODULES {
            for name in ["wasm", "js"].map(|kind| format!("{}.{kind}", module.name)) {
                let damaged = State::Damaged { file: name.clone() };
                fs::write(pkg.join(&name), "another").unwrap();
                assert_eq!(State::of(root.path()).unwrap(), damaged);
                assert!(!Manifest::read(&pkg).unwrap().is_fresh(root.path(), &pkg, module));
                fs::remove_file(pkg.join(&name)).unwrap();
                assert_eq!(State::of(root.path()).unwrap(), damaged);
                fs::write(pkg.join(&name), &name).unwrap();
            }
        }
        assert_eq!(State::of(root.path()).unwrap(), State::Fresh);
        fs::write(pkg.join(FILE), "{").unwrap();
        assert_eq!(State::of(root.path()).unwrap(), State::Damaged { file: FILE.into() });
    }
}
