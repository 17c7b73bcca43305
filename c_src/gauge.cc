#include "gauge.h"

#include <sstream>
#include <stdexcept>

namespace pg {

Gauge::Gauge(const std::string &name, double lowest, double highest)
    : name_(name), lowest_(lowest), highest_(highest) {
    /* Not `lowest >= highest`: that is false for a NaN, which cannot be the end of a scale. */
    if (!(lowest < highest)) {
        std::ostringstream what;
        what << "no scale goes from " << lowest << " to " << highest;
        throw std::invalid_argument(what.str());
    }
}

void Gauge::record(double reading) {
    if (!(lowest_ <= reading && reading <= highest_)) {
        std::ostringstream what;
        what << reading << " is off the scale of " << name_ << ", " << lowest_ << " to "
             << highest_;
        throw std::out_of_range(what.str());
    }
    readings_.push_back(reading);
}

std::unique_ptr<Gauge> make_gauge(const std::string &name, double lowest, double highest) {
    return std::make_unique<Gauge>(name, lowest, highest);
}

} // namespace pg
