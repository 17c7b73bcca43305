//! Attacks on HTTP/2, and the expected end of their connections.

use std::net::SocketAddr;

use super::{
    http2::{
        CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR,
        FRAME_SIZE_ERROR, GOAWAY, HEADERS, PING, PREFACE, Peer, RST_STREAM, SETTINGS,
        SETTINGS_INITIAL_WINDOW_SIZE, Taken, WINDOW_UPDATE, call, frame, head, header,
        remembered_header, setting, streams,
    },
    messages,
    siege::Siege,
};

type Attack = fn(SocketAddr, &Siege) -> Result<(), String>;

pub const ATTACKS: [(&str, Attack); 21] = [
    ("rapid reset: calls are reset as soon as they are made (CVE-2023-44487)", rapid_reset),
    ("made you reset: errors for which the server resets calls (CVE-2025-8671)", made_you_reset),
    ("more streams than are allowed, none of them ended", too_many_streams),
    ("a flood of SETTINGS, whose answers are not read (CVE-2019-9515)", settings_flood),
    ("a flood of PING, whose answers are not read (CVE-2019-9512)", ping_flood),
    ("a flood of empty DATA (CVE-2019-9518)", empty_data_flood),
    ("headers without end, in CONTINUATION (CVE-2024-27316)", continuation_flood),
    ("a header that is too long", long_header),
    ("a header bomb: a long header, remembered, and named 8,000 times", header_bomb),
    ("a frame longer than SETTINGS_MAX_FRAME_SIZE", long_frame),
    ("a window that grows over 2^31", window_overflow),
    ("a window of nothing, and many answers that wait for it (CVE-2019-9517)", many_unread),
    ("a window of nothing, and long answers that wait for it", long_unread),
    ("connected, and nothing sent", silent),
    ("HTTP/2's preface, and nothing more", silent_after_preface),
    ("a request that trickles in, byte by byte", slow_body),
    ("headers of HTTP/1 that trickle in, line by line (slowloris)", slow_headers),
    ("a request that breaks off", broken_off),
    ("messages that are not what they say", messages::send_all),
    ("methods that there are not, each under a name of its own", unknown_methods),
    ("bytes that are not HTTP at all", garbage),
];

const HELLO: &str = "/hello.Greeter/SayHello";

/// A whole call of `SayHello`, which the server answers.
fn hello(stream: u32) -> Vec<u8> {
    // gRPC: not compressed, 5 bytes; protobuf: field 1, 3 bytes.
    let message = b"\0\0\0\0\x05\x0a\x03Eve";
    [frame(HEADERS, END_HEADERS, stream, &call(HELLO)), frame(DATA, END_STREAM, stream, message)]
        .concat()
}

fn rapid_reset(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    let cancel = CANCEL.to_be_bytes();
    for batch in streams(20_000).collect::<Vec<_>>().chunks(100) {
        let resets = batch.iter().flat_map(|&stream| {
            let request = frame(HEADERS, END_HEADERS | END_STREAM, stream, &call(HELLO));
            [request, frame(RST_STREAM, 0, stream, &cancel)].concat()
        });
        if peer.send(&resets.collect::<Vec<_>>()) != Taken::All {
            break;
        }
    }
    peer.ends_with(ENHANCE_YOUR_CALM)
}

fn made_you_reset(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    for stream in streams(20_000) {
        let request = frame(HEADERS, END_HEADERS, stream, &call(HELLO));
        let overflow = frame(WINDOW_UPDATE, 0, stream, &i32::MAX.to_be_bytes());
        if peer.send(&[request, overflow].concat()) != Taken::All {
            break;
        }
    }
    peer.ends_with(ENHANCE_YOUR_CALM)
}

fn too_many_streams(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    for stream in streams(5_000) {
        if peer.send(&frame(HEADERS, END_HEADERS, stream, &call(HELLO))) != Taken::All {
            break;
        }
    }
    peer.ends_with(ENHANCE_YOUR_CALM)
}

fn settings_flood(address: SocketAddr, _: &Siege) -> Result<(), String> {
    flood(address, &setting(SETTINGS_INITIAL_WINDOW_SIZE, 65_535))
}

fn ping_flood(address: SocketAddr, _: &Siege) -> Result<(), String> {
    flood(address, &frame(PING, 0, 0, b"12345678"))
}

/// The server answers each of these frames, and the peer does not read the answers. The server may
/// close the connection, or stop reading until its answers are read.
fn flood(address: SocketAddr, frame: &[u8]) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    let many = frame.repeat(1_000);
    for _ in 0..1_000 {
        match peer.send(&many) {
            Taken::All => {}
            // Part of a frame may have been sent, so this connection cannot be used further.
            Taken::Waits => return Ok(()),
            Taken::Closed => return peer.ends_with(ENHANCE_YOUR_CALM),
        }
    }
    peer.settles()
}

fn empty_data_flood(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(HELLO)));
    peer.send(&frame(DATA, 0, 1, b"").repeat(100_000));
    peer.ends_with(ENHANCE_YOUR_CALM)
}

fn continuation_flood(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    peer.send(&frame(HEADERS, 0, 1, &call(HELLO)));
    let more = frame(CONTINUATION, 0, 1, &header("a", "b")).repeat(1_000);
    for _ in 0..1_000 {
        if peer.send(&more) != Taken::All {
            break;
        }
    }
    peer.ends_with(ENHANCE_YOUR_CALM)
}

fn long_header(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    let block = [call(HELLO), header("long", &"x".repeat(60_000))].concat();
    let mut parts = block.chunks(16_384).enumerate().peekable();
    while let Some((number, part)) = parts.next() {
        let kind = if number == 0 { HEADERS } else { CONTINUATION };
        let flags = if parts.peek().is_none() { END_HEADERS } else { 0 };
        peer.send(&frame(kind, flags, 1, part));
    }
    refused(&mut peer, 1)
}

fn header_bomb(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    // 8 KB that expand to 32 MB: the remembered header is number 62.
    let block =
        [call(HELLO), remembered_header("long", &"x".repeat(4_000)), vec![0x80 | 62; 8_000]];
    peer.send(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &block.concat()));
    refused(&mut peer, 1)
}

/// Checks that the server refuses the stream, or the whole connection.
fn refused(peer: &mut Peer, stream: u32) -> Result<(), String> {
    // `:status: 431` (Request Header Fields Too Large), its digits in Huffman's code.
    let too_large = [0x48, 0x83, 0x69, 0x90, 0xff];
    let answer = peer.find(|frame| frame.kind == GOAWAY || frame.stream == stream)?;
    match answer {
        Some(frame) if frame.kind == HEADERS && !frame.payload.starts_with(&too_large) => {
            Err(format!("the headers were not refused as too large: {frame:?}"))
        }
        _ => Ok(()),
    }
}

fn long_frame(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    peer.send(&head(0x00ff_ffff, DATA, 0, 1));
    peer.ends_with(FRAME_SIZE_ERROR)
}

fn window_overflow(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    peer.send(&frame(WINDOW_UPDATE, 0, 0, &i32::MAX.to_be_bytes()).repeat(2));
    peer.ends_with(FLOW_CONTROL_ERROR)
}

fn many_unread(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    // A picture of 1,000 by 60,000, a row of which is about 1 KB.
    unread(address, siege, 100, b"\x08\xe8\x07\x10\xe0\xd4\x03")
}

fn long_unread(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    // A picture of 65,536 by 1,000, a row of which is 64 KB, and 256 KB before it is encoded.
    unread(address, siege, 10, b"\x08\x80\x80\x04\x10\xe8\x07")
}

/// Requests `count` pictures of this size, and reads none of them.
fn unread(address: SocketAddr, siege: &Siege, count: u32, size: &[u8]) -> Result<(), String> {
    // Field 3, the view, with its width, and field 4, one iteration for each pixel.
    let picture = [size, b"\x1a\x09\x19\0\0\0\0\0\0\xf0\x3f\x20\x01"].concat();
    let message = [&[0, 0, 0, 0, picture.len() as u8], &picture[..]].concat();
    let mut peer = Peer::greet(address, &setting(SETTINGS_INITIAL_WINDOW_SIZE, 0))?;
    for stream in streams(count) {
        let path = "/crossing.Crossing/Mandelbrot";
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(path)));
        peer.send(&frame(DATA, END_STREAM, stream, &message));
    }
    // The server answers all requests, with headers but without a byte of their messages.
    for _ in streams(count) {
        let answered = peer.find(|frame| matches!(frame.kind, HEADERS | DATA | GOAWAY))?;
        match answered {
            Some(frame) if frame.kind == HEADERS && frame.flags & END_STREAM == 0 => {}
            other => return Err(format!("no answer that waits for the window: {other:?}")),
        }
    }
    siege.hold(|| Ok(()))
}

fn silent(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    let mut peers = (0..100).map(|_| Peer::connect(address)).collect::<Result<Vec<_>, _>>()?;
    siege.hold(|| Ok(()))?;
    peers.iter_mut().try_for_each(|peer| peer.text().map(drop))
}

fn silent_after_preface(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    let peers = (0..100).map(|_| {
        let mut peer = Peer::connect(address)?;
        peer.send(PREFACE);
        peer.find(|frame| frame.kind == SETTINGS)?.ok_or("the preface was not answered")?;
        Ok(peer)
    });
    let mut peers = peers.collect::<Result<Vec<_>, String>>()?;
    siege.hold(|| Ok(()))?;
    // The peers do not answer the server's PING either, so it drops them.
    peers.iter_mut().try_for_each(|peer| peer.find(|_| false).map(drop))
}

fn slow_body(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    // No more than this: a thousand frames of a byte each are slow, and five thousand are a flood.
    let name = [b'x'; 20];
    let beginning = [0, 0, 0, 0, 22, 0x0a, 20];
    for stream in streams(50) {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(HELLO)));
        peer.send(&frame(DATA, 0, stream, &beginning));
    }
    let mut left = &name[..];
    siege.hold(|| {
        if let [byte, rest @ ..] = left {
            left = rest;
            for stream in streams(50) {
                peer.send(&frame(DATA, 0, stream, &[*byte]));
            }
        }
        Ok(())
    })?;
    // A slow peer is legitimate, and gets its answers in the end.
    for stream in streams(50) {
        peer.send(&frame(DATA, END_STREAM, stream, left));
        peer.find(|frame| frame.kind == HEADERS && frame.stream == stream)?
            .ok_or("a slow request was not answered")?;
    }
    Ok(())
}

fn slow_headers(address: SocketAddr, siege: &Siege) -> Result<(), String> {
    let mut peers = (0..50).map(|_| Peer::connect(address)).collect::<Result<Vec<_>, _>>()?;
    for peer in &mut peers {
        peer.send(b"GET / HTTP/1.1\r\nhost: localhost\r\n");
    }
    siege.hold(|| {
        for peer in &mut peers {
            peer.send(b"x: y\r\n");
        }
        Ok(())
    })?;
    peers.iter_mut().try_for_each(|peer| peer.text().map(drop))
}

fn broken_off(address: SocketAddr, _: &Siege) -> Result<(), String> {
    for length in 0..hello(1).len() {
        let mut peer = Peer::client(address)?;
        peer.send(&hello(1)[..length]);
    }
    Ok(())
}

fn unknown_methods(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let mut peer = Peer::client(address)?;
    for stream in streams(2_000) {
        let head = call(&format!("/attacker.Service{stream}/Method"));
        peer.send(&frame(HEADERS, END_HEADERS | END_STREAM, stream, &head));
        peer.find(|frame| frame.kind == HEADERS && frame.stream == stream)?
            .ok_or("an unknown method was not answered")?;
    }
    Ok(())
}

fn garbage(address: SocketAddr, _: &Siege) -> Result<(), String> {
    // A client of TLS, one of another protocol, one that is nearly right, and one of none.
    let beginnings = [
        &b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"[..],
        b"SSH-2.0-x\r\n",
        b"PRI * HTTP/3.0\r\n\r\n",
    ];
    for bytes in beginnings.into_iter().chain([&[0xff; 100_000][..]]) {
        let mut peer = Peer::connect(address)?;
        peer.send(bytes);
        peer.send(b"\r\n\r\n");
        let answer = peer.text()?;
        if answer.starts_with("HTTP/1.1 2") {
            return Err(format!("it is answered as if it were HTTP: {answer:?}"));
        }
    }
    Ok(())
}
