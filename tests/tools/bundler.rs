//! The glue in web/pkg, used elsewhere: in Node, and in a page that Vite builds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{
    browser::{self, Driver},
    process::output,
    requirement, root,
    stage::file_server,
};
use libtest_mimic::{Completion, Failed, Trial};
use tempfile::TempDir;

/// The files that Vite reads, those of web/pkg included.
const FILES: [&str; 6] = [
    "examples/wasm/vite/index.html",
    "examples/wasm/vite/main.js",
    "examples/wasm/vite/package-lock.json",
    "examples/wasm/vite/package.json",
    "web/pkg/class.js",
    "web/pkg/class_bg.wasm",
];

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::ignorable_test("plain init() is refused in Node", refused_in_node),
        Trial::ignorable_test("Vite copies the module, and the page runs it", built_by_vite),
    ]
}

fn refused_in_node() -> Result<Completion, Failed> {
    requirement(program("node"), |node| {
        let script = "import init from './web/pkg/class.js'; await init();";
        let node = &mut Command::new(node);
        let refused =
            output(node.args(["--input-type=module", "--eval", script]).current_dir(root()));
        let says = "WebAssembly.instantiate(): Argument 0 must be a buffer source or a \
                    WebAssembly.Module object";
        match refused {
            Err(error) if error.contains(says) => Ok(()),
            other => Err(format!("it does not say {says}: {other:?}").into()),
        }
    })
}

fn built_by_vite() -> Result<Completion, Failed> {
    let tools = program("node").and_then(|_| Ok((browser::find()?, program("npm")?)));
    requirement(tools, |(browser, npm)| {
        let folder = copied()?;
        let vite = folder.path().join("examples/wasm/vite");
        // Not `ci`: it fails when a registry lacks the binaries for some other system.
        let options =
            ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
        output(Command::new(&npm).args(options).current_dir(&vite))?;
        output(Command::new(npm).args(["run", "build"]).current_dir(&vite))?;
        let copies = fs::read_dir(vite.join("dist/assets"))?
            .filter_map(|entry| entry.ok()?.path().extension().map(|it| it == "wasm"))
            .filter(|&is_module| is_module);
        if copies.count() != 1 {
            return Err("Vite has not copied class_bg.wasm".into());
        }
        let shown = Driver::start(browser)?.run(async |page| {
            page.goto(&file_server(&vite.join("dist")).await?).await?;
            page.wait_for("#name", &["cellar"]).await.map(drop)
        });
        Ok(shown?)
    })
}

/// The example, in a copy of the folders around it.
fn copied() -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for file in FILES {
        let copy = folder.path().join(file);
        fs::create_dir_all(copy.parent().unwrap_or(Path::new("")))?;
        fs::copy(root().join(file), copy)?;
    }
    Ok(folder)
}

fn program(name: &str) -> Result<PathBuf, String> {
    which::which(name).map_err(|_| format!("no {name}: `cargo run -- doctor` says how to get it"))
}
