//! The modules of web/pkg: what each is made from, and how.

/// One module.
#[derive(Debug)]
pub struct Module {
    /// What its files are called.
    pub name: &'static str,
    /// What it is made of, and how.
    pub kind: Kind,
    /// What it is made from beside the file that its kind implies: files, or whole folders.
    also: &'static [&'static str],
}

/// Where a module comes from, which decides what is done with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `examples/wasm/guests/NAME.rs`.
    Guest(Form),
    /// `examples/wasm/browser/NAME.rs`, for one card of web/gallery.html, by wasm-bindgen.
    Card,
    /// A crate of this workspace with these features, by wasm-bindgen.
    Crate {
        /// The name of the crate.
        package: &'static str,
        /// For cargo, separated by commas.
        features: &'static str,
    },
    /// C, by clang.
    C,
    /// C++, by clang.
    Cpp,
}

/// What becomes of a guest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// Used as rustc made it, by any engine.
    Raw,
    /// wasm-bindgen writes the JavaScript that goes with it.
    Bindgen,
    /// Wrapped in the types of its WIT.
    Component,
}

/// What compiles a module.
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

/// All of them. Cargo.lock is not among the sources: a new version of an unrelated dependency does
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
    // The files that FFI calls, too.
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
    /// What ends up in the module when it is changed, from the workspace's folder.
    pub fn sources(&self) -> impl Iterator<Item = String> {
        let own = match self.kind {
            Kind::Guest(_) => Some(format!("examples/wasm/guests/{}.rs", self.name)),
            Kind::Card => Some(format!("examples/wasm/browser/{}.rs", self.name)),
            Kind::Crate { .. } | Kind::C | Kind::Cpp => None,
        };
        own.into_iter().chain(self.also.iter().map(|&source| source.to_owned()))
    }

    /// The name of its example in wasm-demo, when it is one.
    pub fn example(&self) -> Option<String> {
        match self.kind {
            Kind::Guest(_) => Some(format!("guest_{}", self.name)),
            Kind::Card => Some(format!("card_{}", self.name)),
            Kind::Crate { .. } | Kind::C | Kind::Cpp => None,
        }
    }

    /// What has to be here to build it.
    pub fn compiler(&self) -> Compiler {
        match self.kind {
            Kind::Guest(_) | Kind::Card | Kind::Crate { .. } => Compiler::Rust,
            Kind::C | Kind::Cpp => Compiler::Clang,
        }
    }

    /// Whether JavaScript goes with it.
    pub fn is_for_javascript(&self) -> bool {
        matches!(self.kind, Kind::Guest(Form::Bindgen) | Kind::Card | Kind::Crate { .. })
    }
}
