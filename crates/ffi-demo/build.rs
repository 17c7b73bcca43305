//! Compiles the C library in `c_src` and tells cargo to link it.

use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let c_src = Path::new("../../c_src");
    println!("cargo::rerun-if-changed={}", c_src.display());

    let mut build = cc::Build::new();
    build
        .include(c_src.join("include"))
        .std("c11")
        .warnings(true)
        .extra_warnings(true)
        .warnings_into_errors(true)
        // a*b+c in one rounding would give other pixels than Rust and WebAssembly, which round twice.
        .flag_if_supported("-ffp-contract=off")
        .flag_if_supported("-Wpedantic")
        // Only what is marked PG_API leaves the library.
        .flag_if_supported("-fvisibility=hidden");
    for source in ["arithmetic.c", "checksum.c", "greet.c", "mandelbrot.c", "sampler.c", "series.c"]
    {
        build.file(c_src.join(source));
    }
    build.try_compile("polyglot_c")?;
    Ok(())
}
