import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The library's functions. Their types are promises that Java cannot check: see pgr_series.h. */
final class Rust {
    // size_t has 64 bits wherever there is a JDK 22.
    private static final ValueLayout.OfLong SIZE_T = JAVA_LONG;

    final MethodHandle lastStatus, lastError, liveCount, create, free, name, extend, values;
    final MethodHandle each, clamp, describe, stringFree;
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
        return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), type);
    }

    void check(int status) throws Throwable {
        if (status != SeriesException.OK) throw failure();
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
