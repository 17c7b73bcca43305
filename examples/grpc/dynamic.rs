//! Call a method whose .proto this client was not built with.
//!
//! Why you would: a gateway, a test tool or a shell such as grpcurl serves methods that it never
//! saw. The descriptors are all that it needs, from a file or from the server itself.
//!
//! ```console
//! $ cargo run --example grpc_dynamic
//! hello.HelloRequest: name:"Ferris"
//! hello.HelloReply: message:"Hello, Ferris!"
//! ```

use anyhow::Context;
use grpc_demo::{
    FILE_DESCRIPTOR_SET, hello::greeter_server::GreeterServer, services::GreeterService,
};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use tokio::task::JoinSet;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{BufferSettings, Codec, DecodeBuf, Decoder},
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_prost::ProstEncoder;

/// Encodes any message, and decodes those of the type that the descriptor describes.
#[derive(Clone)]
struct DynamicCodec(MessageDescriptor);

impl Codec for DynamicCodec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = ProstEncoder<DynamicMessage>;
    type Decoder = Self;

    fn encoder(&mut self) -> Self::Encoder {
        ProstEncoder::new(BufferSettings::default())
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

impl Decoder for DynamicCodec {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.clone(), buffer);
        message.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(GreeterService));
    servers.spawn(server.serve_with_incoming(incoming));

    // Nothing below names a generated type. These bytes are what `protoc -o` writes to a file, and
    // what a server with reflection hands out: see grpc_reflection.
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET)?;
    let service = pool.get_service_by_name("hello.Greeter").context("no such service")?;
    let method =
        service.methods().find(|method| method.name() == "SayHello").context("no such method")?;

    let mut request = DynamicMessage::new(method.input());
    // A field that is not there, or has another type, is an error: the compiler cannot see it.
    request.try_set_field_by_name("name", Value::String("Ferris".into()))?;
    println!("{}: {request}", method.input().full_name());

    let mut client = Grpc::new(Endpoint::from_shared(uri)?.connect().await?);
    client.ready().await?;
    let path = format!("/{}/{}", service.full_name(), method.name()).parse()?;
    let reply = client.unary(Request::new(request), path, DynamicCodec(method.output())).await?;
    println!("{}: {}", method.output().full_name(), reply.get_ref());
    assert_eq!(reply.get_ref().to_string(), r#"message:"Hello, Ferris!""#);
    Ok(())
}
