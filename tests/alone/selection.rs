//! After `cargo run`, an example does not compile any of the same packages again.
//!
//! Cargo resolves features for all default members at once, and for `--example` it also counts
//! dev-dependencies. A feature that only a test needs would make every user compile tonic, or all
//! procedural macros, twice.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Deserialize;

use crate::support::process::{cargo, output};

/// The units that cargo would compile, as `--unit-graph` prints them.
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
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Dependency {
    index: usize,
}

impl Graph {
    fn of(arguments: &[&str]) -> Self {
        let mut cargo = cargo(["build", "--locked", "--unit-graph", "-Zunstable-options"]);
        // The option is unstable; it only prints the graph, so nothing is compiled differently.
        let (json, _) = output(cargo.args(arguments).env("RUSTC_BOOTSTRAP", "1")).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// A hash of the unit together with everything that it depends on.
    fn identity(&self, index: usize, known: &mut HashMap<usize, u64>) -> u64 {
        if let Some(&identity) = known.get(&index) {
            return identity;
        }
        let unit = &self.units[index];
        let dependencies: BTreeSet<u64> =
            unit.dependencies.iter().map(|unit| self.identity(unit.index, known)).collect();
        let mut hasher = DefaultHasher::new();
        (unit.key(), &unit.features, dependencies).hash(&mut hasher);
        known.insert(index, hasher.finish());
        hasher.finish()
    }

    fn identities(&self) -> Vec<u64> {
        let mut known = HashMap::new();
        (0..self.units.len()).map(|index| self.identity(index, &mut known)).collect()
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
    let compiled: BTreeSet<u64> = tour.identities().into_iter().collect();
    for example in ["ffi_call_c", "grpc_hello"] {
        let graph = Graph::of(&["--example", example]);
        let identities = graph.identities();
        let mut again = String::new();
        for (unit, identity) in graph.units.iter().zip(&identities) {
            let before = tour.units.iter().filter(|before| before.key() == unit.key());
            let before: Vec<_> = before.map(|before| &before.features).collect();
            // Skips a package that is compiled again only because a dependency of it is.
            let dependencies = unit.dependencies.iter().map(|unit| identities[unit.index]);
            if before.is_empty()
                || compiled.contains(identity)
                || !dependencies.into_iter().all(|identity| compiled.contains(&identity))
            {
                continue;
            }
            let missing: Vec<_> = unit.features.difference(before[0]).collect();
            // With fewer features it is another unit, such as one that only build scripts used
            // before.
            if !missing.is_empty() || before.contains(&&unit.features) {
                again += &format!("\n  {}: {missing:?}", unit.pkg_id);
            }
        }
        assert!(
            again.is_empty(),
            "`cargo run --example {example}` compiles again, with these features in addition:{again}\n\
             Have the root Cargo.toml ask for them in every build."
        );
    }
}
