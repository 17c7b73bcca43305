// Call the Greeter and the Thermometer from Java, in each way there is.
//
// Why you would: the code that you need exists, in a language that is not Java.
//
//   mvn -q -f examples/grpc/java package
//   java -cp target/grpc-java/greeter.jar greeter.GreeterClient
//
// Takes [--ca CERT --token TOKEN] [ADDRESS].

package greeter;

import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

public final class GreeterClient {
    /** Puts the token into each call's metadata. */
    private static final class Bearer extends CallCredentials {
        private static final Metadata.Key<String> KEY =
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

        private final Metadata metadata = new Metadata();

        Bearer(String token) {
            metadata.put(KEY, "Bearer " + token);
        }

        @Override
        public void applyRequestMetadata(
                RequestInfo request, Executor executor, MetadataApplier applier) {
            applier.apply(metadata);
        }
    }

    private static void call(List<String> arguments) throws IOException {
        String ca = null, token = null, address = "127.0.0.1:50051";
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            switch (argument) {
                case "--ca" -> ca = rest.next();
                case "--token" -> token = rest.next();
                default -> address = argument;
            }
        }
        if ((ca == null) != (token == null)) {
            throw new IllegalArgumentException(
                    "--ca and --token go together: a token in plain text is anybody's");
        }

        var security = ca == null
                ? InsecureChannelCredentials.create()
                : TlsChannelCredentials.newBuilder().trustManager(new File(ca)).build();
        var channel = Grpc.newChannelBuilder(address, security).build();
        try {
            var calls = new Calls(channel, token == null ? null : new Bearer(token));
            calls.unary();
            var readings = calls.serverStream();
            calls.clientStream(readings);
            calls.bothWays(readings);
            calls.deadline();
            calls.error();
            calls.metadata();
            if (token != null) calls.token();
        } finally {
            channel.shutdownNow();
        }
    }

    public static void main(String[] arguments) {
        try {
            call(List.of(arguments));
            return;
        } catch (NoSuchElementException missing) {
            System.err.println("a value is missing after " + arguments[arguments.length - 1]);
        } catch (StatusRuntimeException | CompletionException error) {
            // A future wraps the status, and the status wraps what failed below gRPC.
            var status = Status.fromThrowable(error);
            var cause = status.getCause();
            System.err.println(status.getCode() + ": " + status.getDescription()
                    + (cause == null ? "" : ": " + cause.getMessage()));
        } catch (IOException | RuntimeException error) {
            System.err.println(error.getMessage());
        }
        System.exit(1);
    }
}
