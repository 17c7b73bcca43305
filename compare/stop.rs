//! Ctrl-C: the first ends the measuring, the second the program.

use std::{
    io, process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use grpc_demo::production::server;

/// The exit code of what Ctrl-C ended, as shells give it: 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// Whether to stop.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// When the system does not let it.
    pub fn on_ctrl_c() -> io::Result<Self> {
        let stop = Self::default();
        let asked = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let first = {
            let _inside = runtime.enter();
            server::stop_signal()?
        };
        // It sleeps until there is a signal: nothing of what is measured shares its thread.
        thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
            runtime.block_on(async {
                first.await;
                // Before anybody can know of the first, so that no second one is missed.
                let second = server::stop_signal();
                asked.now();
                if let Ok(second) = second {
                    second.await;
                    process::exit(INTERRUPTED.into());
                }
            });
        })?;
        Ok(stop)
    }

    /// Asks to stop.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has asked to.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
