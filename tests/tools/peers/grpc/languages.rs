//! The languages. To add one, add an entry.

/// The commands that build and start a language's programs.
///
/// A command is a line of plain words, the same as in the programs' first lines. It runs in a copy
/// of the workspace that holds only proto/ and this language's folder. A program with a slash in
/// its name is in that copy, every other one on the PATH.
pub struct Language {
    pub name: &'static str,
    /// Its folder in examples/grpc.
    pub folder: &'static str,
    /// The files and folders in it that are sources; everything else is left over from running the
    /// programs by hand.
    pub sources: &'static [&'static str],
    /// The programs it needs, each with the argument that prints its version, if it has one.
    pub tools: &'static [&'static str],
    /// Fetch or find libraries. If that fails, something is not installed: the trials are ignored.
    pub install: &'static [&'static str],
    /// If these fail, so do the trials.
    pub build: &'static [&'static str],
    pub server: &'static str,
    pub client: &'static str,
}

/// The rows of the chapter's table, in its order.
pub const LANGUAGES: &[Language] = &[
    Language {
        name: "Python",
        folder: "python",
        sources: &["requirements.txt", "server.py", "client.py"],
        tools: &["python3 --version"],
        install: &[
            "python3 -m venv .venv",
            ".venv/bin/python -m pip install -q --disable-pip-version-check \
             -r examples/grpc/python/requirements.txt",
        ],
        build: &[".venv/bin/python -m grpc_tools.protoc -I proto \
             --python_out=examples/grpc/python --grpc_python_out=examples/grpc/python \
             hello.proto cellar.proto"],
        server: ".venv/bin/python examples/grpc/python/server.py",
        client: ".venv/bin/python examples/grpc/python/client.py",
    },
    Language {
        name: "Go",
        folder: "go",
        sources: &["go.mod", "go.sum", "generate.go", "server", "client"],
        tools: &["go version", "protoc --version"],
        install: &["go mod download -C examples/grpc/go"],
        build: &[
            "go generate -C examples/grpc/go",
            "go vet -C examples/grpc/go ./...",
            "go build -C examples/grpc/go -buildvcs=false -o bin/ ./server ./client",
        ],
        server: "examples/grpc/go/bin/server",
        client: "examples/grpc/go/bin/client",
    },
    Language {
        name: "Java",
        folder: "java",
        sources: &["pom.xml", "src"],
        tools: &["java -version", "javac -version", "mvn --version"],
        // Maven fetches and compiles in one.
        install: &["mvn -q -B -f examples/grpc/java package"],
        build: &[],
        server: "java -cp target/grpc-java/greeter.jar greeter.GreeterServer",
        client: "java -cp target/grpc-java/greeter.jar greeter.GreeterClient",
    },
    Language {
        name: "C++",
        folder: "cpp",
        sources: &[
            "CMakeLists.txt",
            "calls.cpp",
            "calls.h",
            "client.cpp",
            "greeter.cpp",
            "greeter.h",
            "server.cpp",
            "status.cpp",
            "status.h",
            "thermometer.cpp",
            "thermometer.h",
            "watch.cpp",
        ],
        tools: &["cmake --version", "c++ --version", "protoc --version", "grpc_cpp_plugin"],
        // Finds the library, or reports that it is not installed.
        install: &["cmake -S examples/grpc/cpp -B target/grpc-cpp"],
        build: &["cmake --build target/grpc-cpp"],
        server: "target/grpc-cpp/server",
        client: "target/grpc-cpp/client",
    },
    Language {
        name: "Node.js",
        folder: "node",
        sources: &["package.json", "package-lock.json", "server.js", "thermometer.js", "client.js"],
        tools: &["node --version", "npm --version"],
        install: &["npm ci --prefix examples/grpc/node --ignore-scripts --prefer-offline \
             --no-audit --no-fund"],
        build: &[],
        server: "node examples/grpc/node/server.js",
        client: "node examples/grpc/node/client.js",
    },
];
