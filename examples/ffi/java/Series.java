import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Measurements in the order they were taken, which Rust keeps until close. */
final class Series implements AutoCloseable {
    private final Rust rust;
    private MemorySegment handle;

    Series(Rust rust, String name, int unit) throws Throwable {
        this.rust = rust;
        try (var arena = Arena.ofConfined()) {
            var cName = cString(arena, name);
            handle = rust.notNull((MemorySegment) rust.create.invokeExact(cName, unit));
        }
    }

    @Override
    public void close() {
        try {
            rust.free.invokeExact(handle);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        handle = MemorySegment.NULL; // the library reports that as an error
    }

    String name() throws Throwable {
        return text(rust.notNull((MemorySegment) rust.name.invokeExact(handle)));
    }

    void extend(List<Sample> samples) throws Throwable {
        try (var arena = Arena.ofConfined()) {
            var array = arena.allocate(Sample.LAYOUT, samples.size());
            var size = Sample.LAYOUT.byteSize();
            for (int i = 0; i < samples.size(); i++) {
                samples.get(i).write(array.asSlice(i * size, size));
            }
            rust.check((int) rust.extend.invokeExact(handle, array, (long) samples.size()));
        }
    }

    double[] values() throws Throwable {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_LONG);
            var status = (int) rust.values.invokeExact(handle, MemorySegment.NULL, 0L, count);
            var length = count.get(JAVA_LONG, 0);
            var values = arena.allocate(JAVA_DOUBLE, length);
            status = (int) rust.values.invokeExact(handle, values, length, count);
            rust.check(status);
            return values.toArray(JAVA_DOUBLE);
        }
    }

    void each(Consumer<Sample> visit) throws Throwable {
        var visiting = new Visiting(visit);
        try (var arena = Arena.ofConfined()) {
            var pointer = visiting.pointer(arena);
            var status = (int) rust.each.invokeExact(handle, pointer, MemorySegment.NULL);
            if (visiting.thrown != null) throw visiting.thrown;
            rust.check(status);
        }
    }

    String describe() throws Throwable {
        var sentence = rust.notNull((MemorySegment) rust.describe.invokeExact(handle));
        try {
            return text(sentence);
        } finally {
            rust.stringFree.invokeExact(sentence);
        }
    }

    void clamp(double lowest, double highest) throws Throwable {
        rust.check((int) rust.clamp.invokeExact(handle, lowest, highest));
    }

    /** A C string ends at its first NUL: Java would copy the rest, and Rust would not see it. */
    private static MemorySegment cString(Arena arena, String text) {
        var end = text.indexOf('\0');
        if (end >= 0) {
            var bytes = text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
            throw new IllegalArgumentException("a C string would end at byte " + bytes);
        }
        return arena.allocateFrom(text);
    }

    /** A C string has no length, so Java has to be told that it may look for the NUL. */
    private static String text(MemorySegment string) {
        return string.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
