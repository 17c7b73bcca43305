/*
 * A temperature in kelvin: the C plugin of examples/wasm/plugins.rs.
 *
 * `polyglot bundle` compiles it with clang to web/pkg/c_plugin.wasm. No C library goes with it:
 * there is none for a bare wasm32, and this needs none.
 */

/* Exported under this name whatever the linker's options say; anything else stays inside. */
__attribute__((export_name("convert"))) double convert(double celsius) {
    return celsius + 273.15;
}
