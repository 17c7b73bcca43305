//! The matrix of `polyglot compare` under criterion: `cargo bench --bench crossing`.

fn main() {}
