// Thermometer::Watch, which sends readings until the caller has as many as it asked for, or is gone.
#include "thermometer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <string>

#include <grpcpp/alarm.h>

using namespace std::chrono_literals;

namespace {

constexpr std::array READINGS{11.5, 12.0, 11.0, 13.5};
constexpr auto LONGEST_INTERVAL = 1min;

using Clock = std::chrono::system_clock; // gRPC's deadlines are times of the day

// Each step starts the next one. After Finish, OnDone comes as the very last.
class WatchReactor final : public grpc::ServerWriteReactor<cellar::Reading> {
public:
    WatchReactor(const cellar::WatchRequest &request, Clock::time_point deadline)
        : deadline(deadline), count(request.count()), interval(request.interval_ms()) {
        if (interval > LONGEST_INTERVAL) {
            Finish({grpc::StatusCode::INVALID_ARGUMENT,
                    "interval_ms is " + std::to_string(interval.count()) +
                        ": it must be at most 60000"});
        } else {
            send();
        }
    }

private:
    void send() {
        // gRPC's own check of the deadline is off: see server.cpp.
        if (Clock::now() >= deadline) {
            {
                std::lock_guard lock(mutex);
                gone = true;
            }
            // Not under the lock: OnDone may come before Finish returns, and delete the mutex.
            return Finish({grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline has passed"});
        }
        reading.set_celsius(READINGS[sent % READINGS.size()]);
        StartWrite(&reading);
    }

    // There is room for the next reading: a caller that does not read does not fill the memory.
    void OnWriteDone(bool ok) override {
        if (!ok) return Finish(grpc::Status::CANCELLED);
        if (++sent == count) return Finish(grpc::Status::OK);
        if (interval == 0ms) return send();

        std::lock_guard lock(mutex);
        if (gone) return Finish(grpc::Status::CANCELLED);
        alarm.Set(std::min(Clock::now() + interval, deadline), [this](bool due) {
            if (due) send();
            else Finish(grpc::Status::CANCELLED);
        });
    }

    // The caller has gone. Without this, the alarm would run on.
    void OnCancel() override {
        std::lock_guard lock(mutex);
        gone = true;
        alarm.Cancel();
    }

    void OnDone() override {
        if (gone) std::cout << "watch: stopped after " << sent << " readings" << std::endl;
        delete this;
    }

    const Clock::time_point deadline;
    const std::uint64_t count;
    const std::chrono::milliseconds interval;
    std::uint64_t sent = 0;
    cellar::Reading reading;
    std::mutex mutex; // of the two below
    bool gone = false; // the caller, or its time
    grpc::Alarm alarm;
};

} // namespace

// A reactor deletes itself: gRPC has no use for it after OnDone.
grpc::ServerWriteReactor<cellar::Reading> *
Thermometer::Watch(grpc::CallbackServerContext *context, const cellar::WatchRequest *request) {
    return new WatchReactor(*request, context->deadline());
}
