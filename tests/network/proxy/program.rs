//! nginx and HAProxy, each with its file in examples/grpc/proxy.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};

use crate::support::{
    process::{Process, output},
    read, root,
};

const LIMIT: Duration = Duration::from_secs(60);

/// The addresses in the committed files: the proxy's, and those of the servers behind it.
const EDGE: &str = "127.0.0.1:50050";
const BACKENDS: [&str; 3] = ["127.0.0.1:50051", "127.0.0.1:50052", "127.0.0.1:50053"];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Nginx,
    Haproxy,
}

impl Kind {
    fn file(self) -> &'static str {
        match self {
            Self::Nginx => "examples/grpc/proxy/nginx.conf",
            Self::Haproxy => "examples/grpc/proxy/haproxy.cfg",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "HAProxy",
        }
    }

    pub fn find(self) -> Result<PathBuf, String> {
        let program = self.name().to_lowercase();
        // Debian keeps both in a folder that is only on root's PATH.
        let found =
            which::which(&program).or_else(|_| which::which(format!("/usr/sbin/{program}")));
        found.map_err(|_| format!("no {program}: `cargo run -- doctor` says how to get it"))
    }

    /// The command that starts the program; its files go to `folder`.
    fn command(self, program: &Path, config: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        match self {
            Self::Nginx => command.arg("-p").arg(folder).arg("-c").arg(config),
            Self::Haproxy => command.arg("-f").arg(config),
        };
        command
    }

    /// Checks that the program accepts the committed file unchanged.
    pub fn check(self, program: &Path) -> Result<(), String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let config = root().join(self.file());
        let mut command = self.command(program, &config, folder.path());
        let (stdout, stderr) = output(command.arg(match self {
            Self::Nginx => "-t",
            Self::Haproxy => "-c",
        }))?;
        let said = format!("{stdout}{stderr}");
        if said.contains("[warn]") || said.contains("[WARNING]") { Err(said) } else { Ok(()) }
    }
}

/// A running proxy. Dropping it kills it.
pub struct Proxy {
    pub address: SocketAddr,
    process: Process,
    _folder: TempDir,
}

impl Proxy {
    /// Starts the proxy with the committed file, in which only the addresses are replaced, and
    /// waits until it answers.
    pub fn start(kind: Kind, program: &Path, backends: [SocketAddr; 3]) -> Result<Self, String> {
        let mut failure = String::new();
        // Another process may take the free port in the meantime.
        for _ in 0..5 {
            match Self::try_start(kind, program, backends) {
                Err(error) => failure = error,
                started => return started,
            }
        }
        Err(failure)
    }

    fn try_start(kind: Kind, program: &Path, backends: [SocketAddr; 3]) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.map_err(|error| format!("no free port: {error}"))?;
        let ours = [address].into_iter().chain(backends);
        let mut text = read(kind.file())?;
        // Replaces in two steps, through placeholder names: a new address may equal one in the
        // file.
        for (index, default) in [EDGE].into_iter().chain(BACKENDS).enumerate() {
            if !text.contains(default) {
                return Err(format!("{} has no {default}", kind.file()));
            }
            text = text.replace(default, &format!("<{index}>"));
        }
        for (index, address) in ours.enumerate() {
            text = text.replace(&format!("<{index}>"), &address.to_string());
        }

        let folder = tempfile::tempdir().map_err(|error| format!("no room: {error}"))?;
        let config = folder.path().join("config");
        fs::write(&config, text).map_err(|error| format!("no room: {error}"))?;
        let mut command = kind.command(program, &config, folder.path());
        // One process, in the foreground: nginx's workers would outlive a master that is killed.
        let process = Process::spawn(match kind {
            Kind::Nginx => command.args(["-g", "daemon off; master_process off;"]),
            Kind::Haproxy => command.arg("-db"),
        })?;

        let mut proxy = Self { address, process, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Ok(status) = proxy.process.wait(Duration::ZERO) {
                return Err(format!(
                    "{} ended ({status})\n{}",
                    kind.name(),
                    proxy.process.stderr()
                ));
            }
            if start.elapsed() > LIMIT {
                return Err(format!("{} does not listen on {address}", kind.name()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(proxy)
    }

    /// A channel to the proxy, over one connection.
    pub async fn connect(&self) -> Result<Channel, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address))?;
        // Keeps a test from hanging; no call should take long.
        endpoint.timeout(LIMIT).connect().await
    }
}
