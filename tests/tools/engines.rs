//! One module, every engine: the bytes of `web/pkg/ops.wasm` give the answers of native Rust in Node
//! and Chromium, for random inputs. tests/alone/agree.rs does the same for the engines in this process.
//!
//! `POLYGLOT_SEED=N` asks for the inputs of the run that printed it.

use std::{
    env,
    hash::{BuildHasher, RandomState},
    io::Write,
    process::Command,
    sync::Arc,
    time::Duration,
};

use crate::support::{
    browser::{self, Driver},
    ops,
    process::Process,
    requirement, root, stage,
};
use libtest_mimic::{Failed, Trial};
use polyglot::compare::operation::Picture;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

/// The number of calls that each engine answers.
const CALLS: usize = 400;

const NODE_LIMIT: Duration = Duration::from_secs(120);

pub fn trials() -> Vec<Trial> {
    let seed = match env::var("POLYGLOT_SEED") {
        Ok(seed) => seed.parse().expect("POLYGLOT_SEED is a number"),
        // The standard library's only source of randomness.
        Err(_) => RandomState::new().hash_one(()),
    };
    let question = Arc::new(Question::new(seed));
    let (in_node, in_chromium) = (Arc::clone(&question), question);
    vec![
        Trial::ignorable_test("Node", move || {
            let node = which::which("node").map_err(|_| "no Node: install it".to_owned());
            requirement(node, |node| in_node.check(ask_node(Command::new(node), &in_node)?))
        }),
        Trial::ignorable_test("Chromium", move || {
            requirement(browser::find(), |programs| {
                in_chromium.check(ask_chromium(&Driver::start(programs)?, &in_chromium)?)
            })
        }),
    ]
}

#[derive(Clone, Debug)]
enum Call {
    Add(i32, i32),
    Greet(String),
    Checksum(Vec<u8>),
    Mandelbrot(Picture),
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        any::<(i32, i32)>().prop_map(|(a, b)| Call::Add(a, b)),
        "\\PC*".prop_map(Call::Greet),
        prop::collection::vec(any::<u8>(), 0..5000).prop_map(Call::Checksum),
        ops::picture().prop_map(Call::Mandelbrot),
        ops::impossible_picture().prop_map(Call::Mandelbrot),
    ]
}

/// A call for every engine, and the answer of native Rust.
struct Question {
    seed: u64,
    module: Vec<u8>,
    calls: Vec<Call>,
    expected: Vec<Value>,
}

impl Question {
    fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let mut draw = || call().new_tree(&mut runner).expect("nothing is rejected").current();
        let calls: Vec<Call> = (0..CALLS).map(|_| draw()).collect();
        let expected = calls
            .iter()
            .map(|call| match call {
                Call::Add(a, b) => json!(wasm_demo::add(*a, *b)),
                Call::Greet(name) => json!(wasm_demo::greet(name)),
                Call::Checksum(data) => json!(wasm_demo::checksum(data)),
                Call::Mandelbrot(picture) => json!(picture.draw().ok()),
            })
            .collect();
        Self { seed, module: ops::module(), calls, expected }
    }

    /// The calls in JSON, the form that an engine reads.
    fn to_json(&self) -> Value {
        let float = |number: f64| number.to_bits().to_string();
        let calls: Vec<Value> = self
            .calls
            .iter()
            .map(|call| match call {
                Call::Add(a, b) => json!(["add", a, b]),
                Call::Greet(name) => json!(["greet", name]),
                Call::Checksum(data) => json!(["checksum", data]),
                Call::Mandelbrot(picture) => json!([
                    "mandelbrot",
                    picture.width,
                    picture.height,
                    float(picture.view.center_re),
                    float(picture.view.center_im),
                    float(picture.view.width),
                    picture.max_iterations,
                ]),
            })
            .collect();
        json!({ "module": self.module, "calls": calls })
    }

    /// Checks that all answers are native Rust's; the error names the first that is not.
    fn check(&self, answers: Vec<Value>) -> Result<(), Failed> {
        let again = format!("POLYGLOT_SEED={} cargo test --test tools engines", self.seed);
        if answers.len() != CALLS {
            return Err(format!("{} answers to {CALLS} calls: {again}", answers.len()).into());
        }
        let all = self.calls.iter().zip(&self.expected).zip(answers);
        for ((call, expected), answer) in all {
            if answer != *expected {
                return Err(
                    format!("{call:?} is {expected} natively, here {answer}: {again}").into()
                );
            }
        }
        Ok(())
    }
}

fn ask_node(mut node: Command, question: &Question) -> Result<Vec<Value>, Failed> {
    let mut request = tempfile::NamedTempFile::new()?;
    request.write_all(question.to_json().to_string().as_bytes())?;
    let script = root().join("tests/tools/engines/node.mjs");
    let mut process = Process::spawn(node.arg(script).arg(request.path()))?;
    let status = process.wait(NODE_LIMIT)?;
    if !status.success() {
        return Err(format!("node ended with {status}\n{}", process.stderr()).into());
    }
    Ok(serde_json::from_str(&process.stdout())?)
}

fn ask_chromium(driver: &Driver, question: &Question) -> Result<Vec<Value>, Failed> {
    let mut answers = Value::Null;
    driver.run(async |page| {
        let url = stage::file_server(root()).await?;
        // Any file will do: only the origin of the script matters.
        page.goto(&format!("{url}/web/shared/ops.js")).await?;
        let script = format!(
            "const {{ answers }} = await import('/tests/tools/engines/answers.mjs');
             return answers({});",
            question.to_json()
        );
        // WebDriver takes the body of a function that is not async, so it returns the promise of an
        // async one.
        answers = page.script(&format!("return (async () => {{ {script} }})()")).await?;
        Ok(())
    })?;
    Ok(serde_json::from_value(answers)?)
}
