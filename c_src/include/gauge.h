/*
 * gauge.h: a typical C++ class. It owns a string and a vector, and reports
 * mistakes by throwing. C cannot include this file.
 */
#ifndef GAUGE_H
#define GAUGE_H

#include <memory>
#include <string>
#include <vector>

namespace pg {

/* Records readings on a scale. A gauge may move between threads, but two threads
 * may not use it at the same time unless both only call const functions. */
class Gauge {
  public:
    /* Throws std::invalid_argument unless lowest < highest. */
    Gauge(const std::string &name, double lowest, double highest);

    const std::string &name() const { return name_; }

    /* In the order they were taken; valid until the next record. */
    const std::vector<double> &readings() const { return readings_; }

    /* Throws std::out_of_range, and changes nothing, when the reading is off
     * the scale. */
    void record(double reading);

  private:
    std::string name_;
    double lowest_;
    double highest_;
    std::vector<double> readings_;
};

/* A new gauge; throws what its constructor throws. */
std::unique_ptr<Gauge> make_gauge(const std::string &name, double lowest, double highest);

} // namespace pg

#endif
