//! Compiles the C library in `c_src` and tells cargo to link it.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
};

/// When this is 1, as in CI, every warning of the C compiler is an error. Elsewhere that would let
/// a newer compiler, or someone's CFLAGS, stop a build that is correct.
const STRICT: &str = "POLYGLOT_WERROR";

/// Compiled into a library of its own, and only for programs that measure calls.
const BENCH: &str = "bench.c";

fn main() -> Result<(), Box<dyn Error>> {
    let c_src = Path::new("../../c_src");
    println!("cargo::rerun-if-changed={}", c_src.display());
    println!("cargo::rerun-if-env-changed={STRICT}");

    let mut build = cc::Build::new();
    configure(&mut build, c_src)
        .std("c11")
        // Fused multiply-add rounds a*b+c once; Rust and WebAssembly round twice and give other
        // pixels.
        .flag_if_supported("-ffp-contract=off");
    build.files(sources(c_src)?);
    let objects = build.try_compile_intermediates()?;
    cc::Build::new().objects(&objects).try_compile("polyglot_c")?;
    link_shared(&build.try_get_compiler()?, &objects)?;

    #[cfg(feature = "bench")]
    configure(&mut cc::Build::new(), c_src)
        .file(c_src.join(BENCH))
        .try_compile("polyglot_bench")?;

    #[cfg(feature = "cpp")]
    configure(&mut cxx_build::bridge("src/cpp.rs"), c_src)
        .std("c++17")
        .file(c_src.join("gauge.cc"))
        .file(c_src.join("gauge_c.cc"))
        .try_compile("polyglot_cpp")?;

    #[cfg(feature = "exercises")]
    compile_exercises(c_src)?;
    Ok(())
}

/// Compiles each C file of the exercises into a library of its own, named FOLDER_FILE. A file that
/// does not compile is reported, and then only the check that links it fails.
#[cfg(feature = "exercises")]
fn compile_exercises(c_src: &Path) -> Result<(), Box<dyn Error>> {
    let libraries = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rustc-link-search=native={}", libraries.display());
    for entry in Path::new("../../exercises").read_dir()? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        for file in sources(&entry.path())? {
            // Not the whole folder: a change of a Rust file would compile all of C again.
            println!("cargo::rerun-if-changed={}", file.display());
            let stem = file.file_stem().unwrap_or_default();
            let name = format!("{}_{}", entry.file_name().display(), stem.display());
            // Otherwise the last one that compiled would be linked.
            for old in [format!("lib{name}.a"), format!("{name}.lib")] {
                let _ = std::fs::remove_file(libraries.join(old));
            }
            let mut build = cc::Build::new();
            // cc passes on the compiler's words, as warnings.
            let built = configure(&mut build, c_src)
                .std("c11")
                .cargo_metadata(false) // Else every program would link it.
                .file(&file)
                .try_compile(&name);
            if built.is_err() {
                println!("cargo::warning={} does not compile", file.display());
            }
        }
    }
    Ok(())
}

/// Every C file in the folder, so that a new file needs no line here. Sorted, because the order in
/// which a folder is listed differs between machines.
fn sources(c_src: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for entry in c_src.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "c") && !path.ends_with(BENCH) {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}

/// Settings that the C build and the C++ build share.
fn configure<'build>(build: &'build mut cc::Build, c_src: &Path) -> &'build mut cc::Build {
    build
        .include(c_src.join("include"))
        .warnings(true)
        .extra_warnings(true)
        .warnings_into_errors(env::var_os(STRICT).is_some_and(|value| value == "1"))
        .flag_if_supported("-Wpedantic")
        // The library exports only what is marked PG_API. On Windows this define turns the mark on.
        .define("PG_BUILDING", None)
        .flag_if_supported("-fvisibility=hidden")
        // Microsoft's headers warn about fopen, which is standard C.
        .define("_CRT_SECURE_NO_WARNINGS", None)
}

/// Links the same objects a second time, as a shared library, for the examples about shared
/// libraries. The cc crate makes only static libraries, but it knows the compiler, which knows the
/// linker.
fn link_shared(compiler: &cc::Tool, objects: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let system = env::var("CARGO_CFG_TARGET_OS")?;
    let name = match system.as_str() {
        "windows" => "polyglot_shared.dll",
        "macos" => "libpolyglot_shared.dylib",
        _ => "libpolyglot_shared.so",
    };
    let library = folder.join(name);

    // `-Xlinker ARGUMENT` passes an argument to the linker. The usual `-Wl,ARGUMENT` would be split
    // at each comma, and the name of a folder may contain one.
    let mut command = compiler.to_command();
    if compiler.is_like_msvc() {
        // The linker puts polyglot_shared.lib, which a program is linked against, beside the DLL.
        command.arg("/LD").args(objects).arg(format!("/Fe:{}", library.display()));
    } else {
        match system.as_str() {
            "windows" => {
                let import = folder.join("libpolyglot_shared.dll.a");
                command.args(["-Xlinker", "--out-implib", "-Xlinker"]).arg(import)
            }
            // The name that a program linked against the library looks for when it starts.
            "macos" => command
                .args(["-Xlinker", "-install_name", "-Xlinker"])
                .arg(format!("@rpath/{name}")),
            _ => command.args(["-Xlinker", "-soname", "-Xlinker", name]),
        };
        command.arg("-shared").args(objects).arg("-o").arg(&library).arg("-pthread");
        // The folder in which the program looks for it. Without this, the program starts under
        // `cargo run` but not on its own. Windows has no such path; its DLL is beside the program.
        if system != "windows" {
            for argument in ["-Xlinker", "-rpath", "-Xlinker", &folder.display().to_string()] {
                println!("cargo::rustc-link-arg-examples={argument}");
            }
        }
    }
    let output = command.output()?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        return Err(format!("cannot link {name}: {}", String::from_utf8_lossy(&printed)).into());
    }
    println!("cargo::rustc-env=POLYGLOT_SHARED_LIBRARY={}", library.display());
    Ok(())
}
