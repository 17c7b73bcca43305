// Each kind of call. A method makes one, and prints what arrives.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "cellar.grpc.pb.h"
#include "hello.grpc.pb.h"

class Calls {
public:
    Calls(const std::shared_ptr<grpc::Channel> &channel,
          std::shared_ptr<grpc::CallCredentials> token);

    void unary();
    std::vector<cellar::Reading> server_stream();
    void client_stream(const std::vector<cellar::Reading> &readings);
    void both_ways(const std::vector<cellar::Reading> &readings);
    void deadline();
    void error();
    void metadata();
    void authentication();

private:
    std::unique_ptr<grpc::ClientContext>
    context(std::chrono::milliseconds within = std::chrono::seconds(5)) const;

    const std::unique_ptr<hello::Greeter::Stub> greeter;
    const std::unique_ptr<cellar::Thermometer::Stub> thermometer;
    const std::shared_ptr<grpc::CallCredentials> token; // may be null
};
