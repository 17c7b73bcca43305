//! HTTP/2 by hand, byte for byte, for misbehaving peers that no library can act as.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// The first bytes that a client sends.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const ACK: u8 = 1;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

pub const FLOW_CONTROL_ERROR: u32 = 3;
pub const FRAME_SIZE_ERROR: u32 = 6;
pub const CANCEL: u32 = 8;
pub const ENHANCE_YOUR_CALM: u32 = 11;

pub const SETTINGS_INITIAL_WINDOW_SIZE: u16 = 4;

/// The time that the server gets to send something, or to close the connection.
const PATIENCE: Duration = Duration::from_secs(60);

/// A frame: its length, kind, flags and stream, then its payload.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    [&head(payload.len() as u32, kind, flags, stream), payload].concat()
}

/// The nine bytes before a payload, without the payload.
pub fn head(length: u32, kind: u8, flags: u8, stream: u32) -> [u8; 9] {
    let [_, l1, l2, l3] = length.to_be_bytes();
    let [s1, s2, s3, s4] = stream.to_be_bytes();
    [l1, l2, l3, kind, flags, s1, s2, s3, s4]
}

/// The first `count` stream numbers of a client, which are odd.
pub fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}

/// SETTINGS that hold one setting.
pub fn setting(name: u16, value: u32) -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[&name.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

/// A header in HPACK: a literal that is not stored in the table, without Huffman's code.
pub fn header(name: &str, value: &str) -> Vec<u8> {
    [&[0], &*string(name), &*string(value)].concat()
}

/// A header in HPACK that is stored in the table: number 62 until the next one.
pub fn remembered_header(name: &str, value: &str) -> Vec<u8> {
    [&[0x40], &*string(name), &*string(value)].concat()
}

/// The headers of a call to `path`.
pub fn call(path: &str) -> Vec<u8> {
    let known = [
        0x83, // :method POST
        0x86, // :scheme http
    ];
    let named = [header(":path", path), header(":authority", "localhost")].concat();
    let grpc = [header("content-type", "application/grpc"), header("te", "trailers")].concat();
    [&known[..], &named, &grpc].concat()
}

/// A string in HPACK: its length, in more than one byte from 127 on, and its bytes.
fn string(text: &str) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut length = text.len();
    if length < 127 {
        encoded.push(length as u8);
    } else {
        encoded.push(127);
        length -= 127;
        while length >= 128 {
            encoded.push(length as u8 | 0x80);
            length >>= 7;
        }
        encoded.push(length as u8);
    }
    encoded.extend_from_slice(text.as_bytes());
    encoded
}

/// A frame that the server sent.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// The result of sending bytes to the server.
#[derive(Debug, PartialEq)]
pub enum Taken {
    /// The server took all of it, or the system buffers it.
    All,
    /// The server stopped reading: its own data is not read either, so it waits.
    Waits,
    /// The server closed the connection.
    Closed,
}

/// An attacker's connection.
pub struct Peer(TcpStream);

impl Peer {
    /// Connects, and sends nothing.
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let wrong = |error| format!("cannot connect to {address}: {error}");
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(wrong)?;
        stream.set_nodelay(true).map_err(wrong)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(wrong)?;
        stream.set_write_timeout(Some(Duration::from_secs(2))).map_err(wrong)?;
        Ok(Self(stream))
    }

    /// Connects, and sends the normal start of a client, with these settings.
    pub fn greet(address: SocketAddr, settings: &[u8]) -> Result<Self, String> {
        let mut peer = Self::connect(address)?;
        peer.send(&[PREFACE, settings, &frame(SETTINGS, ACK, 0, &[])].concat());
        Ok(peer)
    }

    /// Connects, and sends the normal start of a client.
    pub fn client(address: SocketAddr) -> Result<Self, String> {
        Self::greet(address, &frame(SETTINGS, 0, 0, &[]))
    }

    /// Sends any bytes.
    pub fn send(&mut self, bytes: &[u8]) -> Taken {
        match self.0.write_all(bytes) {
            Ok(()) => Taken::All,
            Err(error) if timed_out(error.kind()) => Taken::Waits,
            Err(_) => Taken::Closed,
        }
    }

    /// The next frame; `None` once the server has closed the connection.
    pub fn receive(&mut self) -> Result<Option<Frame>, String> {
        let Some(head) = self.read(9)? else { return Ok(None) };
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let Some(payload) = self.read(length as usize)? else { return Ok(None) };
        Ok(Some(Frame { kind: head[3], flags: head[4], stream, payload }))
    }

    /// The first frame that `wanted` accepts; `None` if the server closes before.
    pub fn find(&mut self, wanted: impl Fn(&Frame) -> bool) -> Result<Option<Frame>, String> {
        loop {
            match self.receive()? {
                Some(frame) if !wanted(&frame) => {}
                found => return Ok(found),
            }
        }
    }

    /// Waits for the connection to end with this error. The error itself may be lost: a system that
    /// receives more data after it has closed a connection drops the unread data.
    pub fn ends_with(&mut self, code: u32) -> Result<(), String> {
        match self.find(|frame| frame.kind == GOAWAY)? {
            None => Ok(()),
            Some(Frame { payload, .. }) if payload[4..8] == code.to_be_bytes() => Ok(()),
            Some(goaway) => Err(format!("the server went away, but not with {code}: {goaway:?}")),
        }
    }

    /// Waits until the server has processed everything that was sent, or has closed the connection.
    pub fn settles(&mut self) -> Result<(), String> {
        let last = *b"the last";
        if self.send(&frame(PING, 0, 0, &last)) == Taken::All {
            self.find(|frame| frame.kind == PING && frame.flags == ACK && frame.payload == last)?;
        }
        Ok(())
    }

    /// The plain text that the server sends until it closes the connection.
    pub fn text(&mut self) -> Result<String, String> {
        let mut text = Vec::new();
        while let Some(bytes) = self.read(1)? {
            text.extend(bytes);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn read(&mut self, length: usize) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = vec![0; length];
        match self.0.read_exact(&mut bytes) {
            Ok(()) => Ok(Some(bytes)),
            Err(error) if timed_out(error.kind()) => {
                let seconds = PATIENCE.as_secs();
                Err(format!("the server neither answers nor closes the connection in {seconds} s"))
            }
            Err(_) => Ok(None),
        }
    }
}

/// The kind of a timeout error differs between systems.
fn timed_out(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
