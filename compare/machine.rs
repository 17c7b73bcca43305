//! The machine, how busy it is, and the versions of the software on it.

use std::{env::consts, num::NonZero, thread};

use sysinfo::{CpuRefreshKind, MINIMUM_CPU_UPDATE_INTERVAL, RefreshKind, System};

use super::{
    boundaries::Column,
    record::{Machine, Version},
};

/// The load by other programs, in percent of all processors, that causes a warning.
const BUSY: f32 = 20.0;

/// `release` or `debug`.
pub const PROFILE: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// The processor and the system, and the reasons to trust the numbers less. Watches the machine for
/// a fifth of a second, in which this process must not be busy.
pub fn look() -> (Machine, Vec<String>) {
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
    let debug =
        cfg!(debug_assertions).then(|| "a debug build is slow: run `cargo compare`".to_owned());
    let usage = system.as_ref().map(System::global_cpu_usage);
    (machine, debug.into_iter().chain(usage.and_then(busy)).collect())
}

fn busy(usage: f32) -> Option<String> {
    let others = format!("the machine is busy: other programs use {usage:.0} % of its processors");
    (usage > BUSY).then(|| format!("{others}; end them and measure again"))
}

/// The compilers, the engines (from Cargo.lock), and the languages that take part.
pub fn versions(columns: &[Column]) -> Vec<Version> {
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
    for Column { boundary, .. } in columns.iter().filter(|column| column.side.is_ok()) {
        if let Some(number) = (boundary.version)() {
            versions.push(version(boundary.id, &number));
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_busy_machine_is_warned_about() {
        assert_eq!(busy(BUSY), None);
        assert!(busy(34.6).unwrap().contains("35 %"));
        let (machine, _) = look();
        assert!(!machine.cpu.is_empty() && !machine.os.is_empty() && machine.cores > 0);
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
