#include "thermometer.h"

#include <algorithm>
#include <cstdio>

namespace {

constexpr double TOO_WARM = 13.0;

class RecordReactor final : public grpc::ServerReadReactor<cellar::Reading> {
public:
    explicit RecordReactor(cellar::Summary *summary) : summary(summary) { StartRead(&reading); }

private:
    void OnReadDone(bool ok) override {
        if (!ok) return finish();
        auto celsius = reading.celsius();
        auto count = summary->count();
        summary->set_lowest(count ? std::min(summary->lowest(), celsius) : celsius);
        summary->set_highest(count ? std::max(summary->highest(), celsius) : celsius);
        summary->set_count(count + 1);
        StartRead(&reading);
    }

    void finish() {
        if (summary->count() > 0) return Finish(grpc::Status::OK);
        Finish({grpc::StatusCode::INVALID_ARGUMENT, "there is no reading: send at least one"});
    }

    void OnDone() override { delete this; }

    cellar::Summary *const summary; // gRPC's, until OnDone
    cellar::Reading reading;
};

// Reads the next message once the last warning is sent, so a caller that does not read has to wait.
class WarnReactor final : public grpc::ServerBidiReactor<cellar::Reading, cellar::Warning> {
public:
    WarnReactor() { StartRead(&reading); }

private:
    void OnReadDone(bool ok) override {
        if (!ok) return Finish(grpc::Status::OK);
        if (reading.celsius() <= TOO_WARM) return StartRead(&reading);
        char message[400];
        std::snprintf(message, sizeof message, "%.1f is too warm", reading.celsius());
        warning.set_celsius(reading.celsius());
        warning.set_message(message);
        StartWrite(&warning);
    }

    void OnWriteDone(bool ok) override {
        if (!ok) return Finish(grpc::Status::CANCELLED);
        StartRead(&reading);
    }

    void OnDone() override { delete this; }

    cellar::Reading reading;
    cellar::Warning warning;
};

} // namespace

// A reactor deletes itself: gRPC has no use for it after OnDone.
grpc::ServerReadReactor<cellar::Reading> *Thermometer::Record(grpc::CallbackServerContext *,
                                                              cellar::Summary *summary) {
    return new RecordReactor(summary);
}

grpc::ServerBidiReactor<cellar::Reading, cellar::Warning> *
Thermometer::Warn(grpc::CallbackServerContext *) {
    return new WarnReactor;
}
