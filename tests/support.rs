//! Code that the tests without libtest's harness share.
//!
//! - [`requirement`]: an absent tool makes a test *ignored, with the reason*, never passed;
//! - [`Workspace`]: the manifests, as cargo reads them;
//! - [`browser`]: a real browser, driven over WebDriver;
//! - [`console`]: runs a ` ```console ` block and compares its output;
//! - [`markdown`]: code blocks, links and headings, each with its line;
//! - [`mirror`]: Rust's declarations of C, written in C;
//! - [`ops`]: the questions for `web/pkg/ops.wasm` and the other sides;
//! - [`process`]: a child process with a time limit, which never outlives its test;
//! - [`served`]: a running `polyglot serve`;
//! - [`stage`]: a browser and a server for the tests of a page, and checks for every page.

#![allow(dead_code, reason = "each test uses its part")]

use std::{
    env, fs,
    path::{Component, Path},
    sync::{Mutex, PoisonError},
};

use cargo_metadata::{Metadata, MetadataCommand, Package, Target, TargetKind};
use libtest_mimic::{Completion, Failed};

pub mod browser;
pub mod console;
pub mod markdown;
pub mod mirror;
pub mod ops;
pub mod process;
pub mod served;
pub mod stage;

/// The folder that holds the root Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs `test` with the tool that it needs. An absent one ends the trial as ignored, with the
/// reason; under `POLYGLOT_REQUIRE_ALL=1`, as failed.
pub fn requirement<T>(
    tool: Result<T, String>,
    test: impl FnOnce(T) -> Result<(), Failed>,
) -> Result<Completion, Failed> {
    match tool {
        Ok(tool) => test(tool).map(|()| Completion::Completed),
        Err(reason) => absent(&reason, is_set("POLYGLOT_REQUIRE_ALL")),
    }
}

/// The result of a trial whose tool is absent.
pub fn absent(reason: &str, require_all: bool) -> Result<Completion, Failed> {
    if require_all {
        Err(format!("{reason}\nPOLYGLOT_REQUIRE_ALL=1 makes this a failure").into())
    } else {
        Ok(Completion::ignored_with(reason))
    }
}

/// True when outdated text is rewritten instead of reported.
pub fn blessing() -> bool {
    is_set("POLYGLOT_BLESS")
}

/// The command that rewrites the texts that a test compares.
pub fn bless_command() -> String {
    "tools/bless".to_owned()
}

/// Checks that an environment variable is set. Empty or 0 counts as unset.
fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The text of a file, by its path from the root.
pub fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("cannot read {file}: {error}"))
}

/// Replaces `old` by `new` in `file`, in all places.
///
/// Trials run in parallel and may bless the same file, so each trial reads the file again and
/// replaces only its own text.
pub fn rewrite(file: &str, old: &str, new: &str) -> Result<(), String> {
    static WRITING: Mutex<()> = Mutex::new(());
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);

    let text = read(file)?;
    if old.is_empty() {
        // An empty text is everywhere.
        return Err(format!("nothing to replace in {file}: put a word there, and run this again"));
    }
    if !text.contains(old) && !text.contains(new) {
        return Err(format!("{file} changed while it was being rewritten: run this again"));
    }
    fs::write(root().join(file), text.replace(old, new))
        .map_err(|error| format!("cannot write {file}: {error}"))
}

/// The workspace's manifests.
pub struct Workspace(Metadata);

impl Workspace {
    /// Asks cargo for them.
    pub fn read() -> Result<Self, String> {
        MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .no_deps()
            .exec()
            .map(Self)
            .map_err(|error| format!("cannot read the manifests: {error}"))
    }

    pub fn packages(&self) -> &[Package] {
        &self.0.packages
    }

    /// The targets of a kind, in all packages.
    pub fn targets(&self, kind: TargetKind) -> impl Iterator<Item = &Target> {
        let all = self.0.packages.iter().flat_map(|package| &package.targets);
        all.filter(move |target| target.kind.contains(&kind))
    }

    /// True when a target of this kind and name is declared.
    pub fn has(&self, kind: TargetKind, name: &str) -> bool {
        self.targets(kind).any(|target| target.name == name)
    }

    /// True when a package of this name is a member.
    pub fn has_package(&self, name: &str) -> bool {
        self.0.packages.iter().any(|package| package.name.as_str() == name)
    }
}

/// A path in the form used in Markdown: from the root, with slashes.
pub fn relative(path: &Path) -> String {
    let mut parts = Vec::new();
    for part in path.strip_prefix(root()).unwrap_or(path).components() {
        match part {
            // Crates name the examples as `../../examples/…`.
            Component::ParentDir => drop(parts.pop()),
            part => parts.push(part.as_os_str().to_string_lossy()),
        }
    }
    parts.join("/")
}
