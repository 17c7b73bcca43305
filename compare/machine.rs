//! Where a comparison runs, on what, and what stands in its way.

use std::{env::consts, num::NonZero, thread};

use sysinfo::{CpuRefreshKind, MINIMUM_CPU_UPDATE_INTERVAL, RefreshKind, System};

use super::{
    boundary::{Boundary, languages},
    record::{Machine, Version},
};

/// What others may use of all processors, in percent, before it is worth a warning.
const BUSY: f32 = 20.0;

/// `release` or `debug`.
pub const PROFILE: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// The machine as it was before anything was measured.
pub struct Here {
    /// Its processor and its system.
    pub machine: Machine,
    /// How much of all processors others use, in percent; nothing where the system does not say.
    usage: Option<f32>,
}

impl Here {
    /// Looks around, for a fifth of a second. Nothing else must run in this process meanwhile.
    pub fn look() -> Self {
        let processors = RefreshKind::nothing().with_cpu(CpuRefreshKind::everything());
        let system = System::new_with_specifics(processors).ok().map(|mut system| {
            system.refresh_cpu_usage();
            thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
            system.refresh_cpu_usage();
            system
        });
        let processors = system.as_ref().map_or(&[][..], System::cpus);
        let cpu = processors.first().map_or("", |processor| processor.brand().trim());
        let machine = Machine {
            cpu: if cpu.is_empty() { "unknown processor" } else { cpu }.to_owned(),
            cores: match processors.len() {
                0 => thread::available_parallelism().map_or(1, NonZero::get),
                cores => cores,
            },
            os: System::long_os_version().unwrap_or_else(|_| consts::OS.to_owned()),
            arch: consts::ARCH.to_owned(),
        };
        Self { machine, usage: system.as_ref().map(System::global_cpu_usage) }
    }

    /// What makes the numbers less than they could be.
    pub fn warnings(&self) -> Vec<String> {
        let debug =
            cfg!(debug_assertions).then(|| "a debug build is slow: cargo compare".to_owned());
        debug.into_iter().chain(self.usage.and_then(busy)).collect()
    }
}

fn busy(usage: f32) -> Option<String> {
    (usage > BUSY).then(|| {
        format!(
            "the machine is busy: others use {usage:.0} % of its processors; end them and repeat"
        )
    })
}

/// What runs: the compilers, the engines as Cargo.lock names them, and the languages that take part.
pub fn versions(boundaries: &[Boundary]) -> Vec<Version> {
    let version =
        |name: &str, version: &str| Version { name: name.to_owned(), version: version.to_owned() };
    let mut versions = vec![
        version("rustc", env!("POLYGLOT_RUSTC")),
        version("wasmtime", env!("POLYGLOT_WASMTIME")),
        version("wasmi", env!("POLYGLOT_WASMI")),
        version("tonic", env!("POLYGLOT_TONIC")),
    ];
    if let Some((name, number)) = option_env!("POLYGLOT_CC").and_then(|cc| cc.split_once(' ')) {
        versions.push(version(name, number));
    }
    for boundary in boundaries.iter().filter(|boundary| boundary.side.is_ok()) {
        if let Some(number) = languages::version(boundary.id) {
            versions.push(version(boundary.id, &number));
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_a_name_and_cores() {
        let machine = Here::look().machine;
        assert!(!machine.cpu.is_empty() && !machine.os.is_empty() && machine.cores > 0);
    }

    #[test]
    fn only_a_busy_machine_is_warned_about() {
        assert_eq!(busy(BUSY), None);
        let warning = busy(34.6).unwrap();
        assert!(warning.contains("35 %"), "{warning}");
    }

    #[test]
    fn versions_are_those_of_the_compiler_and_the_lock_file() {
        let lock = include_str!("../Cargo.lock");
        for Version { name, version } in versions(&[]) {
            let parts = version.split('.').count();
            assert!(parts >= 2 && version.starts_with(|c: char| c.is_ascii_digit()), "{version}");
            let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
            let compiler = ["rustc", "gcc", "clang"].contains(&&*name);
            assert!(compiler || lock.replace('\r', "").contains(&locked), "{locked}");
        }
    }
}
