/*
 * Call Rust from C++, behind a class that frees, throws and takes lambdas.
 *
 * Why you would: the rest of the program sees C++, and one class knows that it is Rust.
 *
 *   cargo rustc -p ffi-demo --lib --crate-type staticlib
 *   c++ -std=c++20 -Icrates/ffi-demo/include -o target/series_cpp \
 *     examples/ffi/cpp/series.cpp target/debug/libffi_demo.a -lm
 *   target/series_cpp
 */
#undef NDEBUG // the assertions are the lesson
#include <cassert>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "pgr_series.h"

// A failure of the library. Rust's panics are reported in the same way.
class SeriesError : public std::runtime_error {
public:
    // The library keeps the last failure for each thread, so this comes right after the call.
    SeriesError() : runtime_error(last_message()), status(pgr_last_status()) {}

    const pgr_status status;

private:
    static std::string last_message() {
        std::string message(pgr_last_error(nullptr, 0), '\0');
        pgr_last_error(message.data(), message.size());
        message.pop_back(); // the NUL
        return message;
    }
};

class Series {
public:
    Series(const std::string &name, int32_t unit) : handle(pgr_series_new(c_string(name), unit)) {
        if (!handle) throw SeriesError();
    }

    std::string name() const { return pgr_series_name(handle.get()); }

    void extend(std::span<const pgr_sample> samples) {
        check(pgr_series_extend(handle.get(), samples.data(), samples.size()));
    }

    std::vector<double> values() const {
        std::size_t count = 0;
        pgr_series_values(handle.get(), nullptr, 0, &count);
        std::vector<double> values(count);
        check(pgr_series_values(handle.get(), values.data(), values.size(), &count));
        return values;
    }

    // The lambda lives in this frame, and travels as user data. An exception may not unwind through
    // Rust: it waits here until Rust has returned.
    template <typename Visit> void each(Visit visit) const {
        struct Call {
            Visit &visit;
            std::exception_ptr thrown;
        } call{visit, nullptr};
        auto trampoline = [](const pgr_sample *sample, void *user_data) noexcept -> int {
            auto &call = *static_cast<Call *>(user_data);
            try {
                call.visit(*sample);
                return 0;
            } catch (...) {
                call.thrown = std::current_exception();
                return 1;
            }
        };
        pgr_status status = pgr_series_each(handle.get(), trampoline, &call);
        if (call.thrown) std::rethrow_exception(call.thrown);
        check(status);
    }

    std::string describe() const {
        std::unique_ptr<char, decltype(&pgr_string_free)> text(pgr_series_describe(handle.get()),
                                                               pgr_string_free);
        if (!text) throw SeriesError();
        return text.get();
    }

    void clamp(double lowest, double highest) {
        check(pgr_series_clamp(handle.get(), lowest, highest));
    }

private:
    // A C string ends at its first NUL: c_str() passes all of it, but Rust would see only a part.
    static const char *c_string(const std::string &text) {
        if (auto end = text.find('\0'); end != std::string::npos) {
            throw std::invalid_argument("a C string would end at byte " + std::to_string(end));
        }
        return text.c_str();
    }

    static void check(pgr_status status) {
        if (status != PGR_OK) throw SeriesError();
    }

    struct Free {
        void operator()(pgr_series *series) const { pgr_series_free(series); }
    };
    std::unique_ptr<pgr_series, Free> handle;
};

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
