//! Ask a server what it offers, and call a method whose .proto this client was not built with.
//!
//! Why you would: a gateway, a test tool or a shell such as grpcurl serves methods that it never
//! saw. The server's descriptors, fetched at run time, are all that it needs.
//!
//! ```console
//! $ cargo run --example grpc_reflection
//! hello.Greeter/SayHello: hello.HelloRequest -> hello.HelloReply
//! {message:"Hello, Ferris!"}
//! ```

use grpc_demo::{
    FILE_DESCRIPTOR_SET, hello::greeter_server::GreeterServer, services::GreeterService,
};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use tokio::sync::oneshot;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

/// Messages of a type that is known at run time only: that of the answer.
#[derive(Clone)]
struct DynamicCodec(MessageDescriptor);

impl Codec for DynamicCodec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        self.clone()
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

impl Encoder for DynamicCodec {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(buffer).map_err(|error| Status::internal(error.to_string()))
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
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    // Whoever can reach it reads the whole of these descriptors: leave out what is not public.
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .build_v1()?;
    let server = tokio::spawn(
        Server::builder()
            .add_service(GreeterServer::new(GreeterService))
            .add_service(reflection)
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );
    let channel = Endpoint::from_shared(uri)?.connect().await?;

    // Reflection is a service like any other; its method is a stream of questions and answers.
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::FileContainingSymbol("hello.Greeter".into())),
    };
    let answers = ServerReflectionClient::new(channel.clone())
        .server_reflection_info(tokio_stream::iter([question]))
        .await?;
    let answer = answers.into_inner().message().await?.and_then(|answer| answer.message_response);
    let Some(MessageResponse::FileDescriptorResponse(files)) = answer else {
        return Err(format!("no descriptor of hello.Greeter: {answer:?}").into());
    };
    // This file imports none. For one that does, ask `FileByFilename` for each, and add those first.
    let mut pool = DescriptorPool::new();
    for file in files.file_descriptor_proto {
        pool.decode_file_descriptor_proto(file.as_slice())?;
    }

    let service = pool.get_service_by_name("hello.Greeter").ok_or("no hello.Greeter")?;
    let method = service.methods().next().ok_or("hello.Greeter has no method")?;
    let path = format!("{}/{}", service.full_name(), method.name());
    println!("{path}: {} -> {}", method.input().full_name(), method.output().full_name());
    assert_eq!(path, "hello.Greeter/SayHello");

    let mut request = DynamicMessage::new(method.input());
    request.try_set_field_by_name("name", Value::String("Ferris".into()))?;
    let mut client = Grpc::new(channel);
    client.ready().await?;
    let path = format!("/{path}").parse()?;
    let reply = client.unary(Request::new(request), path, DynamicCodec(method.output())).await?;
    let reply = reply.into_inner();
    println!("{{{reply}}}");
    let message = reply.get_field_by_name("message").ok_or("no field `message`")?;
    assert_eq!(message.as_str(), Some("Hello, Ferris!"));

    drop((client, stop));
    server.await??;
    Ok(())
}
