use std::time::Duration;

/// The limits of a server.
///
/// tonic's own defaults bound almost nothing: any number of connections, each with any number of
/// streams, kept long after the peer has gone. [`Settings::default`] is meant to be shipped. Callers
/// can make such a server hold at most about `max_connections` × 1 MiB (what hyper lets a peer send
/// before it is read) + `max_in_flight` × (2 × the longest message that your services take, once as
/// it was sent and once decoded, + 1.5 MiB of headers and of answers that are not read) in memory.
/// By default that is 5.25 GiB, of which 4 GiB are messages of tonic's largest size, 4 MiB. Set
/// `max_decoding_message_size` of your services to what they need.
///
/// ```
/// use grpc_demo::production::server::Settings;
///
/// let settings = Settings { max_in_flight: 64, ..Settings::default() };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The most open connections. One more is closed at once, so that its owner tries another
    /// server instead of waiting. Keep it below the limit of open files (`ulimit -n`). Peers that
    /// only answer PINGs keep their connections; `max_connection_age` takes those back.
    /// Default: 512.
    pub max_connections: usize,

    /// The time for a new connection to say which protocol it speaks. Without it, peers that
    /// connect and stay silent use up the connections. Default: 10 s.
    pub first_bytes_timeout: Duration,

    /// The age at which a connection is asked to end, gracefully, so that callers find the servers
    /// that have joined since. Default: never.
    pub max_connection_age: Option<Duration>,

    /// The time between HTTP/2 PINGs, which a peer has to answer. Without them, one that vanished
    /// (power, cable, a firewall that forgot) is kept for hours. Default: 30 s.
    pub keepalive_interval: Duration,

    /// The time that a peer has to answer a PING. Default: 10 s.
    pub keepalive_timeout: Duration,

    /// True if HTTP/1 is spoken, too: for gRPC-web, and for pages on the same address. Default: no.
    pub http1: bool,

    /// The most streams, and so calls, that a connection has at once. The client is told, and waits
    /// with more. Until then it may assume 100, so a lower number can refuse honest clients.
    /// Default: 128.
    pub max_concurrent_streams: u32,

    /// The size of a request's headers, counted as HTTP/2 does: names, values, and 32 bytes for
    /// each pair. What is over it is refused with HTTP status 431. Default: 16 KiB.
    pub max_header_list_bytes: u32,

    /// The most streams that a peer may open and reset before the server has looked at them, until
    /// the connection is closed: the bound on a rapid reset attack (CVE-2023-44487). Default: 20.
    pub max_pending_reset_streams: usize,

    /// The most streams of a connection, over its whole life, that the server refuses or resets
    /// because of the peer's errors, until the connection is closed. Default: 1024.
    pub max_local_error_resets: usize,

    /// The most calls in flight over all connections. One more is refused at once with
    /// RESOURCE_EXHAUSTED. Health has as many places of its own: a supervisor that restarts servers
    /// which do not answer would otherwise restart busy ones. The limit is for all callers together:
    /// a few with endless streams can fill it, for as long as `max_call` lets them. Default: 512.
    pub max_in_flight: usize,

    /// The time that a call has until its answer begins, whatever its deadline. Then it ends with
    /// DEADLINE_EXCEEDED. It bounds requests that trickle in. Raise it where honest callers stream
    /// longer before they are answered, such as uploads: they end as well. Where the answer begins
    /// before the request has ended, as with `Warn`, only `max_call` bounds the rest. Default: 60 s.
    pub answer_timeout: Duration,

    /// The time that a whole call has, even a stream, whatever its deadline. Then it ends with
    /// DEADLINE_EXCEEDED. Without it, a stream that is left open keeps its place forever.
    /// Default: 1 h.
    pub max_call: Option<Duration>,

    /// The time after the signal to stop in which all continues as before, except that health says
    /// NOT_SERVING. Load balancers need it to notice. Default: none.
    pub lame_duck: Duration,

    /// The time after `lame_duck` that calls in flight have to end. Then they are ended with
    /// UNAVAILABLE. Default: 5 s.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 512,
            first_bytes_timeout: Duration::from_secs(10),
            max_connection_age: None,
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            http1: false,
            max_concurrent_streams: 128,
            max_header_list_bytes: 16 * 1024,
            max_pending_reset_streams: 20,
            max_local_error_resets: 1_024,
            max_in_flight: 512,
            answer_timeout: Duration::from_secs(60),
            max_call: Some(Duration::from_secs(3_600)),
            lame_duck: Duration::ZERO,
            drain: Duration::from_secs(5),
        }
    }
}
