// Call Rust from Java, with the Foreign Function & Memory API of JDK 22 and later.
//
// Why you would: you call native code without JNI, so without a line of C.
//
//   cargo rustc -p ffi-demo --lib --crate-type cdylib
//   java --enable-native-access=ALL-UNNAMED \
//     examples/ffi/java/SeriesExample.java target/debug/libffi_demo.so
//
// The library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

public final class SeriesExample {
    static final int CELSIUS = 1;
    static final int OK = 0, UNKNOWN_UNIT = 3, PANIC = 9;

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

    /** A failure of the library. Rust's panics are reported in the same way. */
    static final class SeriesException extends RuntimeException {
        final int status;

        SeriesException(String message, int status) {
            super(message);
            this.status = status;
        }
    }

    /** The library's functions. Their types are promises that Java cannot check: see pgr_series.h. */
    static final class Rust {
        // size_t has 64 bits wherever there is a JDK 22.
        private static final ValueLayout.OfLong SIZE_T = JAVA_LONG;

        final MethodHandle lastStatus, lastError, liveCount, create, free, name, extend, values;
        final MethodHandle each, clamp, describe, stringFree;
        private final Linker linker = Linker.nativeLinker();
        private final SymbolLookup library;

        Rust(Path path) {
            library = SymbolLookup.libraryLookup(path, Arena.global());
            lastStatus = function("pgr_last_status", FunctionDescriptor.of(JAVA_INT));
            lastError = function("pgr_last_error", FunctionDescriptor.of(SIZE_T, ADDRESS, SIZE_T));
            liveCount = function("pgr_live_count", FunctionDescriptor.of(SIZE_T));
            create = function("pgr_series_new", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
            free = function("pgr_series_free", FunctionDescriptor.ofVoid(ADDRESS));
            name = function("pgr_series_name", FunctionDescriptor.of(ADDRESS, ADDRESS));
            extend = function("pgr_series_extend",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, SIZE_T));
            values = function("pgr_series_values",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, SIZE_T, ADDRESS));
            each = function("pgr_series_each",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
            clamp = function("pgr_series_clamp",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_DOUBLE, JAVA_DOUBLE));
            describe = function("pgr_series_describe", FunctionDescriptor.of(ADDRESS, ADDRESS));
            stringFree = function("pgr_string_free", FunctionDescriptor.ofVoid(ADDRESS));
        }

        private MethodHandle function(String name, FunctionDescriptor type) {
            return linker.downcallHandle(library.find(name).orElseThrow(), type);
        }

        /** A C function pointer that calls visiting. It is valid until the arena closes. */
        MemorySegment visit(Visiting visiting, Arena arena) throws Throwable {
            var method = MethodHandles.lookup().findVirtual(Visiting.class, "accept",
                    MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
            var type = FunctionDescriptor.of(
                    JAVA_INT, ADDRESS.withTargetLayout(Sample.LAYOUT), ADDRESS);
            return linker.upcallStub(method.bindTo(visiting), type, arena);
        }

        void check(int status) throws Throwable {
            if (status != OK) throw failure();
        }

        MemorySegment notNull(MemorySegment pointer) throws Throwable {
            if (pointer.equals(MemorySegment.NULL)) throw failure();
            return pointer;
        }

        // The library keeps the last failure for each thread, so this comes right after the call.
        private SeriesException failure() throws Throwable {
            try (var arena = Arena.ofConfined()) {
                var size = (long) lastError.invokeExact(MemorySegment.NULL, 0L);
                var message = arena.allocate(size);
                size = (long) lastError.invokeExact(message, size);
                return new SeriesException(message.getString(0), (int) lastStatus.invokeExact());
            }
        }
    }

    /** An exception that leaves an upcall ends the JVM. It waits here until Rust has returned. */
    static final class Visiting {
        private final Consumer<Sample> visit;
        Throwable thrown;

        Visiting(Consumer<Sample> visit) {
            this.visit = visit;
        }

        int accept(MemorySegment sample, MemorySegment userData) {
            try {
                visit.accept(Sample.read(sample));
                return 0;
            } catch (Throwable exception) {
                thrown = exception;
                return 1;
            }
        }
    }

    static final class Series implements AutoCloseable {
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
                var stub = rust.visit(visiting, arena);
                var status = (int) rust.each.invokeExact(handle, stub, MemorySegment.NULL);
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

        /** A C string ends at its first NUL: Java would copy all of it, and Rust would see only a
         * part. */
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

    interface Action {
        void run() throws Throwable;
    }

    static <E extends Throwable> E thrownBy(Class<E> type, Action action) throws Throwable {
        try {
            action.run();
        } catch (Throwable thrown) {
            if (type.isInstance(thrown)) return type.cast(thrown);
            throw thrown;
        }
        throw new AssertionError("it did not throw");
    }

    static void check(boolean holds) {
        if (!holds) throw new AssertionError();
    }

    static String fixed(DoubleStream values) {
        return values.mapToObj(value -> String.format(Locale.ROOT, "%.1f", value))
                .collect(Collectors.joining(" "));
    }

    public static void main(String[] arguments) throws Throwable {
        // A terminal's own encoding may lack °.
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var rust = new Rust(Path.of(arguments[0]).toAbsolutePath());

        try (var series = new Series(rust, "cellar", CELSIUS)) {
            check(series.name().equals("cellar"));
            out.println("name: " + series.name());

            series.extend(List.of(new Sample(0, 11.5), new Sample(1000, 12),
                    new Sample(2000, 11), new Sample(3000, 13.5)));
            out.println("values: " + fixed(DoubleStream.of(series.values())));

            var visited = new ArrayList<Double>();
            var tooCold = thrownBy(IllegalStateException.class, () -> series.each(sample -> {
                if (sample.value < 11.5) {
                    throw new IllegalStateException(sample.value + " is too cold");
                }
                visited.add(sample.value);
            }));
            check(visited.equals(List.of(11.5, 12.0)));
            out.println("visited: " + fixed(visited.stream().mapToDouble(value -> value))
                    + ", stopped by: " + tooCold.getMessage());

            out.println("described: " + series.describe());

            var refused = thrownBy(SeriesException.class, () -> new Series(rust, "cellar", 99));
            check(refused.status == UNKNOWN_UNIT);
            out.println("refused: " + refused.status + ", " + refused.getMessage());

            var cut = thrownBy(IllegalArgumentException.class,
                    () -> new Series(rust, "cel\0lar", CELSIUS));
            out.println("with a NUL: refused, " + cut.getMessage());

            var panicked = thrownBy(SeriesException.class, () -> series.clamp(30, 0));
            check(panicked.status == PANIC);
            out.println("panicked: " + panicked.status + ", " + panicked.getMessage());

            check(series.values().length == 4);
            out.println("still there: " + series.values().length + " values");
        }

        var notFreed = (long) rust.liveCount.invokeExact();
        check(notFreed == 0);
        out.println("not freed: " + notFreed);
    }
}
