//! Serve on a Unix socket, and know which user calls.
//!
//! Why you would: between programs on one machine it takes no port, no network stack and no
//! password: the kernel says who is at the other end, which TCP cannot.
//!
//! ```console
//! $ cargo run --example grpc_uds
//! Hello, Ferris! You are process [..] of user [..].
//! ```

#[cfg(not(unix))]
fn main() {
    println!("there are no Unix sockets here: use TCP on the loopback address");
}

#[cfg(unix)]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::{
        fs,
        os::unix::fs::{DirBuilderExt, MetadataExt},
        path::PathBuf,
        process,
    };

    use grpc_demo::hello::{
        HelloRequest, greeter_client::GreeterClient, greeter_server::GreeterServer,
    };
    use tokio::{net::UnixListener, sync::oneshot};
    use tokio_stream::wrappers::UnixListenerStream;
    use tonic::transport::Server;

    /// A folder that is removed in the end, however that comes.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            // Fails when it is gone already, which is what was wanted.
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    // Whoever may enter the folder may call. 0o700 is this user alone, and `create` fails if there
    // is such a folder: another user's, or one that a server left behind when it was killed.
    let folder = std::env::temp_dir().join(format!("grpc_uds-{}", process::id()));
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let folder = Folder(folder);
    let socket = folder.0.join("greeter.sock");

    let incoming = UnixListenerStream::new(UnixListener::bind(&socket)?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .add_service(GreeterServer::new(unix::MyGreeter))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );

    // Only the address differs. There are three slashes: two of the scheme, and the path's own.
    let mut client = GreeterClient::connect(format!("unix://{}", socket.display())).await?;
    let reply = client.say_hello(HelloRequest { name: "Ferris".into() }).await?.into_inner();
    println!("{}", reply.message);
    let (process, user) = (process::id(), fs::metadata(&socket)?.uid());
    let expected = format!("Hello, Ferris! You are process {process} of user {user}.");
    assert_eq!(reply.message, expected);

    drop((client, stop));
    server.await??;
    Ok(())
}

#[cfg(unix)]
mod unix {
    use grpc_demo::hello::{HelloReply, HelloRequest, greeter_server::Greeter};
    use tonic::{Request, Response, Status, transport::server::UdsConnectInfo};

    pub struct MyGreeter;

    #[tonic::async_trait]
    impl Greeter for MyGreeter {
        async fn say_hello(
            &self,
            request: Request<HelloRequest>,
        ) -> Result<Response<HelloReply>, Status> {
            // The kernel wrote this down when the client connected, and no client can change it. A
            // call from 127.0.0.1 can come from any user of the machine.
            let caller = request
                .extensions()
                .get::<UdsConnectInfo>()
                .and_then(|info| info.peer_cred)
                .ok_or_else(|| Status::unauthenticated("the system does not say who calls"))?;
            let process = caller.pid().map_or("unknown".into(), |pid| pid.to_string());
            let (name, user) = (request.into_inner().name, caller.uid());
            let message = format!("Hello, {name}! You are process {process} of user {user}.");
            Ok(Response::new(HelloReply { message }))
        }
    }
}
