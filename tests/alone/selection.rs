//! After `cargo run`, an example compiles none of the same packages again.
//!
//! Cargo resolves features for all default members at once, and for `--example` it also counts
//! dev-dependencies. A feature that only a test asks for would have every user compile tonic, or all
//! procedural macros, twice.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::support::process::{cargo, output};

/// What cargo would compile, as `--unit-graph` prints it.
#[derive(Deserialize)]
struct Graph {
    units: Vec<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    pkg_id: String,
    target: Target,
    mode: String,
    features: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Graph {
    fn of(arguments: &[&str]) -> Self {
        let mut cargo = cargo(["build", "--locked", "--unit-graph", "-Zunstable-options"]);
        // The option is a nightly one; it only describes, so nothing is compiled differently.
        let (json, _) = output(cargo.args(arguments).env("RUSTC_BOOTSTRAP", "1")).unwrap();
        serde_json::from_str(&json).unwrap()
    }
}

impl Unit {
    fn key(&self) -> (&str, &str, &[String], &str) {
        (&self.pkg_id, &self.target.name, &self.target.kind, &self.mode)
    }
}

#[test]
fn an_example_compiles_nothing_that_the_tour_has_compiled() {
    let tour = Graph::of(&[]);
    for example in ["ffi_call_c", "grpc_hello"] {
        let graph = Graph::of(&["--example", example]);
        let mut again = String::new();
        for unit in &graph.units {
            let before = tour.units.iter().filter(|before| before.key() == unit.key());
            let before: Vec<_> = before.map(|before| &before.features).collect();
            // A package that build scripts use, too, is there twice, with features of its own.
            let Some(first) = before.first() else { continue };
            if !before.iter().any(|features| unit.features.is_subset(features)) {
                let missing: Vec<_> = unit.features.difference(first).collect();
                again += &format!("\n  {}: {missing:?}", unit.pkg_id);
            }
        }
        assert!(
            again.is_empty(),
            "`cargo run --example {example}` selects more features than `cargo run`:{again}\n\
             Have the root Cargo.toml ask for them in every build."
        );
    }
}
