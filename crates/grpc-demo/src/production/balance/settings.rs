use std::time::Duration;

/// The settings of a [`Balance`](super::Balance), for its servers and its calls.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service whose health counts, such as `hello.Greeter`. Empty: that of the whole server.
    pub service: String,
    /// True if a call waits for a server to be ready, up to its deadline. If false, it waits only
    /// for servers that have not answered yet, and when all are known to be out of service it fails
    /// with UNAVAILABLE, which says why. That is gRPC's own default.
    pub wait_for_ready: bool,
    /// The time for a connection, and for the first answer about its health.
    pub connect_timeout: Duration,
    /// The time between pings to each server, so that one that has vanished silently is noticed.
    /// `None`, as in gRPC's own clients (gRFC A8): never, and calls to it run into their deadlines
    /// until the operating system gives up the connection.
    ///
    /// Agree on it with the servers first. By default, servers in Go, in Java, and in the languages
    /// that use grpc-core, such as C++ and Python, treat pings more often than every five minutes as
    /// an attack, and close the connection with ENHANCE_YOUR_CALM.
    pub keepalive: Option<Duration>,
    /// The time for the answer to a ping.
    pub keepalive_timeout: Duration,
    /// The time between questions for the health of a server that cannot be watched.
    pub check_interval: Duration,
    /// The wait after a server could not be reached, the first and the longest. It doubles in
    /// between, with a random part. A server whose connection has lasted for longer than the first
    /// is tried again at once.
    pub reconnect: (Duration, Duration),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            service: String::new(),
            wait_for_ready: false,
            connect_timeout: Duration::from_secs(5),
            keepalive: None,
            keepalive_timeout: Duration::from_secs(5),
            check_interval: Duration::from_secs(5),
            reconnect: (Duration::from_millis(100), Duration::from_secs(10)),
        }
    }
}
