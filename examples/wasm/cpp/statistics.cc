/*
 * A C++ class behind C functions: the guest of examples/wasm/cpp.rs.
 *
 * `polyglot bundle` compiles it with clang to web/pkg/cpp_statistics.wasm: without a standard
 * library, heap, exceptions or RTTI, none of which a bare wasm32 has.
 *
 * The host owns the objects. It finds room of statistics_size() bytes, aligned to 8, has
 * statistics_new construct one there, and passes its address to the others. Nothing is destroyed:
 * the class holds nothing but numbers.
 */
#include <stddef.h>

namespace {

/* Welford's method: the mean is kept up to date, and what is squared is the distance from it. The
 * difference of two sums, as in the textbooks, loses all digits when values are large and close. */
class Statistics {
  public:
    void add(double value) {
        count_ += 1;
        const double before = value - mean_;
        mean_ += before / count_;
        squares_ += before * (value - mean_);
    }

    double mean() const { return mean_; }

    /* Of the sample, hence "- 1"; not a number for fewer than two values. */
    double variance() const {
        return count_ < 2 ? __builtin_nan("") : squares_ / (count_ - 1);
    }

  private:
    double count_ = 0; /* counts as exactly as an integer up to 2^53 */
    double mean_ = 0;
    double squares_ = 0;
};

} // namespace

/* Placement new, which <new> would declare. */
inline void *operator new(size_t, void *place) noexcept { return place; }

/* `extern "C"`: a name that is not mangled. `export_name`: visible from outside. */
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

EXPORT(statistics_size) size_t statistics_size() { return sizeof(Statistics); }

EXPORT(statistics_new) Statistics *statistics_new(void *place) { return new (place) Statistics; }

EXPORT(statistics_add)
void statistics_add(Statistics *statistics, const double *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        statistics->add(values[i]);
    }
}

EXPORT(statistics_mean) double statistics_mean(const Statistics *statistics) {
    return statistics->mean();
}

EXPORT(statistics_variance) double statistics_variance(const Statistics *statistics) {
    return statistics->variance();
}
