import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/**
 * Lets Rust call a function of Java's. An exception that leaves an upcall ends the JVM: it waits
 * here until Rust has returned.
 */
final class Visiting {
    private final Consumer<Sample> visit;
    Throwable thrown;

    Visiting(Consumer<Sample> visit) {
        this.visit = visit;
    }

    /** A C function pointer that calls accept. It is valid until the arena closes. */
    MemorySegment pointer(Arena arena) throws Throwable {
        var method = MethodHandles.lookup().findVirtual(Visiting.class, "accept",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        var type = FunctionDescriptor.of(
                JAVA_INT, ADDRESS.withTargetLayout(Sample.LAYOUT), ADDRESS);
        return Linker.nativeLinker().upcallStub(method.bindTo(this), type, arena);
    }

    private int accept(MemorySegment sample, MemorySegment userData) {
        try {
            visit.accept(Sample.read(sample));
            return 0;
        } catch (Throwable exception) {
            thrown = exception;
            return 1;
        }
    }
}
