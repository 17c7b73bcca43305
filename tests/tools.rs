//! Compares the project's texts and products with the results of other tools: compilers, languages,
//! cargo.
//!
//! A trial whose tool is missing is ignored, with the reason. Pass part of a name, or of the kind
//! in brackets, to run some of them: `cargo test --test tools docs`.

mod support;
mod tools {
    pub mod bindgen;
    pub mod bundle;
    pub mod bundler;
    pub mod compare_sides;
    pub mod component;
    pub mod declarations;
    pub mod docs;
    pub mod engines;
    pub mod exercises;
    pub mod first_week;
    pub mod gallery;
    pub mod header;
    pub mod peers;
    pub mod words;
}

use libtest_mimic::Arguments;
use tools::*;

fn main() -> Result<(), String> {
    if compare_sides::started_by_a_trial() {
        return Ok(());
    }
    let arguments = Arguments::from_args();
    // The longest trials first, so that no processor is idle at the end.
    let trials = [
        ("peers", peers::trials()),
        ("bundle", bundle::trials()),
        ("gallery", gallery::trials()?),
        ("exercises", exercises::trials()?),
        ("component", component::trials()),
        ("bindgen", bindgen::trials()),
        ("bundler", bundler::trials()),
        ("docs", docs::trials()?),
        ("first week", first_week::trials()),
        ("compare", compare_sides::trials()),
        ("engines", engines::trials()),
        ("declarations", declarations::trials()?),
        ("header", header::trials()),
        ("words", words::trials()?),
    ];
    let trials = trials
        .into_iter()
        .flat_map(|(kind, trials)| trials.into_iter().map(move |trial| trial.with_kind(kind)))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    #[cfg(unix)]
    peers::grpc::print_table();
    conclusion.exit()
}
