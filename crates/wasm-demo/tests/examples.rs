//! The examples that this crate declares print what their headers show.

#[path = "../../../tests/support/examples.rs"]
mod examples;

#[test]
fn print_what_their_headers_show() {
    examples::check(&[]);
}
