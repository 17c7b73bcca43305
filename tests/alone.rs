//! What the command does, and what all sides of a boundary agree on. These tests need Rust and a C
//! compiler, and nothing else.

mod alone {
    mod agree;
    mod command;
    mod compare;
    mod compare_engine;
    mod selection;
    mod serve;
}
mod support;
