// Call Rust from Java, with the Foreign Function & Memory API of JDK 22 and later.
//
// Why you would: you call native code without JNI, so without a line of C.
//
//   cargo rustc -p ffi-demo --lib --crate-type cdylib
//   java --enable-native-access=ALL-UNNAMED \
//     examples/ffi/java/SeriesExample.java target/debug/libffi_demo.so
//
// Java compiles the classes beside this file as it needs them: Series and what Series uses. The
// library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

public final class SeriesExample {
    static final int CELSIUS = 1;

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
                if (sample.value() < 11.5) {
                    throw new IllegalStateException(sample.value() + " is too cold");
                }
                visited.add(sample.value());
            }));
            check(visited.equals(List.of(11.5, 12.0)));
            out.println("visited: " + fixed(visited.stream().mapToDouble(value -> value))
                    + ", stopped by: " + tooCold.getMessage());

            out.println("described: " + series.describe());

            var refused = thrownBy(SeriesException.class, () -> new Series(rust, "cellar", 99));
            check(refused.status == SeriesException.UNKNOWN_UNIT);
            out.println("refused: " + refused.status + ", " + refused.getMessage());

            var cut = thrownBy(IllegalArgumentException.class,
                    () -> new Series(rust, "cel\0lar", CELSIUS));
            out.println("with a NUL: refused, " + cut.getMessage());

            var panicked = thrownBy(SeriesException.class, () -> series.clamp(30, 0));
            check(panicked.status == SeriesException.PANIC);
            out.println("panicked: " + panicked.status + ", " + panicked.getMessage());

            check(series.values().length == 4);
            out.println("still there: " + series.values().length + " values");
        }

        var notFreed = (long) rust.liveCount.invokeExact();
        check(notFreed == 0);
        out.println("not freed: " + notFreed);
    }
}
