import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** One measurement, and the memory layout of C's pgr_sample. */
record Sample(long timeMs, double value) {
    static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            JAVA_LONG.withName("time_ms"), JAVA_DOUBLE.withName("value"));

    void write(MemorySegment to) {
        to.set(JAVA_LONG, 0, timeMs);
        to.set(JAVA_DOUBLE, 8, value);
    }

    static Sample read(MemorySegment from) {
        return new Sample(from.get(JAVA_LONG, 0), from.get(JAVA_DOUBLE, 8));
    }
}
