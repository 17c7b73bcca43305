#include "gauge_c.h"

#include "gauge.h"

#include <exception>
#include <new>
#include <stdexcept>

struct pg_gauge {
    pg::Gauge gauge;
};

namespace {

/* An array and not a std::string: storing the message must not throw. */
thread_local char last_error[256];

pg_gauge_status fail(pg_gauge_status status, const char *what) noexcept {
    std::size_t length = 0;
    while (what[length] != '\0' && length < sizeof last_error - 1) {
        last_error[length] = what[length];
        length++;
    }
    last_error[length] = '\0';
    return status;
}

/* Runs body. An exception must not unwind into a caller that is not C++, so
 * every one is caught here, derived classes before their base. */
template <typename Body> pg_gauge_status guarded(Body body) noexcept {
    try {
        body();
        return PG_GAUGE_OK;
    } catch (const std::invalid_argument &error) {
        return fail(PG_GAUGE_INVALID_ARGUMENT, error.what());
    } catch (const std::out_of_range &error) {
        return fail(PG_GAUGE_OUT_OF_RANGE, error.what());
    } catch (const std::exception &error) {
        return fail(PG_GAUGE_EXCEPTION, error.what());
    } catch (...) {
        return fail(PG_GAUGE_EXCEPTION, "an exception that is not a std::exception");
    }
}

} // namespace

pg_gauge_status pg_gauge_new(const char *name, double lowest, double highest, pg_gauge **out) {
    if (out == nullptr) {
        return fail(PG_GAUGE_NULL_POINTER, "out is NULL");
    }
    *out = nullptr;
    if (name == nullptr) {
        return fail(PG_GAUGE_NULL_POINTER, "name is NULL");
    }
    return guarded([=] { *out = new pg_gauge{pg::Gauge(name, lowest, highest)}; });
}

void pg_gauge_free(pg_gauge *gauge) { delete gauge; }

const char *pg_gauge_name(const pg_gauge *gauge) {
    return gauge == nullptr ? nullptr : gauge->gauge.name().c_str();
}

pg_gauge_status pg_gauge_record(pg_gauge *gauge, double reading) {
    if (gauge == nullptr) {
        return fail(PG_GAUGE_NULL_POINTER, "gauge is NULL");
    }
    return guarded([=] { gauge->gauge.record(reading); });
}

const double *pg_gauge_readings(const pg_gauge *gauge, size_t *count) {
    if (count == nullptr) {
        return nullptr;
    }
    *count = gauge == nullptr ? 0 : gauge->gauge.readings().size();
    return *count == 0 ? nullptr : gauge->gauge.readings().data();
}

const char *pg_gauge_error(void) { return last_error; }
