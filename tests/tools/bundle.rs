//! web/pkg matches its sources, and contains no traces of the machine that built it.

use std::{collections::BTreeSet, fs, io::Write, path::Path, process::Command, time::Duration};

use crate::support::{
    bless_command, blessing, process::Process, requirement, root, served::polyglot,
};
use flate2::{Compression, write::GzEncoder};
use libtest_mimic::{Completion, Failed, Trial};
use tempfile::TempDir;
use url::Url;

/// Time limit for building everything from an empty folder, on a slow machine.
const LIMIT: Duration = Duration::from_secs(900);

/// The files that `bundle` reads, and those that cargo needs to load the workspace.
const WORKSPACE: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "benches/crossing.rs",
    "build.rs",
    "bundle",
    "c_src",
    "compare",
    "crates",
    "examples",
    "proto",
    "src",
    "tests",
    "tools",
    "web",
];

/// Size limits of modules, with reasons: the file, true if its size after gzip counts, and its
/// limit in bytes.
const LIMITS: [(&str, bool, usize); 3] = [
    // The article's module, which has to be readable byte by byte. 101 today.
    ("add.wasm", false, 120),
    // The same function with wasm-bindgen: that adds JavaScript, not WebAssembly. 424 today.
    ("add_bindgen_bg.wasm", false, 1_000),
    // Loaded on demand. Most of it is the code of tonic and http for headers and a status: 169 KB
    // of code in nearly a thousand functions, of which 3 are over 5 KB. 88,066 today, of which the
    // stream of readings is 4.6 KB. The aim is 75 KB; that takes a smaller transport below tonic.
    ("grpc_demo_bg.wasm", true, 88 * 1024),
];

/// The rows of the table of sizes in docs/wasm-page.md: the module, and its purpose.
const SIZES_SHOWN: [(&str, &str); 10] = [
    ("add", "`add` by hand"),
    ("add_bindgen", "`add` by wasm-bindgen"),
    ("c_ops", "three C files"),
    ("strings", "a card with strings"),
    ("fetch", "a card with `async` and `fetch`"),
    ("dom", "a card that prints a float"),
    ("ops", "the four operations by hand"),
    ("ops_component", "the same as a component"),
    ("component", "the component"),
    ("grpc_demo", "the gRPC client"),
];

/// The size limit of the files that are needed before the page shows anything: under two round
/// trips.
const FIRST_PAINT: usize = 20 * 1024;

pub fn trials() -> Vec<Trial> {
    let trials = vec![
        Trial::test("web/pkg is fresh", || fresh(root())),
        Trial::test("add.wasm is the article's: one export, no import", add_is_bare),
        Trial::test("every module is as small as it was meant to be", sizes),
        Trial::test("the chapter's sizes are web/pkg's", sizes_shown),
        Trial::test("the page's first picture is small", first_paint),
        Trial::test("no file holds a path of its builder", no_paths),
        Trial::test("a changed source makes web/pkg stale", stale),
        Trial::test("a cut-off file is damage", damaged),
        Trial::test("a missing file is damage", missing),
        Trial::test("a compiler that nothing changed needs may be absent", kept),
        Trial::ignorable_test("web/pkg can be rebuilt in another folder", rebuilt),
    ];
    trials
}

fn fresh(folder: &Path) -> Result<(), Failed> {
    let stdout = run(&mut polyglot(["bundle", "--check"]), folder)?;
    equal(stdout.trim(), "web/pkg is fresh")
}

fn add_is_bare() -> Result<(), Failed> {
    let wasm = fs::read(root().join("web/pkg/add.wasm"))?;
    let module = wasmtime::Module::new(&wasmtime::Engine::default(), &wasm)?;
    equal(module.imports().count(), 0)?;
    let exports = ["__data_end", "__heap_base", "add", "memory"].map(str::to_owned);
    equal(exports_of(&wasm)?, exports.to_vec())
}

fn sizes() -> Result<(), Failed> {
    for (module, made) in modules_of(&root().join("web/pkg"))? {
        if made["optimiser"].is_null() {
            let remedy = "install Node.js with npm, and run `cargo bundle`";
            return Err(format!("{module} was bundled without wasm-opt: {remedy}").into());
        }
    }
    for (name, packed, limit) in LIMITS {
        let bytes = fs::read(root().join("web/pkg").join(name))?;
        let size = if packed { gzip(&bytes)? } else { bytes.len() };
        if size > limit {
            let with = if packed { " with gzip" } else { "" };
            return Err(format!(
                "web/pkg/{name} has {size} bytes{with}, over its limit of {limit}: make it \
                 smaller, or raise LIMITS in tests/tools/bundle.rs and say why"
            )
            .into());
        }
    }
    Ok(())
}

fn sizes_shown() -> Result<(), Failed> {
    const CHAPTER: &str = "docs/wasm-page.md";
    const MARKS: (&str, &str) = ("<!-- sizes -->\n", "<!-- /sizes -->");

    let mut table = "| | before wasm-opt | after it | with gzip | the glue, with gzip |\n\
                     |---|---|---|---|---|\n"
        .to_owned();
    let manifest = manifest_of(&root().join("web/pkg"))?;
    for (name, what) in SIZES_SHOWN {
        let module = &manifest["modules"][name];
        let names = module["files"].as_array().into_iter().flatten();
        let names: Vec<_> = names.filter_map(|name| name.as_str()).collect();
        let of = |ending: &str, key: &str| {
            let file = names.iter().find(|name| name.ends_with(ending));
            file.map_or(String::new(), |file| manifest["files"][*file][key].to_string())
        };
        let file = names.iter().find(|name| name.ends_with(".wasm"));
        let file = file.ok_or(format!("the manifest has no module of {name}"))?;
        let before = &module["unoptimised"];
        let (after, packed, glue) = (of(".wasm", "bytes"), of(".wasm", "gzip"), of(".js", "gzip"));
        table += &format!("| {what}: `{file}` | {before} | {after} | {packed} | {glue} |\n");
    }

    let text = crate::support::read(CHAPTER)?;
    let shown = text.split_once(MARKS.0).and_then(|(_, rest)| rest.split_once(MARKS.1));
    let (shown, _) = shown.ok_or(format!("{CHAPTER} has no {}", MARKS.0))?;
    if shown == table {
        Ok(())
    } else if blessing() {
        Ok(crate::support::rewrite(CHAPTER, shown, &table)?)
    } else {
        Err(format!("{CHAPTER} shows other sizes: rewrite it with {}", bless_command()).into())
    }
}

fn first_paint() -> Result<(), Failed> {
    let web = root().join("web");
    let mut files = BTreeSet::from(["index.html", "style.css", "pkg/add.wasm"].map(str::to_owned));
    let mut scripts = vec!["page.js".to_owned()];
    while let Some(script) = scripts.pop() {
        // A static import: `import … from './FILE';`. Files that `import()` loads come later.
        let text = fs::read_to_string(web.join(&script))?;
        let base = Url::parse("file:///")?.join(&script)?;
        for (file, _) in text.split("from '.").skip(1).filter_map(|rest| rest.split_once("';")) {
            let file = base.join(&format!(".{file}"))?.path()[1..].to_owned();
            if !files.contains(&file) {
                scripts.push(file);
            }
        }
        files.insert(script);
    }
    let mut sum = 0;
    let mut list = String::new();
    for file in files {
        let size = gzip(&fs::read(web.join(&file))?)?;
        sum += size;
        list += &format!("\n{size:6} {file}");
    }
    if sum > FIRST_PAINT {
        return Err(format!("{sum} bytes with gzip, over {FIRST_PAINT}:{list}").into());
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn no_paths() -> Result<(), Failed> {
    for entry in fs::read_dir(root().join("web/pkg"))? {
        let path = entry?.path();
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        // The trial that rebuilds in another folder would notice any other path.
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
    let remedy = "older than its sources: run `cargo bundle`";
    refused(copy.path(), &format!("error: grpc_demo in web/pkg is {remedy}\n"))
}

fn damaged() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    let file = copy.path().join("web/pkg/wasm_demo_bg.wasm");
    let bytes = fs::read(&file)?;
    fs::write(&file, &bytes[..bytes.len() / 2])?;
    let remedy = "missing or damaged: run `cargo bundle`";
    refused(copy.path(), &format!("error: web/pkg/wasm_demo_bg.wasm is {remedy}\n"))
}

fn missing() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    fs::remove_dir_all(copy.path().join("web/pkg"))?;
    let remedy = "missing or damaged: run `cargo bundle`";
    refused(copy.path(), &format!("error: web/pkg/manifest.json is {remedy}\n"))
}

/// With an empty PATH, `bundle` does not find a compiler or npm.
fn kept() -> Result<(), Failed> {
    let copy = copy_of_the_workspace()?;
    let manifest = copy.path().join("web/pkg/manifest.json");
    let bundle = |names: &[&str]| {
        let mut polyglot = polyglot(["bundle"].iter().chain(names).copied());
        run(polyglot.env("PATH", ""), copy.path())
    };

    let before = fs::read(&manifest)?;
    let stdout = bundle(&[])?;
    if !stdout.contains("kept as they are: c_ops, c_plugin, cpp_statistics; no installed clang") {
        return Err(format!("it does not say what was kept:\n{stdout}").into());
    }

    fs::write(copy.path().join("c_src/arithmetic.c"), "")?;
    match bundle(&[]) {
        Err(stderr)
            if stderr.starts_with(
                "error: not built, and older than their sources: c_ops: no installed clang",
            ) => {}
        other => return Err(format!("a changed source was not missed: {other:?}").into()),
    }
    // A module that was not requested may be stale.
    equal(bundle(&["add"])?.contains("kept as they are: add; no installed Rust"), true)?;
    equal(fs::read(&manifest)?, before)?;
    match bundle(&["abacus"]) {
        Err(stderr) if stderr.contains("invalid value 'abacus'") => Ok(()),
        other => Err(format!("an unknown module was accepted: {other:?}").into()),
    }
}

fn refused(folder: &Path, line: &str) -> Result<(), Failed> {
    match run(&mut polyglot(["bundle", "--check"]), folder) {
        Ok(stdout) => Err(format!("it was accepted: {stdout}").into()),
        Err(stderr) => equal(stderr.as_str(), line),
    }
}

/// Builds everything again. Other tools rightly make other bytes, so for a module made with other
/// tools this compares the exports and not the bytes.
fn rebuilt() -> Result<Completion, Failed> {
    let copy = copy_of_the_workspace()?;
    let pkg = copy.path().join("web/pkg");
    fs::remove_dir_all(&pkg)?;
    let built = match run(&mut polyglot(["bundle"]), copy.path()) {
        Err(stderr)
            if !stderr.contains("no Rust toolchain here") && !stderr.contains("no clang") =>
        {
            return Err(stderr.into());
        }
        built => built,
    };
    let built = built.map_err(|stderr| stderr.trim().to_owned());
    requirement(built, |_| compare(&root().join("web/pkg"), &pkg))
}

fn compare(committed: &Path, rebuilt: &Path) -> Result<(), Failed> {
    let [old_modules, new_modules] = [modules_of(committed)?, modules_of(rebuilt)?];
    equal(names_in(committed)?, names_in(rebuilt)?)?;
    for (module, made) in &old_modules {
        let same_tools =
            ["compiler", "optimiser"].map(|tool| made[tool] == new_modules[module][tool]);
        for name in made["files"].as_array().ok_or("the manifest lists no files")? {
            let name = name.as_str().unwrap_or_default();
            let [old, new] = [committed, rebuilt].map(|folder| fs::read(folder.join(name)));
            let (old, new) = (old?, new?);
            let same = if same_tools == [true; 2] {
                old == new
            } else if name.ends_with(".wasm") && !module.ends_with("component") {
                exports_of(&old)? == exports_of(&new)?
            } else {
                true
            };
            if !same {
                let remedy = "what it is made of has changed: run `cargo bundle`";
                return Err(format!("web/pkg/{name} is rebuilt differently; {remedy}").into());
            }
        }
    }
    Ok(())
}

fn names_in(folder: &Path) -> Result<BTreeSet<String>, Failed> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into()));
    names.collect()
}

fn modules_of(pkg: &Path) -> Result<serde_json::Map<String, serde_json::Value>, Failed> {
    let manifest = manifest_of(pkg)?;
    Ok(manifest["modules"].as_object().ok_or("the manifest lists no modules")?.clone())
}

fn manifest_of(pkg: &Path) -> Result<serde_json::Value, Failed> {
    Ok(serde_json::from_slice(&fs::read(pkg.join("manifest.json"))?)?)
}

fn exports_of(wasm: &[u8]) -> Result<Vec<String>, Failed> {
    let module = wasmtime::Module::new(&wasmtime::Engine::default(), wasm)?;
    let mut names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    names.sort();
    Ok(names)
}

/// Runs `polyglot` on the workspace in `folder`, and returns its output, or its error output.
fn run(polyglot: &mut Command, folder: &Path) -> Result<String, String> {
    polyglot.current_dir(folder).env("CARGO_MANIFEST_DIR", folder);
    let mut process = Process::spawn(polyglot)?;
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
        fs::create_dir_all(to.parent().unwrap_or(to))?;
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
