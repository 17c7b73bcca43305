//! Every function that a C header declares is declared in Rust.
//!
//! Without this test, a new function would go unnoticed. Another test, the root's
//! tests/tools/declarations.rs, has a C compiler compare the types.

use std::{fs, io, path::Path};

/// The Rust files that declare what the C headers offer. A file in a folder of the same name
/// belongs to it.
const DECLARATIONS: [&str; 3] = ["src/sys.rs", "src/sys", "src/cpp/sys.rs"];

#[test]
fn every_function_of_the_headers_is_declared() -> io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut declarations = String::new();
    for place in DECLARATIONS {
        declarations += &text(&package.join(place))?;
    }

    let (mut functions, mut missing) = (0, Vec::new());
    for entry in fs::read_dir(package.join("../../c_src/include"))? {
        let path = entry?.path();
        let header = fs::read_to_string(&path)?;
        // The other headers are for C++ alone: Rust cannot declare what they offer.
        if header.contains("extern \"C\"") {
            for function in declared(&header) {
                functions += 1;
                if !declarations.contains(&format!("fn {function}(")) {
                    let header = path.file_name().unwrap_or_default().display();
                    missing.push(format!("{function}, of c_src/include/{header}"));
                }
            }
        }
    }
    assert!(functions > 20, "where are the functions? only {functions} were found");
    assert!(
        missing.is_empty(),
        "not declared in Rust: {}\ndeclare it, with its contract, in one of {DECLARATIONS:?} in \
         crates/ffi-demo",
        missing.join("; ")
    );
    Ok(())
}

/// The text of a file, or of all files in a folder.
fn text(path: &Path) -> io::Result<String> {
    if !path.is_dir() {
        return fs::read_to_string(path);
    }
    fs::read_dir(path)?.map(|entry| text(&entry?.path())).collect()
}

/// The functions that a header declares. This is not a C parser: it knows comments, macros that
/// span one line, and that a declaration ends with a semicolon.
fn declared(header: &str) -> Vec<String> {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("/*") {
        code += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code += rest;
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code: Vec<_> = lines.filter(|line| !line.trim_start().starts_with('#')).collect();

    let mut functions = Vec::new();
    for declaration in code.join("\n").split(';') {
        let Some((before, after)) = declaration.split_once('(') else { continue };
        // `typedef int (*visit)(…)` and a field of that kind are types of functions.
        if !before.contains("typedef") && !after.starts_with('*') {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = before.trim_end().rsplit(|c| !is_part(c)).next();
            functions.extend(name.map(str::to_owned));
        }
    }
    functions
}

#[test]
fn functions_are_found() {
    let header = r#"
        #define PG_LIMIT(x) ((x) * 2)
        #ifdef __cplusplus
        extern "C" {
        #endif
        /* int pg_commented(void); */ // int pg_commented_too(void);
        typedef struct pg_view { int (*field)(int); double width; } pg_view;
        typedef int (*pg_visit)(const pg_view *view, void *user_data);
        PG_API int32_t pg_add(int32_t a,
                              int32_t b);
        PG_API const char *pg_name(void); double my_c_function (double);
        PG_API int pg_each(pg_visit visit, int (*other)(void));
    "#;
    assert_eq!(declared(header), ["pg_add", "pg_name", "my_c_function", "pg_each"]);
}
