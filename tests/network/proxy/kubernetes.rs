//! The manifests in examples/grpc/kubernetes, checked with Kubernetes' own schemas.

use std::{env, fs, path::PathBuf, process::Command};

use libtest_mimic::{Completion, Failed};

use crate::support::{process::output, read, requirement, root};

const MANIFESTS: &str = "examples/grpc/kubernetes/greeter.yaml";
const REQUIREMENTS: &str = "tests/network/proxy/requirements.txt";

pub fn manifests() -> Result<Completion, Failed> {
    requirement(python(), |python| {
        check(&python, MANIFESTS)?;

        // Makes sure that the checker does not accept everything.
        let folder = tempfile::tempdir()?;
        let text = read(MANIFESTS)?;
        for (right, wrong) in [
            ("periodSeconds: 2", "periodSecond: 2"),
            ("replicas: 3", "replicas: three"),
            ("service: hello.Greeter", "service: hello.Greeting"),
            ("targetPort: grpc", "targetPort: http"),
        ] {
            assert!(text.contains(right), "{MANIFESTS} has no {right:?}");
            let file = folder.path().join("wrong.yaml");
            fs::write(&file, text.replacen(right, wrong, 1))?;
            let said = check(&python, &file.to_string_lossy()).unwrap_err();
            let word = wrong.split(' ').next_back().unwrap_or_default();
            let key = wrong.split(':').next().unwrap_or_default();
            assert!(said.contains(word) || said.contains(key), "{wrong:?}, and it says: {said}");
        }
        Ok(())
    })
}

fn check(python: &PathBuf, manifests: &str) -> Result<(), String> {
    let mut command = Command::new(python);
    command.arg("-B").arg("tests/network/proxy/manifests.py").arg(manifests);
    output(command.args(["hello.Greeter", "cellar.Thermometer"]).current_dir(root())).map(drop)
}

/// Python with the packages that the check needs, in an environment that is kept between runs.
fn python() -> Result<PathBuf, String> {
    let python = ["python3", "python"].iter().find_map(|name| which::which(name).ok());
    let python = python.ok_or("no python3: `cargo run -- doctor` says how to get it")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from);
    let folder = root().join(target).join("kubernetes-validate");
    let program = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });

    // The file is written last, so that an interrupted installation starts again.
    let (installed, wanted) = (folder.join("requirements.txt"), read(REQUIREMENTS)?);
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(program);
    }
    output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))
        .map_err(|error| format!("python3 cannot make a virtual environment: {error}"))?;
    let options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    output(Command::new(&program).args(options).arg(root().join(REQUIREMENTS)))
        .map_err(|error| format!("pip cannot install {REQUIREMENTS}: {error}"))?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(program)
}
