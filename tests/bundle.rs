//! web/pkg is what its sources make, and holds nothing of the machine that made it.

mod support;

use std::{fs, path::Path, time::Duration};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use support::{process::Process, requirement, root, served::polyglot};
use tempfile::TempDir;

/// Building everything from nothing, on a slow machine.
const LIMIT: Duration = Duration::from_secs(900);

/// What `bundle` reads, and what the workspace needs for cargo to load it.
const WORKSPACE: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "build.rs",
    "c_src",
    "crates",
    "examples",
    "proto",
    "src",
    "tests",
    "web",
];

fn main() {
    let trials = vec![
        Trial::test("web/pkg is fresh", || fresh(root())),
        Trial::test("add.wasm is the article's: one export, no import", add_is_bare),
        Trial::test("no module holds a path of its builder", no_paths),
        Trial::test("a changed source makes web/pkg stale", stale),
        Trial::test("a cut-off file is damage", damaged),
        Trial::test("a missing file is damage", missing),
        Trial::ignorable_test("web/pkg can be rebuilt in another folder", rebuilt),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn fresh(folder: &Path) -> Result<(), Failed> {
    let stdout = bundle(folder, &["--check"])?;
    equal(stdout.trim(), "web/pkg is fresh")
}

fn add_is_bare() -> Result<(), Failed> {
    let wasm = fs::read(root().join("web/pkg/add.wasm"))?;
    let module = wasmtime::Module::new(&wasmtime::Engine::default(), &wasm)?;
    equal(module.imports().count(), 0)?;
    equal(
        exports_of(&wasm)?,
        ["__data_end", "__heap_base", "add", "memory"].map(str::to_owned).to_vec(),
    )?;
    // The article's module, which has to be readable byte by byte. 116 today.
    if wasm.len() > 120 { Err(format!("add.wasm has {} bytes", wasm.len()).into()) } else { Ok(()) }
}

fn no_paths() -> Result<(), Failed> {
    for entry in fs::read_dir(root().join("web/pkg"))? {
        let path = entry?.path();
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        for folder in ["/home/", "/Users/", "C:\\", "/.cargo/", "/.rustup/", "/registry/src/"] {
            if text.contains(folder) {
                return Err(format!("{} holds {folder}", path.display()).into());
            }
        }
    }
    Ok(())
}

fn stale() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    let source = copy.path().join("proto/hello.proto");
    fs::write(&source, fs::read_to_string(&source)? + "// changed\n")?;
    refused(copy.path(), "error: web/pkg is older than its sources: run `cargo run -- bundle`\n")
}

fn damaged() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    let file = copy.path().join("web/pkg/wasm_demo_bg.wasm");
    let bytes = fs::read(&file)?;
    fs::write(&file, &bytes[..bytes.len() / 2])?;
    let remedy = "missing or damaged: run `cargo run -- bundle`";
    refused(copy.path(), &format!("error: web/pkg/wasm_demo_bg.wasm is {remedy}\n"))
}

fn missing() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    fs::remove_dir_all(copy.path().join("web/pkg"))?;
    let remedy = "missing or damaged: run `cargo run -- bundle`";
    refused(copy.path(), &format!("error: web/pkg/manifest.json is {remedy}\n"))
}

fn refused(folder: &Path, line: &str) -> Result<(), Failed> {
    match bundle(folder, &["--check"]) {
        Ok(stdout) => Err(format!("it was accepted: {stdout}").into()),
        Err(stderr) => equal(stderr.as_str(), line),
    }
}

/// Builds everything anew. Another compiler makes other bytes, and rightly so: then the files and
/// what the modules export are compared, and not the bytes.
fn rebuilt() -> Result<Completion, Failed> {
    let copy = copy_of_the_workspace()?;
    let pkg = copy.path().join("web/pkg");
    fs::remove_dir_all(&pkg)?;
    let built = match bundle(copy.path(), &[]) {
        Err(stderr) if !stderr.contains("no Rust toolchain here has wasm32-unknown-unknown") => {
            return Err(stderr.into());
        }
        built => built,
    };
    let built = built.map_err(|stderr| stderr.trim().to_owned());
    requirement(built, |_| compare(&root().join("web/pkg"), &pkg))
}

fn compare(committed: &Path, rebuilt: &Path) -> Result<(), Failed> {
    let same_compiler = compiler_of(committed)? == compiler_of(rebuilt)?;
    for entry in fs::read_dir(committed)? {
        let name = entry?.file_name();
        let [old, new] = [committed, rebuilt].map(|folder| fs::read(folder.join(&name)));
        let (old, new) = (old?, new?);
        let same = if same_compiler {
            old == new
        } else if name.to_string_lossy().ends_with(".wasm") {
            exports_of(&old)? == exports_of(&new)?
        } else {
            true
        };
        if !same {
            let name = name.to_string_lossy();
            let remedy = "what it is made of has changed: run `cargo run -- bundle`";
            return Err(format!("web/pkg/{name} is rebuilt differently; {remedy}").into());
        }
    }
    Ok(())
}

fn compiler_of(pkg: &Path) -> Result<serde_json::Value, Failed> {
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(pkg.join("manifest.json"))?)?;
    Ok(manifest["rustc"].clone())
}

fn exports_of(wasm: &[u8]) -> Result<Vec<String>, Failed> {
    let module = wasmtime::Module::new(&wasmtime::Engine::default(), wasm)?;
    let mut names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    names.sort();
    Ok(names)
}

/// Runs `polyglot bundle` on the workspace in `folder`: its output, or what it complained about.
fn bundle(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let arguments = ["bundle"].into_iter().chain(arguments.iter().copied());
    let mut command = polyglot(arguments);
    command.current_dir(folder).env("CARGO_MANIFEST_DIR", folder);
    let mut process = Process::spawn(&mut command)?;
    let status = process.wait(LIMIT)?;
    if status.success() { Ok(process.stdout()) } else { Err(process.stderr()) }
}

fn copy_of_the_workspace() -> Result<TempDir, Failed> {
    let copy = tempfile::tempdir()?;
    for name in WORKSPACE {
        copy_all(&root().join(name), &copy.path().join(name))?;
    }
    Ok(copy)
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn equal<T: PartialEq + std::fmt::Debug>(actual: T, expected: T) -> Result<(), Failed> {
    if actual == expected { Ok(()) } else { Err(format!("{actual:?} is not {expected:?}").into()) }
}
