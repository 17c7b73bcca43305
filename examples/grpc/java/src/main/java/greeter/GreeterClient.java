// Call the Greeter and the Thermometer from Java, in each way there is.
//
// Why you would: the code that you need exists, in a language that is not Java.
//
//   mvn -q -f examples/grpc/java package
//   java -cp target/grpc-java/greeter.jar greeter.GreeterClient
//
// Takes [--ca CERT --token TOKEN] [ADDRESS].

package greeter;

import cellar.Cellar.Reading;
import cellar.Cellar.Summary;
import cellar.Cellar.Warning;
import cellar.Cellar.WatchRequest;
import cellar.ThermometerGrpc;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import hello.GreeterGrpc;
import hello.Hello.HelloRequest;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

public final class GreeterClient {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final HelloRequest FERRIS = HelloRequest.newBuilder().setName("Ferris").build();

    private final Channel channel;
    private final CallCredentials credentials; // null: none

    private GreeterClient(Channel channel, CallCredentials credentials) {
        this.channel = channel;
        this.credentials = credentials;
    }

    /** Puts the token into each call's metadata. */
    private static final class Bearer extends CallCredentials {
        private final Metadata metadata = new Metadata();

        Bearer(String token) {
            metadata.put(AUTHORIZATION, "Bearer " + token);
        }

        @Override
        public void applyRequestMetadata(
                RequestInfo request, Executor executor, MetadataApplier applier) {
            applier.apply(metadata);
        }
    }

    // A deadline is a point in time. Set once on a stub that is kept, it is soon in the past, and
    // each call fails at once: so it is set for each call.
    private <S extends AbstractStub<S>> S within(long milliseconds, S stub) {
        return stub.withCallCredentials(credentials)
                .withDeadlineAfter(milliseconds, TimeUnit.MILLISECONDS);
    }

    private GreeterGrpc.GreeterBlockingStub greeter() {
        return within(5_000, GreeterGrpc.newBlockingStub(channel));
    }

    private void unary() {
        System.out.println("unary: " + greeter().sayHello(FERRIS).getMessage());
    }

    private List<Reading> serverStream() {
        var readings = new ArrayList<Reading>();
        within(5_000, ThermometerGrpc.newBlockingStub(channel))
                .watch(WatchRequest.newBuilder().setCount(4).setIntervalMs(10).build())
                .forEachRemaining(readings::add);
        System.out.println("stream: " + readings.stream()
                .map(reading -> fixed(reading.getCelsius())).collect(Collectors.joining(" ")));
        return readings;
    }

    private void clientStream(List<Reading> readings) {
        var summaries = new Answers<Summary>();
        send(readings, within(5_000, ThermometerGrpc.newStub(channel)).record(summaries));
        for (var summary : summaries.all.join()) {
            System.out.println("summary: " + summary.getCount() + " readings, "
                    + fixed(summary.getLowest()) + " to " + fixed(summary.getHighest()));
        }
    }

    private void bothWays(List<Reading> readings) {
        var warnings = new Answers<Warning>();
        send(readings, within(5_000, ThermometerGrpc.newStub(channel)).warn(warnings));
        System.out.println("warnings: " + warnings.all.join().stream()
                .map(Warning::getMessage).collect(Collectors.joining(", ")));
    }

    private void deadline() {
        var readings = within(300, ThermometerGrpc.newBlockingStub(channel))
                .watch(WatchRequest.newBuilder().setIntervalMs(10).build());
        readings.next();
        var status = refused(() -> readings.forEachRemaining(reading -> {}));
        System.out.println("deadline: " + status.getStatus().getCode());
    }

    private void error() throws InvalidProtocolBufferException {
        var status = refused(() -> greeter().sayHello(HelloRequest.getDefaultInstance()));
        var violation = violation(status);
        System.out.println("error: " + status.getStatus().getCode() + ", "
                + violation.getField() + ": " + violation.getDescription());
    }

    private void metadata() {
        var request = new Metadata();
        request.put(REQUEST_ID, "request-1");
        var response = new AtomicReference<Metadata>();
        greeter().withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(request),
                MetadataUtils.newCaptureMetadataInterceptor(response, new AtomicReference<>()))
                .sayHello(FERRIS);
        var id = response.get().get(REQUEST_ID);
        if (id == null) throw new IllegalStateException("the response has no x-request-id");
        System.out.println("metadata: " + id);
    }

    private void token() {
        var without = refused(() -> greeter().withCallCredentials(null).sayHello(FERRIS));
        greeter().sayHello(FERRIS);
        System.out.println("token: " + without.getStatus().getCode() + " without, OK with");
    }

    /** The outcome of a stream of answers: all of them, or the status that it failed with. */
    private static final class Answers<T> implements StreamObserver<T> {
        final CompletableFuture<List<T>> all = new CompletableFuture<>();
        private final List<T> soFar = new ArrayList<>();

        @Override
        public void onNext(T answer) {
            soFar.add(answer);
        }

        @Override
        public void onError(Throwable status) {
            all.completeExceptionally(status);
        }

        @Override
        public void onCompleted() {
            all.complete(soFar);
        }
    }

    private static <T> void send(List<T> messages, StreamObserver<T> to) {
        messages.forEach(to::onNext);
        to.onCompleted();
    }

    private static StatusRuntimeException refused(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException status) {
            return status;
        }
        throw new IllegalStateException("a call that has to fail succeeded");
    }

    /** The first of the field violations that came with the status. */
    private static FieldViolation violation(StatusRuntimeException status)
            throws InvalidProtocolBufferException {
        for (var detail : StatusProto.fromThrowable(status).getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                return detail.unpack(BadRequest.class).getFieldViolations(0);
            }
        }
        throw new IllegalStateException("the status names no field: " + status.getMessage());
    }

    private static String fixed(double celsius) {
        return String.format(Locale.ROOT, "%.1f", celsius);
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
            var client = new GreeterClient(channel, token == null ? null : new Bearer(token));
            client.unary();
            var readings = client.serverStream();
            client.clientStream(readings);
            client.bothWays(readings);
            client.deadline();
            client.error();
            client.metadata();
            if (token != null) client.token();
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
