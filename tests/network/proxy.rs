//! The greeter behind nginx and HAProxy, with the files in examples/grpc/proxy: what passes the
//! proxy, and what happens to calls when a server is killed. Also the manifests for Kubernetes.

#[cfg(unix)]
mod backend;
#[cfg(unix)]
mod killed;
mod kubernetes;
#[cfg(unix)]
mod passed;
#[cfg(unix)]
mod program;

use libtest_mimic::Trial;

use crate::support;

pub fn trials() -> Vec<Trial> {
    let mut trials = behind_proxies();
    trials.push(Trial::ignorable_test("Kubernetes takes the manifests", kubernetes::manifests));
    trials
}

#[cfg(unix)]
fn behind_proxies() -> Vec<Trial> {
    use std::path::Path;

    use libtest_mimic::Failed;
    use program::Kind;

    fn trial(kind: Kind, what: &str, test: fn(Kind, &Path) -> Result<(), Failed>) -> Trial {
        Trial::ignorable_test(format!("{}: {what}", kind.name()), move || {
            support::requirement(kind.find(), |program| test(kind, &program))
        })
    }

    let mut trials: Vec<_> = [Kind::Nginx, Kind::Haproxy]
        .into_iter()
        .flat_map(|kind| {
            [
                trial(kind, "takes the file as it is", |kind, program| Ok(kind.check(program)?)),
                trial(kind, "spreads calls over three servers", passed::spread),
                trial(kind, "passes metadata, errors and their details on", passed::metadata),
                trial(kind, "passes messages on as they come, and many", passed::messages),
                trial(kind, "passes deadlines and cancellations on", passed::endings),
                trial(kind, "a server killed with calls in flight", killed::in_flight),
                trial(kind, "a server killed under load, and a client that retries", killed::load),
                trial(kind, "a server asked to end under load: no call is lost", killed::drained),
                trial(kind, "all servers killed: UNAVAILABLE, in gRPC's words", killed::all),
            ]
        })
        .collect();
    trials.push(trial(
        Kind::Haproxy,
        "sends no calls to a server that is NOT_SERVING",
        passed::health,
    ));
    trials
}

/// These tests stop processes and kill them.
#[cfg(not(unix))]
fn behind_proxies() -> Vec<Trial> {
    let reason = || support::requirement(Err("needs the signals of Unix".into()), |()| Ok(()));
    vec![Trial::ignorable_test("nginx and HAProxy", reason)]
}
