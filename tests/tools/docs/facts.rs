//! Numbers in the text that are the code's: each sentence, and the code that makes it true.

use crate::support::read;

/// The page, a part of a sentence in it, the file, and a part of a line in that.
const FACTS: [[&str; 4]; 8] = [
    [
        "docs/grpc-calls.md",
        "`Client::connect` in this project sets ten seconds",
        "crates/grpc-demo/src/client.rs",
        "default_timeout(Duration::from_secs(10))",
    ],
    [
        "docs/grpc-messages.md",
        "sends at most 7.5 KiB",
        "crates/grpc-demo/src/production/server/outgoing.rs",
        "const MAX_BYTES: usize = 7_680;",
    ],
    [
        "docs/grpc-server.md",
        "can take all places for up to an hour",
        "crates/grpc-demo/src/production/server/settings.rs",
        "max_call: Some(Duration::from_secs(3_600))",
    ],
    [
        "docs/grpc-server.md",
        "gives the old ones five seconds to end",
        "crates/grpc-demo/src/production/server/settings.rs",
        "drain: Duration::from_secs(5)",
    ],
    [
        "docs/grpc-server.md",
        "grow by no more than 16 MiB",
        "tests/network/reliability/siege.rs",
        "const MEMORY: u64 = 16 << 20;",
    ],
    [
        "docs/grpc-mistakes.md",
        "keeps 64 calls of `SayHello` in flight, over 4 connections",
        "tools/bench-grpc",
        "connections=4 streams=16",
    ],
    ["docs/grpc-mistakes.md", "after 20 s of warming up", "tools/bench-grpc", "warm_up=20"],
    [
        "docs/wasm-sandbox.md",
        "increases the engine's epoch every 10 ms",
        "crates/wasm-demo/src/sandbox/clock.rs",
        "const TICK: Duration = Duration::from_millis(10);",
    ],
];

/// Checks that the page says it, and that the code does it.
pub fn check() -> Result<(), String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut errors = Vec::new();
    for [page, sentence, file, code] in FACTS {
        for (file, part) in [(page, sentence), (file, code)] {
            if !words(&read(file)?).contains(part) {
                errors.push(format!(
                    "{file} has no {part:?}: {page} says {sentence:?}, which has to be true of {code:?}; \
                     change both, and tests/tools/docs/facts.rs"
                ));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}
