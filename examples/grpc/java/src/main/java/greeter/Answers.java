package greeter;

import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The outcome of a stream of answers: all of them, or the status that it failed with. */
final class Answers<T> implements StreamObserver<T> {
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
