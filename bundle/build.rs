//! From sources to the files of web/pkg.

use std::{
    collections::BTreeMap,
    error::Error,
    num::NonZero,
    panic::resume_unwind,
    path::Path,
    sync::{Mutex, PoisonError},
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use wasm_bindgen_cli_support::Bindgen;
use wit_component::ComponentEncoder;

use super::{c, optimise::Optimiser, rust, strip};
use crate::{
    pkg::modules::{Compiler, Form, Kind, Module},
    toolchain::{self, Toolchain, clang::Clang},
};

const NO_RUST: &str = "no installed Rust toolchain has wasm32-unknown-unknown: \
     run `rustup target add wasm32-unknown-unknown`, or tools/install-wasm32";
const NO_CLANG: &str = "no installed clang has wasm32 and its linker, wasm-ld: install both (on \
     Debian `apt-get install clang-19 lld-19`; `cargo run -- doctor` knows other systems)";

/// The files that were built, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The tools that are installed.
pub struct Tools {
    rust: Option<Toolchain>,
    clang: Option<Clang>,
    /// wasm-opt, or the reason why it is missing.
    pub optimiser: Result<Optimiser, String>,
}

/// A module, built.
pub struct Built {
    pub files: Files,
    /// The size of the WebAssembly before it was optimised.
    pub unoptimised: usize,
}

impl Tools {
    /// Looks for the compilers, and installs the optimiser.
    pub fn find(root: &Path) -> Self {
        Self {
            rust: toolchain::with_wasm32(),
            clang: Clang::find(),
            optimiser: Optimiser::install(root),
        }
    }

    /// The compiler of a module, as in `rustc 1.95.0` or `clang version 19.1.7`.
    ///
    /// # Errors
    ///
    /// If the compiler is not installed: how to get it.
    pub fn compiler_of(&self, module: &Module) -> Result<String, &'static str> {
        match module.compiler() {
            Compiler::Rust => match &self.rust {
                Some(toolchain) => Ok(format!("rustc {}", toolchain.version())),
                None => Err(NO_RUST),
            },
            Compiler::Clang => match &self.clang {
                Some(clang) => Ok(clang.version().to_owned()),
                None => Err(NO_CLANG),
            },
        }
    }

    /// Builds modules whose compilers are installed.
    ///
    /// # Errors
    ///
    /// If a tool fails, with its message.
    pub fn build(&self, root: &Path, modules: &[&Module]) -> Result<Vec<Built>, Box<dyn Error>> {
        let progress = ProgressBar::new(modules.len() as u64)
            .with_style(ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} ({elapsed})")?);
        progress.enable_steady_tick(Duration::from_millis(100));

        let compiled = self.compile(root, modules, &progress)?;
        let unfinished: Vec<_> = modules.iter().copied().zip(compiled).collect();
        let built = in_parallel(&unfinished, |(module, wasm)| {
            say(&progress, format!("finishing {}", module.name));
            let built = self.finish(module, wasm).map_err(|error| error.to_string());
            progress.inc(1);
            built
        });
        progress.finish_and_clear();
        Ok(built.into_iter().collect::<Result<_, _>>()?)
    }

    fn compile(
        &self,
        root: &Path,
        modules: &[&Module],
        progress: &ProgressBar,
    ) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let of_rust: Vec<_> =
            modules.iter().copied().filter(|module| module.compiler() == Compiler::Rust).collect();
        let mut from_rust = match &self.rust {
            Some(toolchain) if !of_rust.is_empty() => {
                say(progress, "compiling Rust".to_owned());
                rust::compile(root, toolchain, &of_rust)?.into_iter()
            }
            _ => Vec::new().into_iter(),
        };
        let compile = |module: &&Module| match (module.compiler(), &self.clang) {
            (Compiler::Clang, Some(clang)) => {
                say(progress, format!("compiling {}", module.name));
                c::compile(root, clang, module)
            }
            (Compiler::Clang, None) => Err(NO_CLANG.into()),
            (Compiler::Rust, _) => from_rust.next().ok_or_else(|| NO_RUST.into()),
        };
        modules.iter().map(compile).collect()
    }

    /// Takes the steps that follow the compiler: wasm-bindgen, wasm-opt, and making a component.
    fn finish(&self, module: &Module, wasm: &[u8]) -> Result<Built, Box<dyn Error>> {
        let mut files = Files::new();
        let generated;
        let wasm = if module.is_for_javascript() {
            generated = generate(module.name, wasm, &mut files)?;
            &generated
        } else {
            wasm
        };

        let stripped = strip::debug_sections(wasm)?;
        let optimised = match &self.optimiser {
            Ok(optimiser) => optimiser.run(module, wasm)?,
            Err(_) => stripped.clone(),
        };
        // wasm-opt writes out what a compiler may leave implicit, so a tiny module may have grown.
        let optimised = if optimised.len() < stripped.len() { optimised } else { stripped.clone() };

        let file = match module.kind {
            _ if module.is_for_javascript() => format!("{}_bg.wasm", module.name),
            _ => format!("{}.wasm", module.name),
        };
        if module.kind == Kind::Guest(Form::Component) {
            files.insert(file, component(&optimised)?);
            return Ok(Built { files, unoptimised: component(&stripped)?.len() });
        }
        files.insert(file, optimised);
        Ok(Built { files, unoptimised: stripped.len() })
    }
}

/// Lets wasm-bindgen write the JavaScript and its types, and returns the module for them.
fn generate(name: &str, wasm: &[u8], files: &mut Files) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut generated = Bindgen::new()
        .input_bytes(name, wasm.to_vec())
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .map_err(|error| format!("wasm-bindgen cannot read {name}: {error:#}"))?;
    files.insert(format!("{name}.js"), generated.js().as_bytes().to_vec());
    if let Some(types) = generated.ts() {
        files.insert(format!("{name}.d.ts"), types.as_bytes().to_vec());
    }
    Ok(generated.wasm_mut().emit_wasm())
}

/// Makes a component of a module, with the types from the module's custom section.
fn component(wasm: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let encoded = ComponentEncoder::default()
        .validate(true)
        .module(wasm)
        .and_then(|mut encoder| encoder.encode());
    Ok(encoded.map_err(|error| format!("no component can be made of it: {error:#}"))?)
}

/// Shows a message: in the progress bar or, if there is none, as a line.
fn say(progress: &ProgressBar, message: String) {
    if progress.is_hidden() {
        anstream::println!("{message}");
    }
    progress.set_message(message);
}

/// Runs `work` on each processor at once, because wasm-opt uses only one.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let queue = Mutex::new(items.iter().enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, item)) = take() {
            done.push((index, work(item)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let join = |worker: ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, result)| result).collect()
}
