/*
 * Call Rust from C++, behind a class that frees, throws and takes lambdas.
 *
 * Why you would: the rest of the program sees C++, and one class, in series.h, calls Rust.
 *
 *   cargo rustc -p ffi-demo --lib --crate-type staticlib
 *   c++ -std=c++20 -Icrates/ffi-demo/include -o target/series_cpp \
 *     examples/ffi/cpp/series.cpp target/debug/libffi_demo.a -lm
 *   target/series_cpp
 */
#undef NDEBUG // the assertions are the lesson
#include <cassert>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "series.h"

template <typename Error, typename Action> Error thrown_by(Action action) {
    try {
        action();
    } catch (const Error &error) {
        return error;
    }
    throw std::logic_error("it did not throw");
}

static void show() {
    Series series("cellar", PGR_UNIT_CELSIUS);
    assert(series.name() == "cellar");
    std::printf("name: %s\n", series.name().c_str());

    series.extend(std::vector<pgr_sample>{{0, 11.5}, {1000, 12.0}, {2000, 11.0}, {3000, 13.5}});
    assert((series.values() == std::vector{11.5, 12.0, 11.0, 13.5}));
    std::printf("values:");
    for (double value : series.values()) std::printf(" %.1f", value);

    std::printf("\nvisited:");
    auto too_cold = thrown_by<std::range_error>([&] {
        series.each([](const pgr_sample &sample) {
            if (sample.value < 11.5) throw std::range_error("11.0 is too cold");
            std::printf(" %.1f", sample.value);
        });
    });
    std::printf(", stopped by: %s\n", too_cold.what());

    std::printf("described: %s\n", series.describe().c_str());

    auto refused = thrown_by<SeriesError>([] { Series("cellar", 99); });
    assert(refused.status == PGR_UNKNOWN_UNIT);
    std::printf("refused: %d, %s\n", refused.status, refused.what());

    auto cut = thrown_by<std::invalid_argument>(
        [] { Series(std::string("cel\0lar", 7), PGR_UNIT_CELSIUS); });
    std::printf("with a NUL: refused, %s\n", cut.what());

    auto panicked = thrown_by<SeriesError>([&] { series.clamp(30.0, 0.0); });
    assert(panicked.status == PGR_PANIC);
    std::printf("panicked: %d, %s\n", panicked.status, panicked.what());

    assert(series.values().size() == 4);
    std::printf("still there: %zu values\n", series.values().size());
}

int main() {
    show();
    assert(pgr_live_count() == 0);
    std::printf("not freed: %zu\n", pgr_live_count());
}
