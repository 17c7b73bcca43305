//! Outgoing headers and trailers, kept short enough for every client.

use http::{HeaderMap, header::CONTENT_TYPE};
use tonic::Status;

/// The most that leaves as headers or as trailers, counted as HTTP/2 does: names, values, and 32
/// bytes for each pair.
///
/// Java's clients take 8 KiB, those of C++ and Python 8 to 16 KiB, tonic's 16 KiB. Longer headers
/// are an error of the client's own, which hides the code of the status. At 100 KB the connection
/// ends, with the calls of others on it. What is left of the 8 KiB is for the request's ID, and for what
/// hyper adds.
const MAX_BYTES: usize = 7_680;

// The share of each part when they are too long together. As most characters outside ASCII's
// letters and digits are sent as `%XX`, a message may take three times its share.
const MAX_MESSAGE_BYTES: usize = 1_024;
const MAX_DETAILS_BYTES: usize = 2_048;
const MAX_METADATA_BYTES: usize = 1_536;

/// Shortens a status that is too long: its message is cut, its details and metadata are left out, and
/// the message says so. The code stays.
///
/// # Errors
///
/// The status to send instead, when `fields` are too long and hold none.
pub fn bound(fields: &mut HeaderMap) -> Result<(), Status> {
    let bytes = size(fields);
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let Some(code) = fields.remove(Status::GRPC_STATUS) else {
        return Err(Status::internal(format!(
            "the method's metadata takes {bytes} bytes, and at most {MAX_BYTES} may be sent"
        )));
    };
    let mut metadata = std::mem::take(fields);
    let mut left_out = Vec::new();

    let message = metadata.remove(Status::GRPC_MESSAGE);
    if let Some(details) = metadata.remove(Status::GRPC_STATUS_DETAILS) {
        if details.len() <= MAX_DETAILS_BYTES {
            fields.insert(Status::GRPC_STATUS_DETAILS, details);
        } else {
            left_out.push(format!("{} bytes of details", details.len()));
        }
    }
    if let Some(content_type) = metadata.remove(CONTENT_TYPE) {
        fields.insert(CONTENT_TYPE, content_type);
    }
    match size(&metadata) {
        bytes if bytes > MAX_METADATA_BYTES => left_out.push(format!("{bytes} bytes of metadata")),
        _ => fields.extend(metadata),
    }

    // tonic knows how to read and write a message in a header.
    let headers = message.map(|message| (Status::GRPC_MESSAGE, message));
    let headers = headers.into_iter().chain([(Status::GRPC_STATUS, code.clone())]).collect();
    let status = Status::from_header_map(&headers).expect("the code is among them");
    let message = status.message();
    let kept = &message[..message.floor_char_boundary(MAX_MESSAGE_BYTES)];
    if kept.len() < message.len() {
        let cut = message.len() - kept.len();
        left_out.insert(0, format!("{cut} of the {} bytes of this message", message.len()));
    }
    let left_out = left_out.join(", ");
    let message = format!("{kept} [left out, as a status has to be short: {left_out}]");
    Status::new(status.code(), message).add_header(fields)?;
    fields.insert(Status::GRPC_STATUS, code);
    Ok(())
}

fn size(fields: &HeaderMap) -> usize {
    fields.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum()
}
