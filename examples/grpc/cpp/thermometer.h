// The service cellar.Thermometer: one method for each kind of stream. Watch is in watch.cpp, and the
// other two in thermometer.cpp.
#pragma once

#include "cellar.grpc.pb.h"

class Thermometer final : public cellar::Thermometer::CallbackService {
    grpc::ServerWriteReactor<cellar::Reading> *Watch(grpc::CallbackServerContext *context,
                                                     const cellar::WatchRequest *request) override;

    grpc::ServerReadReactor<cellar::Reading> *Record(grpc::CallbackServerContext *context,
                                                     cellar::Summary *summary) override;

    grpc::ServerBidiReactor<cellar::Reading, cellar::Warning> *
    Warn(grpc::CallbackServerContext *context) override;
};
