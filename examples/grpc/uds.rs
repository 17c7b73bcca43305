//! Serve on a Unix socket, and know which user calls.
//!
//! Why you would: between programs on one machine it takes no port, no network stack and no
//! password: the kernel says who is at the other end, which TCP cannot.
//!
//! ```console
//! $ cargo run --example grpc_uds
//! Hello, user [..]!
//! ```

#[cfg(not(unix))]
fn main() {
    println!("this system has no Unix sockets: use TCP on the loopback address");
}

#[cfg(unix)]
fn main() -> anyhow::Result<()> {
    unix::main()
}

#[cfg(unix)]
mod unix {
    use std::{
        env, fs,
        os::unix::fs::{DirBuilderExt, MetadataExt},
        path::Path,
        process,
    };

    use grpc_demo::hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    };
    use tokio::{net::UnixListener, task::JoinSet};
    use tokio_stream::wrappers::UnixListenerStream;
    use tonic::{
        Request, Response, Status,
        transport::{Server, server::UdsConnectInfo},
    };

    struct MyGreeter;

    #[tonic::async_trait]
    impl Greeter for MyGreeter {
        async fn say_hello(
            &self,
            call: Request<HelloRequest>,
        ) -> Result<Response<HelloReply>, Status> {
            // The kernel wrote this down when the client connected, and no client can change it. A
            // call from 127.0.0.1 can come from any user of the machine.
            let info = call.extensions().get::<UdsConnectInfo>();
            let caller = info
                .and_then(|info| info.peer_cred)
                .ok_or(Status::unauthenticated("the system does not say who calls"))?;
            let message = format!("Hello, user {}!", caller.uid());
            Ok(Response::new(HelloReply { message }))
        }
    }

    #[tokio::main]
    pub async fn main() -> anyhow::Result<()> {
        // A program that may enter the folder may call. 0o700 allows this user alone, and `create`
        // fails if there is such a folder: another user's, or one that a killed server left behind.
        let folder = env::temp_dir().join(format!("grpc_uds-{}", process::id()));
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let outcome = serve_and_call(&folder.join("greeter.sock")).await;
        fs::remove_dir_all(folder)?; // Also when the call has failed.
        outcome
    }

    async fn serve_and_call(socket: &Path) -> anyhow::Result<()> {
        // A path takes the place of a port, and a Unix socket needs no nodelay.
        let incoming = UnixListenerStream::new(UnixListener::bind(socket)?);
        let mut servers = JoinSet::new();
        let server = Server::builder().add_service(GreeterServer::new(MyGreeter));
        servers.spawn(server.serve_with_incoming(incoming));

        // Only the address differs. There are three slashes: two of the scheme, and the path's own.
        let mut client = GreeterClient::connect(format!("unix://{}", socket.display())).await?;
        let reply = client.say_hello(HelloRequest::default()).await?.into_inner();
        println!("{}", reply.message);
        assert_eq!(reply.message, format!("Hello, user {}!", fs::metadata(socket)?.uid()));
        Ok(())
    }
}
