package greeter;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets in only callers that have the token. */
final class Authentication implements ServerInterceptor {
    private static final Metadata.Key<String> KEY =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final byte[] expected;

    Authentication(String token) {
        expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata request, ServerCallHandler<Q, R> next) {
        var given = request.get(KEY);
        // equals() stops at the first difference: its time tells how much of a guess was right.
        if (given != null
                && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected)) {
            return next.startCall(call, request);
        }
        var refusal = Status.UNAUTHENTICATED.withDescription(
                "no valid token: send the metadata authorization: Bearer TOKEN");
        call.close(refusal, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
