//! Define a service in Rust alone, with JSON in place of protobuf.
//!
//! Why you would: gRPC is not tied to protobuf. Where both ends are yours and the messages are
//! Serde types already, tonic-build makes client and server for them, and you bring the codec.
//!
//! ```console
//! $ cargo run --example grpc_json_codec --features json
//! {"text":"opened the door","celsius":[13.5,12.0]} as application/grpc+json
//! note 1: mean 12.75 °C
//! ```

use std::marker::PhantomData;

use bytes::{Buf, BufMut};
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::oneshot;
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::ServiceBuilder;

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    text: String,
    celsius: Vec<f64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Receipt {
    number: u32,
    mean: f64,
}

/// Generated: crates/grpc-demo/build.rs names the method, its types and the codec, all in this file.
mod journal {
    tonic::include_proto!("cellar.Journal");
}
use journal::{
    journal_client::JournalClient,
    journal_server::{Journal, JournalServer},
};

/// Encodes an `E` and decodes a `D`; gRPC's own five bytes before each message are not its matter.
struct JsonCodec<E, D>(PhantomData<(E, D)>);

impl<E, D> Default for JsonCodec<E, D> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E: Serialize + Send + 'static, D: DeserializeOwned + Send + 'static> Codec
    for JsonCodec<E, D>
{
    type Encode = E;
    type Decode = D;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self::default()
    }

    fn decoder(&mut self) -> Self {
        Self::default()
    }
}

impl<E: Serialize, D> Encoder for JsonCodec<E, D> {
    type Item = E;
    type Error = Status;

    fn encode(&mut self, item: E, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        serde_json::to_writer(buffer.writer(), &item)
            .map_err(|error| Status::internal(format!("the message cannot be JSON: {error}")))
    }
}

impl<E, D: DeserializeOwned> Decoder for JsonCodec<E, D> {
    type Item = D;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<D>, Status> {
        let message = buffer.copy_to_bytes(buffer.remaining());
        // INTERNAL is what gRPC has for a message that cannot be parsed, in any format.
        serde_json::from_slice(&message)
            .map(Some)
            .map_err(|error| Status::internal(format!("the message is no such JSON: {error}")))
    }
}

struct MyJournal;

#[tonic::async_trait]
impl Journal for MyJournal {
    async fn write(&self, request: Request<Note>) -> Result<Response<Receipt>, Status> {
        let content_type = request.metadata().get("content-type").cloned();
        let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
        let note = request.into_inner();
        let json =
            serde_json::to_string(&note).map_err(|error| Status::internal(error.to_string()))?;
        println!("{json} as {}", content_type.unwrap_or("nothing"));
        if note.celsius.is_empty() {
            return Err(Status::invalid_argument("celsius is empty: send at least one"));
        }
        let mean = note.celsius.iter().sum::<f64>() / note.celsius.len() as f64;
        Ok(Response::new(Receipt { number: 1, mean }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .add_service(JournalServer::new(MyJournal))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );

    // Whatever the codec, tonic says `application/grpc`, which other implementations take for
    // protobuf. The specification's name for this is `application/grpc+json`.
    let channel = ServiceBuilder::new()
        .map_request(|mut request: http::Request<Body>| {
            let json = HeaderValue::from_static("application/grpc+json");
            request.headers_mut().insert(CONTENT_TYPE, json);
            request
        })
        .service(Endpoint::from_shared(uri)?.connect().await?);
    let mut client = JournalClient::new(channel);
    let note = Note { text: "opened the door".into(), celsius: vec![13.5, 12.0] };
    let receipt = client.write(note).await?.into_inner();
    println!("note {}: mean {} °C", receipt.number, receipt.mean);
    assert_eq!(receipt, Receipt { number: 1, mean: 12.75 });

    drop((client, stop));
    server.await??;
    Ok(())
}
