//! Tests of the command, and of the agreement between all sides of a boundary. They need only Rust
//! and a C compiler.

mod alone {
    mod agree;
    mod command;
    mod compare;
    mod compare_engine;
    mod selection;
    mod serve;
}
mod support;
