// Serve the Greeter and the Thermometer in Java. Ctrl-C ends it.
//
// Why you would: the code that others need is Java already, and no caller has to know.
//
//   mvn -q -f examples/grpc/java package
//   java -cp target/grpc-java/greeter.jar greeter.GreeterServer
//
// Takes [--tls CERT KEY --token TOKEN] [ADDRESS].

package greeter;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

public final class GreeterServer {
    /** Sends the caller's request id back, ahead of the first message. */
    static final class RequestId implements ServerInterceptor {
        private static final Metadata.Key<String> KEY =
                Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata request, ServerCallHandler<Q, R> next) {
            var id = request.get(KEY);
            if (id == null) return next.startCall(call, request);
            return next.startCall(new SimpleForwardingServerCall<>(call) {
                @Override
                public void sendHeaders(Metadata response) {
                    response.put(KEY, id);
                    super.sendHeaders(response);
                }
            }, request);
        }
    }

    /** Lets the calls in flight finish, for five seconds. */
    private static void drain(Server server) {
        server.shutdown();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            server.shutdownNow();
        }
        System.out.println("stopped");
        // After a signal the JVM exits with an error, 128 and more, though all went well.
        Runtime.getRuntime().halt(0);
    }

    private static void serve(List<String> arguments) throws IOException, InterruptedException {
        String certificate = null, key = null, token = null, address = "127.0.0.1:50051";
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            switch (argument) {
                case "--tls" -> { certificate = rest.next(); key = rest.next(); }
                case "--token" -> token = rest.next();
                default -> address = argument;
            }
        }
        if ((certificate == null) != (token == null)) {
            throw new IllegalArgumentException(
                    "--tls and --token go together: a token in plain text is anybody's");
        }

        var credentials = certificate == null
                ? InsecureServerCredentials.create()
                : TlsServerCredentials.create(new File(certificate), new File(key));
        var uri = URI.create("//" + address);
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException(
                    "the address is " + address + ": it must be like 127.0.0.1:50051");
        }
        // Grpc.newServerBuilderForPort would listen on all of the machine's addresses.
        var builder = NettyServerBuilder
                .forAddress(new InetSocketAddress(uri.getHost(), uri.getPort()), credentials)
                // No method here ever waits. One that does would hold up its connection's others:
                // leave this line out, and each call gets a thread.
                .directExecutor()
                .addService(new Greeter())
                .addService(new Thermometer())
                .intercept(new RequestId());
        // The interceptor that is added last runs first.
        if (token != null) builder.intercept(new Authentication(token));

        var server = builder.build().start();
        System.out.println("listening on " + uri.getHost() + ":" + server.getPort());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server)));
        server.awaitTermination();
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            serve(List.of(arguments));
            return;
        } catch (NoSuchElementException missing) {
            System.err.println("a value is missing after " + arguments[arguments.length - 1]);
        } catch (IOException | RuntimeException error) {
            var cause = error.getCause();
            System.err.println(error.getMessage()
                    + (cause == null ? "" : ": " + cause.getMessage()));
        }
        System.exit(1);
    }
}
