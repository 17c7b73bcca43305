//! The examples that this crate declares print what their headers show.

#[path = "../../../tests/support/examples.rs"]
mod examples;

#[test]
fn print_what_their_headers_show() {
    // The root's tests/tools/gallery.rs runs these two together.
    examples::check(&["grpc_server", "grpc_client"]);
}
