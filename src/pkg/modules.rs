//! The modules of web/pkg, their sources, and how each is made.

/// One module.
#[derive(Debug)]
pub struct Module {
    /// The base name of its files.
    pub name: &'static str,
    /// The kind of source, which decides how it is built.
    pub kind: Kind,
    /// Further sources, beside the file that its kind implies: files, or whole folders.
    also: &'static [&'static str],
}

/// The origin of a module, which decides how it is built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `examples/wasm/guests/NAME.rs`.
    Guest(Form),
    /// `examples/wasm/browser/NAME.rs`, for one card of web/gallery.html, with wasm-bindgen.
    Card,
    /// A crate of this workspace with these features, with wasm-bindgen.
    Crate {
        /// The name of the crate.
        package: &'static str,
        /// The features, separated by commas, as cargo takes them.
        features: &'static str,
    },
    /// C, compiled by clang.
    C,
    /// C++, compiled by clang.
    Cpp,
}

/// The processing of a guest after rustc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// Used as rustc made it, in any engine.
    Raw,
    /// wasm-bindgen writes JavaScript to go with it.
    Bindgen,
    /// Wrapped in the types of its WIT.
    Component,
}

/// The compiler of a module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compiler {
    /// rustc, with the target wasm32-unknown-unknown.
    Rust,
    /// clang, with the target wasm32.
    Clang,
}

const OPERATIONS: &[&str] = &[
    "crates/wasm-demo/src/lib.rs",
    "crates/wasm-demo/src/checksum.rs",
    "crates/wasm-demo/src/mandelbrot.rs",
];
const OPERATIONS_IN_WIT: &[&str] =
    &["examples/wasm/guests/ops.wit", OPERATIONS[0], OPERATIONS[1], OPERATIONS[2]];

/// All modules. Cargo.lock is not among the sources: a new version of an unrelated dependency does
/// not make the page stale.
pub const MODULES: &[Module] = &[
    guest("add", Form::Raw, &[]),
    guest("cat", Form::Raw, &[]),
    guest("mandelbrot_simd", Form::Raw, OPERATIONS),
    guest("ops", Form::Raw, OPERATIONS),
    guest("plugin", Form::Raw, &[]),
    guest("component", Form::Component, &["examples/wasm/component/series.wit"]),
    guest("ops_component", Form::Component, OPERATIONS_IN_WIT),
    guest("add_bindgen", Form::Bindgen, &[]),
    card("arrays", &[]),
    card("class", &[]),
    card("closures", &[]),
    card("dom", &[]),
    card("errors", &[]),
    card("fetch", &[]),
    card("life", &["examples/wasm/browser/life"]),
    card("mishaps", &[]),
    card("strings", &[]),
    Module {
        name: "wasm_demo",
        kind: Kind::Crate { package: "wasm-demo", features: "bindgen" },
        also: &[
            "crates/wasm-demo/src/bindgen.rs",
            "crates/wasm-demo/src/checksum.rs",
            "crates/wasm-demo/src/lib.rs",
            "crates/wasm-demo/src/mandelbrot.rs",
        ],
    },
    Module {
        name: "grpc_demo",
        kind: Kind::Crate { package: "grpc-demo", features: "" },
        also: &[
            "crates/grpc-demo/Cargo.toml",
            "crates/grpc-demo/build.rs",
            "crates/grpc-demo/src/browser.rs",
            "crates/grpc-demo/src/client.rs",
            "crates/grpc-demo/src/code.rs",
            "crates/grpc-demo/src/lib.rs",
            "proto",
        ],
    },
    // Uses the files that FFI calls, too.
    Module {
        name: "c_ops",
        kind: Kind::C,
        also: &[
            "c_src/arithmetic.c",
            "c_src/checksum.c",
            "c_src/mandelbrot.c",
            "c_src/include/polyglot.h",
        ],
    },
    Module { name: "c_plugin", kind: Kind::C, also: &["examples/wasm/c/plugin.c"] },
    Module { name: "cpp_statistics", kind: Kind::Cpp, also: &["examples/wasm/cpp/statistics.cc"] },
];

const fn guest(name: &'static str, form: Form, also: &'static [&'static str]) -> Module {
    Module { name, kind: Kind::Guest(form), also }
}

const fn card(name: &'static str, also: &'static [&'static str]) -> Module {
    Module { name, kind: Kind::Card, also }
}

impl Module {
    /// The files that change the module when they change, as paths from the workspace's folder.
    pub fn sources(&self) -> impl Iterator<Item = String> {
        let own = match self.kind {
            Kind::Guest(_) => Some(format!("examples/wasm/guests/{}.rs", self.name)),
            Kind::Card => Some(format!("examples/wasm/browser/{}.rs", self.name)),
            Kind::Crate { .. } | Kind::C | Kind::Cpp => None,
        };
        own.into_iter().chain(self.also.iter().map(|&source| source.to_owned()))
    }

    /// The name of its example in wasm-demo, if it is one.
    pub fn example(&self) -> Option<String> {
        match self.kind {
            Kind::Guest(_) => Some(format!("guest_{}", self.name)),
            Kind::Card => Some(format!("card_{}", self.name)),
            Kind::Crate { .. } | Kind::C | Kind::Cpp => None,
        }
    }

    /// The compiler that has to be installed to build it.
    pub fn compiler(&self) -> Compiler {
        match self.kind {
            Kind::Guest(_) | Kind::Card | Kind::Crate { .. } => Compiler::Rust,
            Kind::C | Kind::Cpp => Compiler::Clang,
        }
    }

    /// True when it comes with JavaScript.
    pub fn is_for_javascript(&self) -> bool {
        matches!(self.kind, Kind::Guest(Form::Bindgen) | Kind::Card | Kind::Crate { .. })
    }
}
