package greeter;

import cellar.Cellar.Reading;
import cellar.Cellar.Summary;
import cellar.Cellar.Warning;
import cellar.Cellar.WatchRequest;
import cellar.ThermometerGrpc.ThermometerImplBase;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.DoubleSummaryStatistics;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The service cellar.Thermometer: one method for each kind of stream. */
final class Thermometer extends ThermometerImplBase {
    private static final double[] READINGS = {11.5, 12.0, 11.0, 13.5};
    private static final double TOO_WARM = 13;
    private static final long LONGEST_INTERVAL_MS = 60_000;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @Override
    public void watch(WatchRequest request, StreamObserver<Reading> readings) {
        // A uint32 arrives as an int: above 2,147,483,647 it is negative until it is converted.
        var intervalMs = Integer.toUnsignedLong(request.getIntervalMs());
        if (intervalMs > LONGEST_INTERVAL_MS) {
            readings.onError(Status.INVALID_ARGUMENT
                    .withDescription("interval_ms is " + intervalMs + ": it must be at most 60000")
                    .asRuntimeException());
            return;
        }
        var watch = new Watch(Integer.toUnsignedLong(request.getCount()), intervalMs,
                (ServerCallStreamObserver<Reading>) readings);
        // The default, 32 KiB on their way, are thousands of readings, each in a buffer of its own.
        watch.call.setOnReadyThreshold(1024);
        watch.call.setOnReadyHandler(watch::send);
        watch.call.setOnCancelHandler(watch::stop);
    }

    /** One caller's Watch. The clock and gRPC call it from their own threads. */
    private final class Watch {
        private final long count;
        private final long intervalMs;
        private final ServerCallStreamObserver<Reading> call;
        private long sent = 0;
        private boolean due = true;

        Watch(long count, long intervalMs, ServerCallStreamObserver<Reading> call) {
            this.count = count;
            this.intervalMs = intervalMs;
            this.call = call;
        }

        // onNext never waits: without isReady, a caller that does not read would fill the memory.
        synchronized void send() {
            while (due && call.isReady()) {
                var celsius = READINGS[(int) (sent++ % READINGS.length)];
                call.onNext(Reading.newBuilder().setCelsius(celsius).build());
                if (sent == count) {
                    due = false;
                    call.onCompleted();
                } else if (intervalMs > 0) {
                    due = false;
                    clock.schedule(this::next, intervalMs, TimeUnit.MILLISECONDS);
                }
            }
        }

        private synchronized void next() {
            due = !call.isCancelled();
            send();
        }

        // The caller has gone, or its deadline has passed.
        synchronized void stop() {
            due = false;
            System.out.println("watch: stopped after " + sent + " readings");
        }
    }

    @Override
    public StreamObserver<Reading> record(StreamObserver<Summary> summary) {
        var readings = new DoubleSummaryStatistics();
        return new StreamObserver<>() {
            @Override
            public void onNext(Reading reading) {
                readings.accept(reading.getCelsius());
            }

            @Override
            public void onCompleted() {
                if (readings.getCount() == 0) {
                    summary.onError(Status.INVALID_ARGUMENT
                            .withDescription("there is no reading: send at least one")
                            .asRuntimeException());
                    return;
                }
                summary.onNext(Summary.newBuilder()
                        .setCount((int) readings.getCount())
                        .setLowest(readings.getMin())
                        .setHighest(readings.getMax())
                        .build());
                summary.onCompleted();
            }

            @Override
            public void onError(Throwable gone) {}
        };
    }

    @Override
    public StreamObserver<Reading> warn(StreamObserver<Warning> warnings) {
        var call = (ServerCallStreamObserver<Warning>) warnings;
        // The next reading is asked for when there is room for its warning, so that a caller who
        // sends and does not read has to wait.
        call.disableAutoRequest();
        var pause = new Object() { boolean waiting = true; };
        call.setOnReadyHandler(() -> {
            if (!pause.waiting) return;
            pause.waiting = false;
            call.request(1);
        });
        return new StreamObserver<>() {
            @Override
            public void onNext(Reading reading) {
                var celsius = reading.getCelsius();
                if (celsius > TOO_WARM) {
                    var message = celsius + " is too warm";
                    call.onNext(Warning.newBuilder()
                            .setCelsius(celsius).setMessage(message).build());
                }
                if (call.isReady()) call.request(1);
                else pause.waiting = true;
            }

            @Override
            public void onCompleted() {
                call.onCompleted();
            }

            @Override
            public void onError(Throwable gone) {}
        };
    }
}
