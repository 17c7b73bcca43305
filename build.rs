//! Renders docs/ and the sources it points at to HTML, and packs them with web/ into the binary.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

#[path = "src/ignored.rs"]
mod ignored;

use ignored::ignored;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Folders whose files the page and the tutorial link to.
const SOURCES: [&str; 10] =
    ["bundle", "c_src", "compare", "crates", "examples", "proto", "src", "tests", "tools", "web"];

/// The tutorial links to these, too. A change of them builds nothing: readers edit their answers, and
/// `cargo exercise` would first build this package each time.
const EXERCISES: &str = "exercises";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    let site = out_dir.join("site");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }

    copy_page(&root.join("web"), &site)?;
    // The page asks this file whether it has a gRPC server. This one has.
    fs::write(site.join("server.js"), "export const served = true;\n")?;
    render_tutorial(&root, &site)?;
    for source in SOURCES.into_iter().chain([EXERCISES]) {
        render_sources(&root, &root.join(source), &site.join("source"))?;
    }

    // The tour and the comparison run these modules. If one is missing or damaged, they report it
    // at run time: the command still has to compile, because it is the tool that builds them.
    let pkg = root.join("web/pkg");
    fs::create_dir_all(&pkg)?;
    for module in ["add.wasm", "ops.wasm", "ops_component.wasm"] {
        fs::write(out_dir.join(module), fs::read(pkg.join(module)).unwrap_or_default())?;
    }

    if env::var_os("CARGO_FEATURE_COMPARE").is_some() {
        name_versions(&root)?;
    }

    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let pinned = manifest.lines().find_map(|line| line.strip_prefix("wasm-bindgen = \"="));
    let version = pinned.and_then(|pinned| pinned.strip_suffix('"'));
    let version = version.ok_or("Cargo.toml does not pin wasm-bindgen to one version")?;
    println!("cargo::rustc-env=POLYGLOT_WASM_BINDGEN={version}");

    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=docs");
    for source in SOURCES {
        watch(Path::new(source))?;
    }
    backdate(&site, fs::metadata("Cargo.toml")?.modified()?);
    // A debug build reads the files from disk when they are requested.
    let embed = env::var("PROFILE")? == "release";
    memory_serve::load_names_directories([("site", site), ("pkg", pkg)], embed);
    Ok(())
}

/// Asks cargo to run this again when a source changes. cargo looks at all that is below a folder
/// which is named, so where something ignored is below it, the other entries are named instead. A
/// new file among them is noticed with the next change.
fn watch(path: &Path) -> Result<(), Box<dyn Error>> {
    if !path.is_dir() || !holds_ignored(path)? {
        println!("cargo::rerun-if-changed={}", path.display());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if !ignored(&path) {
            watch(&path)?;
        }
    }
    Ok(())
}

/// Makes the files of the site look as old as `time`. memory-serve asks cargo to run this again when
/// one changes, and files that are newer than the start of this run count as changed: each `cargo run`
/// would compile this package again. Where a time cannot be set, that is what happens.
fn backdate(path: &Path, time: SystemTime) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        backdate(&entry.path(), time);
    }
    // A folder cannot be opened for writing, nor a file's time be set on Windows without that.
    let opened = fs::File::options().write(true).open(path).or_else(|_| fs::File::open(path));
    let _ = opened.and_then(|file| file.set_modified(time));
}

fn holds_ignored(folder: &Path) -> Result<bool, Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if ignored(&path) || path.is_dir() && holds_ignored(&path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Passes the versions of the compilers and the engines to `polyglot compare`.
fn name_versions(root: &Path) -> Result<(), Box<dyn Error>> {
    let rustc = Command::new(env::var("RUSTC")?).arg("--version").output()?.stdout;
    let rustc = String::from_utf8(rustc)?;
    let version = rustc.split_whitespace().nth(1).ok_or("rustc does not say its version")?;
    println!("cargo::rustc-env=POLYGLOT_RUSTC={version}");
    if let Some(compiler) = c_compiler() {
        println!("cargo::rustc-env=POLYGLOT_CC={compiler}");
    }
    println!("cargo::rerun-if-env-changed=CC");
    println!("cargo::rerun-if-changed=Cargo.lock");

    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    for name in ["wasmtime", "wasmi", "tonic"] {
        let header = format!("name = \"{name}\"");
        let mut lines = lock.lines();
        let mut versions = Vec::new();
        while lines.any(|line| line == header) {
            let version = lines.next().and_then(|line| line.strip_prefix("version = \""));
            versions.extend(version.and_then(|version| version.strip_suffix('"')));
        }
        let [version] = versions[..] else {
            return Err(format!(
                "Cargo.lock has to name one version of {name}, and names {versions:?}: \
                 `cargo tree --duplicates` says who wants which"
            )
            .into());
        };
        println!("cargo::rustc-env=POLYGLOT_{}={version}", name.to_uppercase());
    }
    Ok(())
}

/// Name and version of the C compiler that the cc crate uses by default: gcc or clang. `None` for
/// others, such as Visual Studio's, which do not print the version on a line of its own.
fn c_compiler() -> Option<String> {
    let cc = env::var("CC").unwrap_or("cc".to_owned());
    let output = Command::new(cc).arg("--version").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let name = match said {
        _ if said.contains("clang") => "clang",
        _ if said.contains("Free Software Foundation") => "gcc",
        _ => return None,
    };
    // "gcc (GCC) 15.1.1 20250425" and "cc (Debian 12.2.0-14) 12.2.0": the parentheses name the
    // packager.
    let line = said.lines().next()?;
    let bare: String =
        line.split('(').map(|part| part.rsplit(')').next().unwrap_or(part)).collect();
    let version =
        bare.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(format!("{name} {version}"))
}

/// Copies a folder of the page with its folders, except web/pkg, which is packed from its own
/// place.
fn copy_page(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to)?;
        } else if entry.file_name() != "pkg" {
            copy_page(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// Renders docs/NAME.md to tutorial/NAME.html, and docs/README.md to the table of contents. The
/// images are beside the pages, as they are in docs.
fn render_tutorial(root: &Path, site: &Path) -> Result<(), Box<dyn Error>> {
    let tutorial = site.join("tutorial");
    fs::create_dir_all(&tutorial)?;
    copy_page(&root.join("docs/images"), &tutorial.join("images"))?;
    for entry in fs::read_dir(root.join("docs"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let html = chapter(&fs::read_to_string(&path)?);
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let name = if name == "README" { "index" } else { &name };
            fs::write(tutorial.join(name).with_extension("html"), html)?;
        }
    }
    Ok(())
}

/// One chapter as a page: headings get the same ids as on code hosts, and links lead to the
/// rendered files.
fn chapter(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES;
    let mut events: Vec<Event> = Parser::new_ext(markdown, options).collect();

    let mut title = String::new();
    for start in 0..events.len() {
        match &mut events[start] {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                *dest_url = rendered(dest_url).into();
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let level = *level;
                let text: String = events[start..]
                    .iter()
                    .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
                    .filter_map(|event| match event {
                        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                        _ => None,
                    })
                    .collect();
                if let Event::Start(Tag::Heading { id, .. }) = &mut events[start] {
                    *id = Some(slug(&text).into());
                }
                if level == HeadingLevel::H1 && title.is_empty() {
                    title = text;
                }
            }
            _ => {}
        }
    }

    let mut body = String::new();
    html::push_html(&mut body, events.into_iter());
    page(&title, "../", &body)
}

/// The target of a chapter's link in the served site.
fn rendered(link: &str) -> String {
    let (path, fragment) = match link.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (link, String::new()),
    };
    if path.is_empty() || path.contains("://") {
        return link.to_owned();
    }
    match path.strip_prefix("../") {
        Some("README.md") => format!("../{fragment}"),
        Some(source) if Path::new(source).extension().is_some() => {
            format!("../source/{source}.html")
        }
        Some(folder) => format!("../source/{}/", folder.trim_end_matches('/')),
        None if path == "README.md" => format!("./{fragment}"),
        None => match path.strip_suffix(".md") {
            Some(chapter) => format!("{chapter}.html{fragment}"),
            None => link.to_owned(),
        },
    }
}

/// A heading's id, formed as code hosts do it.
fn slug(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// Makes a page of each text file below `folder` that git does not ignore.
fn render_sources(root: &Path, folder: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if ignored(&path) {
            continue;
        }
        if path.is_dir() {
            if path != root.join("web/pkg") {
                render_sources(root, &path, to)?;
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            let up = "../".repeat(name.split('/').count());
            let mut code = String::new();
            pulldown_cmark_escape::escape_html_body_text(&mut code, &text)?;
            let body = format!("<h1><code>{name}</code></h1>\n<pre><code>{code}</code></pre>\n");
            let file = to.join(format!("{name}.html"));
            fs::create_dir_all(file.parent().unwrap_or(to))?;
            fs::write(file, page(&name, &up, &body))?;
        }
    }
    Ok(())
}

/// A whole page; `up` is the path from the page to the site's root.
fn page(title: &str, up: &str, body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title} · polyglot</title>
<link rel=\"icon\" href=\"data:,\">
<link rel=\"stylesheet\" href=\"{up}style.css\">
<body class=\"prose\">
<header><a href=\"{up}\">polyglot</a> <a href=\"{up}tutorial/\">tutorial</a></header>
<main><article>
{body}</article></main>
"
    )
}
