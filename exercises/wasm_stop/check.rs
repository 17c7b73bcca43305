//! Stop a module that never returns: 100 ms after its call has begun, it should end with
//! `Trap::Interrupt`.
//!
//! Turn on `Config::epoch_interruption`, and give the store a deadline of one tick. A thread that
//! sleeps and then calls `Engine::increment_epoch` makes that tick. An engine is cheap to clone.

use std::{process::exit, sync::mpsc, thread, time::Duration, time::Instant};

use wasmtime::{Result, Trap, bail, ensure};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// The time after which this check gives up.
const LIMIT: Duration = Duration::from_secs(5);

fn main() -> Result<()> {
    let run = |body: &str| -> Result<_> {
        let wat = format!(r#"(module (func (export "run") (result i32) {body}))"#);
        let wasm = wat::parse_str(wat)?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send((Instant::now(), answer::run(&wasm), Instant::now())));
        match receiver.recv_timeout(LIMIT) {
            Ok((start, result, end)) => Ok((result, end - start)),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("the answer has panicked"),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                // The thread cannot be stopped, except with the whole program.
                eprintln!(
                    "Error: after {LIMIT:?} the module still runs, and should stop after 100 ms"
                );
                exit(1)
            }
        }
    };

    let (five, _) = run("(i32.const 5)")?;
    let five = five?;
    ensure!(five == 5, "a module that returns 5 gives {five}");

    let (endless, time) = run("(loop (br 0)) (unreachable)")?;
    match endless {
        Ok(value) => bail!("the endless module gives {value}, and should give Trap::Interrupt"),
        Err(error) => ensure!(
            error.downcast_ref() == Some(&Trap::Interrupt),
            "the endless module ends with another error than Trap::Interrupt: {error:#}"
        ),
    }
    // Compiling takes part of the time, so this is generous.
    let expected = Duration::from_millis(90)..Duration::from_secs(3);
    ensure!(expected.contains(&time), "it stops after {time:?}, and should after 100 ms");
    Ok(())
}
