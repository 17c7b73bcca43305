package greeter;

import cellar.Cellar.Reading;
import cellar.Cellar.Summary;
import cellar.Cellar.Warning;
import cellar.Cellar.WatchRequest;
import cellar.ThermometerGrpc;
import com.google.protobuf.InvalidProtocolBufferException;
import hello.GreeterGrpc;
import hello.Hello.HelloRequest;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Each kind of call. A method makes one, and prints what arrives. */
final class Calls {
    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final HelloRequest FERRIS = HelloRequest.newBuilder().setName("Ferris").build();

    private final Channel channel;
    private final CallCredentials credentials; // null: none

    Calls(Channel channel, CallCredentials credentials) {
        this.channel = channel;
        this.credentials = credentials;
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

    void unary() {
        System.out.println("unary: " + greeter().sayHello(FERRIS).getMessage());
    }

    List<Reading> serverStream() {
        var readings = new ArrayList<Reading>();
        within(5_000, ThermometerGrpc.newBlockingStub(channel))
                .watch(WatchRequest.newBuilder().setCount(4).setIntervalMs(10).build())
                .forEachRemaining(readings::add);
        System.out.println("stream: " + readings.stream()
                .map(reading -> fixed(reading.getCelsius())).collect(Collectors.joining(" ")));
        return readings;
    }

    void clientStream(List<Reading> readings) {
        var summaries = new Answers<Summary>();
        send(readings, within(5_000, ThermometerGrpc.newStub(channel)).record(summaries));
        for (var summary : summaries.all.join()) {
            System.out.println("summary: " + summary.getCount() + " readings, "
                    + fixed(summary.getLowest()) + " to " + fixed(summary.getHighest()));
        }
    }

    void bothWays(List<Reading> readings) {
        var warnings = new Answers<Warning>();
        send(readings, within(5_000, ThermometerGrpc.newStub(channel)).warn(warnings));
        System.out.println("warnings: " + warnings.all.join().stream()
                .map(Warning::getMessage).collect(Collectors.joining(", ")));
    }

    void deadline() {
        var readings = within(300, ThermometerGrpc.newBlockingStub(channel))
                .watch(WatchRequest.newBuilder().setIntervalMs(10).build());
        readings.next();
        var failure = Failure.of(() -> readings.forEachRemaining(reading -> {}));
        System.out.println("deadline: " + failure.code());
    }

    void error() throws InvalidProtocolBufferException {
        var failure = Failure.of(() -> greeter().sayHello(HelloRequest.getDefaultInstance()));
        var violation = failure.violation();
        System.out.println("error: " + failure.code() + ", " + violation.getField() + ": "
                + violation.getDescription());
    }

    void metadata() {
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

    void token() {
        var without = Failure.of(() -> greeter().withCallCredentials(null).sayHello(FERRIS));
        greeter().sayHello(FERRIS);
        System.out.println("token: " + without.code() + " without, OK with");
    }

    private static <T> void send(List<T> messages, StreamObserver<T> to) {
        messages.forEach(to::onNext);
        to.onCompleted();
    }

    private static String fixed(double celsius) {
        return String.format(Locale.ROOT, "%.1f", celsius);
    }
}
