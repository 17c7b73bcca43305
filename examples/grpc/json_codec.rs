//! Define a service in Rust alone, with JSON in place of protobuf.
//!
//! Why you would: gRPC is not tied to protobuf. Where both ends are yours and the messages are
//! Serde types already, tonic-build makes client and server for them, and you bring the codec.
//!
//! ```console
//! $ cargo run --example grpc_json_codec --features json
//! received {"text":"opened the door"}
//! received {"text":"noted: opened the door"}
//! ```

use bytes::{Buf, BufMut};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::task::JoinSet;
use tonic::{
    Request, Response, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::{Server, server::TcpIncoming},
};

// Generated: crates/grpc-demo/build.rs names the method, its types and the codec, all in this file.
tonic::include_proto!("cellar.Journal");
use journal_client::JournalClient;
use journal_server::{Journal, JournalServer};

/// The message, in the request and in the answer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Note {
    text: String,
}
type Receipt = Note;

/// A codec with one type for both ways. A `JsonCodec<E, D>` would encode one and decode another.
#[derive(Default)]
struct JsonCodec<T>(std::marker::PhantomData<T>);

impl<T: Serialize + DeserializeOwned + Send + 'static> Codec for JsonCodec<T> {
    type Encode = T;
    type Decode = T;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self(self.0)
    }
    fn decoder(&mut self) -> Self {
        Self(self.0)
    }
}

impl<T: Serialize> Encoder for JsonCodec<T> {
    type Item = T;
    type Error = Status;
    fn encode(&mut self, item: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let json = serde_json::to_writer(buffer.writer(), &item);
        json.map_err(|error| Status::internal(error.to_string()))
    }
}

impl<T: DeserializeOwned> Decoder for JsonCodec<T> {
    type Item = T;
    type Error = Status;
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<T>, Status> {
        println!("received {}", String::from_utf8_lossy(buffer.chunk()));
        let item = serde_json::from_reader(buffer.reader());
        item.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

struct MyJournal;

#[tonic::async_trait]
impl Journal for MyJournal {
    async fn write(&self, request: Request<Note>) -> Result<Response<Receipt>, Status> {
        Ok(Response::new(Receipt { text: format!("noted: {}", request.get_ref().text) }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(JournalServer::new(MyJournal));
    servers.spawn(server.serve_with_incoming(incoming));

    let mut client = JournalClient::connect(uri).await?;
    let receipt = client.write(Note { text: "opened the door".into() }).await?.into_inner();
    assert_eq!(receipt.text, "noted: opened the door");
    Ok(())
}
