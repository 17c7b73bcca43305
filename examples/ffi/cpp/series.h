// The class that calls Rust. series.cpp uses it, and says how to compile both.
#pragma once

#include <cstddef>
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

// Measurements in the order they were taken. It can be moved, but not copied.
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
