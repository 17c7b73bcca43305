//! The files beside the sources that git ignores. build.rs includes this module, because it renders
//! the sources, and an archive of them has no git to ask.

use std::path::Path;

const NAMES: [&str; 5] = [".venv", "__pycache__", "dist", "node_modules", "target"];

/// True for a file or folder that other tools fetch or generate: the rules of the `.gitignore` files,
/// by name.
pub fn ignored(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let within = |folder| path.parent().is_some_and(|parent| parent.ends_with(folder));
    // Tools make the last ones from .proto and .wit files.
    NAMES.contains(&&*name)
        || within("grpc/python") && name.contains("_pb2")
        || within("grpc/go") && name.ends_with("pb")
        || within("wasm/component") && (name == "generated" || name == "series.wasm")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn these_are_what_git_ignores() {
        let git = |arguments: &[&str]| {
            let root = env!("CARGO_MANIFEST_DIR");
            let git = Command::new("git").current_dir(root).args(arguments).output();
            git.map(|git| String::from_utf8_lossy(&git.stdout).into_owned()).unwrap_or_default()
        };
        let made = [
            "examples/ffi/node/node_modules",
            "examples/grpc/go/hellopb",
            "examples/grpc/python/.venv",
            "examples/grpc/python/__pycache__",
            "examples/grpc/python/hello_pb2_grpc.py",
            "examples/wasm/component/generated",
            "examples/wasm/component/series.wasm",
            "examples/wasm/vite/dist",
            "crates/wasm-demo/target",
        ];
        for path in made {
            assert!(ignored(Path::new(path)), "{path}");
        }
        // Without git's data, as in an archive, both lists are empty.
        let listed = git(&["ls-files"]);
        let wrong: Vec<_> =
            listed.lines().filter(|file| Path::new(file).ancestors().any(ignored)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        if !listed.is_empty() {
            // With a slash at the end, a path means a folder, which need not exist.
            let folder = |path: &&str| match path.ends_with(".py") || path.ends_with(".wasm") {
                true => path.to_string(),
                false => format!("{path}/"),
            };
            let asked: Vec<_> = made.iter().map(folder).collect();
            let asked: Vec<_> =
                ["check-ignore"].into_iter().chain(asked.iter().map(|it| &**it)).collect();
            assert_eq!(git(&asked).lines().collect::<Vec<_>>(), asked[1..]);
        }
    }
}
