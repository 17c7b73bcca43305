//! An attempt's outcome, as far as another attempt depends on it.

use std::{error::Error, time::Duration};

use http::{HeaderMap, HeaderName, StatusCode};
use tonic::{Code, ConnectError, Status, TimeoutExpired};

/// The time that the server wants to be left alone. The name is from gRFC A6.
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// An attempt's outcome, as far as another attempt depends on it.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This is the answer, good or bad.
    Final,
    /// The server has not seen the call.
    NotSent,
    /// UNAVAILABLE. The server may still have done the work.
    Unavailable(Pushback),
}

/// The server's instruction about another attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Pushback {
    /// No instruction: the backoff decides.
    Unsaid,
    /// Not before this time.
    After(Duration),
    /// No other attempt.
    Never,
}

impl Outcome {
    pub fn of<B, E: Error + 'static>(result: &Result<http::Response<B>, E>) -> Self {
        match result {
            Ok(response) => Self::of_response(response.status(), response.headers()),
            Err(error) => Self::of_error(error),
        }
    }

    fn of_response(status: StatusCode, headers: &HeaderMap) -> Self {
        // A status among the headers is a whole response. Without one, the response has begun.
        let unavailable = match headers.get("grpc-status") {
            Some(code) => Code::from_bytes(code.as_bytes()) == Code::Unavailable,
            // From a proxy, which knows HTTP only. The specification counts these as UNAVAILABLE.
            None => matches!(status.as_u16(), 429 | 502 | 503 | 504),
        };
        if unavailable { Self::Unavailable(Pushback::of(headers)) } else { Self::Final }
    }

    fn of_error(error: &(dyn Error + 'static)) -> Self {
        for cause in chain(error) {
            if cause.is::<ConnectError>() {
                return Self::NotSent;
            }
            if cause.is::<TimeoutExpired>() {
                return Self::Final;
            }
            if cause.downcast_ref().is_some_and(hyper::Error::is_canceled) {
                // It was waiting for its turn when the connection ended.
                return Self::NotSent;
            }
            if let Some(error) = cause.downcast_ref::<h2::Error>() {
                let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
                // GOAWAY names the last call that may have been looked at. h2 gives this error to
                // later ones only; the others fail with the connection, if they do.
                if error.is_remote() && (error.is_go_away() || error.is_reset() && refused) {
                    return Self::NotSent;
                }
            }
        }
        if lost_connection(error) { Self::Unavailable(Pushback::Unsaid) } else { Self::Final }
    }
}

impl Pushback {
    fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(PUSHBACK) else { return Self::Unsaid };
        // A negative number says no, and so does text that is not a number.
        match value.to_str().ok().and_then(|text| text.parse().ok()) {
            Some(millis) => Self::After(Duration::from_millis(millis)),
            None => Self::Never,
        }
    }
}

/// True if a call failed because its connection did. The specification calls that UNAVAILABLE;
/// tonic calls it UNKNOWN or CANCELLED, depending on how the connection ended.
pub fn lost_connection(error: &(dyn Error + 'static)) -> bool {
    chain(error).all(|cause| {
        let reset = cause.downcast_ref().is_some_and(h2::Error::is_reset);
        // tonic's status for a broken connection has that as its source; a server's has no source.
        let answered = cause.downcast_ref().is_some_and(|status: &Status| {
            status.code() != Code::Unavailable && status.source().is_none()
        });
        !reset && !answered && !cause.is::<TimeoutExpired>()
    })
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn answer(headers: &[(&'static str, &'static str)]) -> Outcome {
        let mut response = http::Response::new(());
        for (name, value) in headers {
            response.headers_mut().insert(*name, http::HeaderValue::from_static(value));
        }
        Outcome::of::<_, io::Error>(&Ok(response))
    }

    #[test]
    fn only_unavailable_may_be_tried_again() {
        assert_eq!(answer(&[]), Outcome::Final);
        for code in ["0", "1", "2", "4", "8", "10", "13"] {
            assert_eq!(answer(&[("grpc-status", code)]), Outcome::Final, "{code}");
        }
        assert_eq!(answer(&[("grpc-status", "14")]), Outcome::Unavailable(Pushback::Unsaid));
    }

    #[test]
    fn pushback_is_a_number_or_a_no() {
        let pushback = |value| answer(&[("grpc-status", "14"), ("grpc-retry-pushback-ms", value)]);
        let wait = |millis| Outcome::Unavailable(Pushback::After(Duration::from_millis(millis)));
        assert_eq!(pushback("0"), wait(0));
        assert_eq!(pushback("1500"), wait(1500));
        for no in ["-1", "", "soon", "1.5"] {
            assert_eq!(pushback(no), Outcome::Unavailable(Pushback::Never), "{no:?}");
        }
    }

    #[test]
    fn a_proxy_speaks_http() {
        for (status, outcome) in [
            (502, Outcome::Unavailable(Pushback::Unsaid)),
            (503, Outcome::Unavailable(Pushback::Unsaid)),
            (500, Outcome::Final),
            (404, Outcome::Final),
        ] {
            let response = http::Response::builder().status(status).body(()).unwrap();
            assert_eq!(Outcome::of::<_, io::Error>(&Ok(response)), outcome, "{status}");
        }
    }

    #[test]
    fn an_error_tells_what_was_sent() {
        let refused = ConnectError("refused".into());
        assert_eq!(Outcome::of::<(), _>(&Err(refused)), Outcome::NotSent);
        let broken = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(Outcome::of::<(), _>(&Err(broken)), Outcome::Unavailable(Pushback::Unsaid));
        let timeout = TimeoutExpired(());
        assert_eq!(Outcome::of::<(), _>(&Err(timeout)), Outcome::Final);
        let answered = Status::internal("no");
        assert_eq!(Outcome::of::<(), _>(&Err(answered)), Outcome::Final);
    }
}
