//! Ask a server which services it has, and for their descriptors.
//!
//! Why you would: tools such as grpcurl list and call methods whose .proto they do not have. All
//! that they need is the address of a server that answers these questions.
//!
//! ```console
//! $ cargo run --example grpc_reflection
//! services: hello.Greeter
//! hello.Greeter/SayHello: hello.HelloRequest -> hello.HelloReply
//! ```

use anyhow::{Context, bail};
use grpc_demo::{
    FILE_DESCRIPTOR_SET, hello::greeter_server::GreeterServer, services::GreeterService,
};
use prost_reflect::DescriptorPool;
use tokio::task::JoinSet;
use tonic::transport::{Endpoint, Server, server::TcpIncoming};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Whatever can reach the server can read all of this: leave out what is not public. Older tools
    // ask for grpc.reflection.v1alpha: for those, add a service of `build_v1alpha` as well.
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .with_service_name("hello.Greeter") // Or it lists all that are described, served or not.
        .build_v1()?;
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(GreeterService));
    servers.spawn(server.add_service(reflection).serve_with_incoming(incoming));

    // Reflection is a service like any other; its method is a stream of questions and answers.
    let questions = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol("hello.Greeter".into()),
    ];
    let questions = questions.map(|question| ServerReflectionRequest {
        message_request: Some(question),
        ..Default::default()
    });
    let mut client = ServerReflectionClient::new(Endpoint::from_shared(uri)?.connect().await?);
    let answers = client.server_reflection_info(tokio_stream::iter(questions)).await?;
    let mut answers = answers.into_inner();

    let answer = answers.message().await?.and_then(|answer| answer.message_response);
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        bail!("no list of services: {answer:?}");
    };
    let services: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    println!("services: {}", services.join(", "));
    assert_eq!(services, ["hello.Greeter"]);

    let answer = answers.message().await?.and_then(|answer| answer.message_response);
    let Some(MessageResponse::FileDescriptorResponse(files)) = answer else {
        bail!("no descriptor of hello.Greeter: {answer:?}");
    };
    // This file imports no other. For each import, ask `FileByFilename`, and add the answer first.
    let mut pool = DescriptorPool::new();
    for file in files.file_descriptor_proto {
        pool.decode_file_descriptor_proto(file.as_slice())?;
    }
    let service = pool.get_service_by_name("hello.Greeter").context("no hello.Greeter")?;
    let methods: Vec<_> = service.methods().collect();
    for method in &methods {
        let path = format!("{}/{}", service.full_name(), method.name());
        println!("{path}: {} -> {}", method.input().full_name(), method.output().full_name());
    }
    assert_eq!(methods.len(), 1);
    Ok(())
}
