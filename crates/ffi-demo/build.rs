//! Compiles the C library in `c_src` and tells cargo to link it.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
};

/// Set to 1, as CI does, it makes every warning of the C compiler an error. Anywhere else that would
/// let a newer compiler, or somebody's CFLAGS, stop a build that has nothing wrong with it.
const STRICT: &str = "POLYGLOT_WERROR";

/// Compiled into a library of its own, and only for what measures calls.
const BENCH: &str = "bench.c";

fn main() -> Result<(), Box<dyn Error>> {
    let c_src = Path::new("../../c_src");
    println!("cargo::rerun-if-changed={}", c_src.display());
    println!("cargo::rerun-if-env-changed={STRICT}");

    let mut build = cc::Build::new();
    configure(&mut build, c_src)
        .std("c11")
        // a*b+c in one rounding would give other pixels than Rust and WebAssembly, which round twice.
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
    Ok(())
}

/// Every C file in the folder, so that a new one needs no line here. Sorted: the order in which a
/// folder is listed differs between machines.
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

/// What C and C++ have in common.
fn configure<'build>(build: &'build mut cc::Build, c_src: &Path) -> &'build mut cc::Build {
    build
        .include(c_src.join("include"))
        .warnings(true)
        .extra_warnings(true)
        .warnings_into_errors(env::var_os(STRICT).is_some_and(|value| value == "1"))
        .flag_if_supported("-Wpedantic")
        // Only what is marked PG_API leaves the library. On Windows this is the marking.
        .define("PG_BUILDING", None)
        .flag_if_supported("-fvisibility=hidden")
        // Microsoft's headers warn about fopen, which is standard C.
        .define("_CRT_SECURE_NO_WARNINGS", None)
}

/// Links the same objects a second time, as a shared library, for the examples that are about one.
/// The cc crate makes static libraries only, but it knows the compiler, which knows the linker.
fn link_shared(compiler: &cc::Tool, objects: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let system = env::var("CARGO_CFG_TARGET_OS")?;
    let name = match system.as_str() {
        "windows" => "polyglot_shared.dll",
        "macos" => "libpolyglot_shared.dylib",
        _ => "libpolyglot_shared.so",
    };
    let library = folder.join(name);

    // What is for the linker goes there as `-Xlinker ARGUMENT`. The compiler would split the usual
    // `-Wl,ARGUMENT` at each comma, and a folder may have one in its name.
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
            // What a program that is linked against the library will look for when it starts.
            "macos" => command
                .args(["-Xlinker", "-install_name", "-Xlinker"])
                .arg(format!("@rpath/{name}")),
            _ => command.args(["-Xlinker", "-soname", "-Xlinker", name]),
        };
        command.arg("-shared").args(objects).arg("-o").arg(&library).arg("-pthread");
        // Where it looks for it: without this, `cargo run` finds the library and a start of the
        // program itself does not. Windows has no such path; there a DLL is beside the program.
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
