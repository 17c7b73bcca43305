//! The tools: where to look for each, its purpose, and how to get it.

use std::env;

use which::which;

use super::system::Get;

const PAGE_TESTS: &str = "the tests of the page";

/// The installers of Chrome and of Visual Studio do not add anything to the PATH.
const CHROME_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const CHROME_WINDOWS: &str = r"C:\Program Files\Google\Chrome\Application\chrome.exe";
const VSWHERE: &str = r"C:\Program Files (x86)\Microsoft Visual Studio\Installer\vswhere.exe";

const XCODE: &str = "xcode-select --install";
const VISUAL_STUDIO: &str = "winget install Microsoft.VisualStudio.2022.BuildTools --override \
     \"--passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"";

/// One row of the table.
pub struct Tool {
    pub name: &'static str,
    pub purpose: &'static str,
    pub seek: Seek,
    pub get: Get,
    pub required: bool,
    /// The oldest version that is enough.
    pub at_least: Option<&'static str>,
}

/// The way to look for a tool.
pub enum Seek {
    /// The first of these programs that prints a version.
    Run { programs: Vec<String>, ask: Vec<&'static str> },
    /// The first of these programs that exists.
    See { programs: Vec<String> },
    /// A Rust toolchain with the target.
    Wasm32,
    /// A clang with the target.
    WasmClang,
}

/// All tools: the required ones, and those that some part of this project uses.
pub fn tools() -> Vec<Tool> {
    let rust = if which("rustup").is_ok() { "rustup update stable" } else { "https://rustup.rs" };
    let required = vec![
        Tool {
            required: true,
            at_least: Some(env!("CARGO_PKG_RUST_VERSION")),
            ..tool("Rust", "everything", run(&["rustc"]), [rust; 3])
        },
        Tool {
            required: true,
            ..tool(
                "C compiler",
                "everything that calls C",
                compiler("CC", &["cc", "gcc", "clang"]),
                ["apt-get install gcc libc6-dev", XCODE, VISUAL_STUDIO],
            )
        },
    ];
    required.into_iter().chain(of_the_page()).chain(of_other_languages()).collect()
}

fn of_the_page() -> Vec<Tool> {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let browsers = if cfg!(windows) {
        // On Windows, `chrome --version` opens a window and prints nothing.
        Seek::See { programs: owned(&["chrome", CHROME_WINDOWS]) }
    } else {
        run(&[&browsers[..], &[CHROME_MACOS]].concat())
    };
    vec![
        tool(
            "wasm32 target",
            "rebuilding web/pkg",
            Seek::Wasm32,
            [
                "tools/install-wasm32",
                "tools/install-wasm32",
                "rustup target add wasm32-unknown-unknown",
            ],
        ),
        tool(
            "clang for wasm32",
            "rebuilding the C and C++ modules of web/pkg",
            Seek::WasmClang,
            [
                "apt-get install clang-19 lld-19",
                "brew install llvm lld",
                "winget install LLVM.LLVM",
            ],
        ),
        tool(
            "npm",
            "wasm-opt, which makes web/pkg smaller",
            run(&["npm"]),
            ["apt-get install npm", "brew install node", "winget install OpenJS.NodeJS.LTS"],
        ),
        tool(
            "wasm-bindgen-test-runner",
            "tests of wasm-bindgen's exports",
            run(&["wasm-bindgen-test-runner"]),
            [
                "tools/install-wasm-bindgen-test",
                "tools/install-wasm-bindgen-test",
                concat!(
                    "cargo install wasm-bindgen-cli --version =",
                    env!("POLYGLOT_WASM_BINDGEN")
                ),
            ],
        ),
        tool(
            "browser",
            PAGE_TESTS,
            browsers,
            [
                "tools/install-browser",
                "brew install --cask google-chrome",
                "winget install Google.Chrome",
            ],
        ),
        tool(
            "chromedriver",
            PAGE_TESTS,
            run(&["chromedriver"]),
            [
                "tools/install-browser",
                "brew install --cask chromedriver",
                "winget install Chromium.ChromeDriver",
            ],
        ),
        tool(
            "node",
            "JavaScript calling Rust, gRPC with Node.js",
            run(&["node", "nodejs"]),
            ["apt-get install nodejs npm", "brew install node", "winget install OpenJS.NodeJS.LTS"],
        ),
    ]
}

fn of_other_languages() -> Vec<Tool> {
    let mut tools = vec![
        tool(
            "C++ compiler",
            "ffi_cpp, and C++ calling Rust",
            compiler("CXX", &["c++", "g++", "clang++"]),
            ["apt-get install g++", XCODE, VISUAL_STUDIO],
        ),
        tool(
            "clang",
            "tools/check-ffi, tools/check-lto",
            run(&["clang-19", "clang"]),
            [
                "apt-get install clang-19 libclang-rt-19-dev",
                "brew install llvm",
                "winget install LLVM.LLVM",
            ],
        ),
        tool(
            "python",
            "Python calling Rust, gRPC with Python",
            run(&["python3", "python"]),
            ["apt-get install python3", "brew install python", "winget install Python.Python.3.13"],
        ),
        tool(
            "go",
            "Go calling Rust, gRPC with Go",
            ask(&["go"], &["version"]),
            ["https://go.dev/doc/install", "brew install go", "winget install GoLang.Go"],
        ),
        tool(
            "java",
            "Java calling Rust (needs 22), gRPC with Java",
            run(&["java"]),
            ["https://adoptium.net", "brew install openjdk", "winget install Microsoft.OpenJDK.25"],
        ),
    ];
    tools.extend(of_grpc());
    if cfg!(unix) {
        // Debian keeps both in a folder that is only on root's PATH.
        tools.push(tool(
            "nginx",
            "tests of gRPC behind nginx",
            // It prints its version on standard error only.
            Seek::See { programs: owned(&["nginx", "/usr/sbin/nginx"]) },
            ["apt-get install nginx-light", "brew install nginx", ""],
        ));
        tools.push(tool(
            "haproxy",
            "tests of gRPC behind HAProxy",
            ask(&["haproxy", "/usr/sbin/haproxy"], &["-v"]),
            ["apt-get install haproxy", "brew install haproxy", ""],
        ));
    }
    if cfg!(target_os = "linux") {
        let nghttp2 = ["apt-get install nghttp2-client"; 3];
        tools.push(tool("h2load", "tools/bench-grpc", run(&["h2load"]), nghttp2));
        let valgrind = ["apt-get install valgrind"; 3];
        tools.push(tool(
            "valgrind",
            "tools/check-ffi, and tests of other languages",
            run(&["valgrind"]),
            valgrind,
        ));
    }
    tools
}

/// The build tools of the programs in examples/grpc's folders, besides the languages themselves.
fn of_grpc() -> Vec<Tool> {
    const CPP: &str = "gRPC with C++";

    // pip in a virtual environment: Debian packages it apart from Python.
    let pip = ask(&["python3", "python"], &["-c", "import ensurepip; print(ensurepip.version())"]);
    let protoc = [
        "apt-get install protobuf-compiler",
        "brew install protobuf",
        "winget install Google.Protobuf",
    ];
    let grpc = [
        "apt-get install libgrpc++-dev protobuf-compiler-grpc",
        "brew install grpc",
        "https://grpc.io/docs/languages/cpp/quickstart",
    ];
    vec![
        tool(
            "python venv",
            "gRPC with Python, checking the Kubernetes manifests",
            pip,
            [
                "apt-get install python3-venv",
                "brew install python",
                "winget install Python.Python.3.13",
            ],
        ),
        tool("protoc", "gRPC with Go and C++", run(&["protoc"]), protoc),
        tool(
            "cmake",
            CPP,
            run(&["cmake"]),
            ["apt-get install cmake", "brew install cmake", "winget install Kitware.CMake"],
        ),
        tool("grpc++", CPP, Seek::See { programs: owned(&["grpc_cpp_plugin"]) }, grpc),
        tool(
            "maven",
            "gRPC with Java",
            run(&["mvn"]),
            [
                "apt-get install maven",
                "brew install maven",
                "https://maven.apache.org/install.html",
            ],
        ),
    ]
}

fn tool(
    name: &'static str,
    purpose: &'static str,
    seek: Seek,
    [apt, brew, winget]: [&'static str; 3],
) -> Tool {
    let get = Get { apt, brew, winget };
    Tool { name, purpose, seek, get, required: false, at_least: None }
}

fn run(programs: &[&str]) -> Seek {
    ask(programs, &["--version"])
}

fn ask(programs: &[&str], ask: &[&'static str]) -> Seek {
    Seek::Run { programs: owned(programs), ask: ask.to_vec() }
}

/// A compiler, found as the cc crate finds it: the variable's, or one on the PATH, or Visual
/// Studio's.
fn compiler(variable: &str, programs: &[&str]) -> Seek {
    if cfg!(target_env = "msvc") {
        let component = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64";
        let latest = ["-latest", "-products", "*", "-requires", component];
        return ask(&[VSWHERE], &[&latest[..], &["-property", "installationVersion"]].concat());
    }
    // The variable may hold options after the program's name.
    let chosen = env::var(variable).unwrap_or_default();
    let chosen = chosen.split_whitespace().next();
    run(&chosen.into_iter().chain(programs.iter().copied()).collect::<Vec<_>>())
}

fn owned(programs: &[&str]) -> Vec<String> {
    programs.iter().map(|&program| program.to_owned()).collect()
}
