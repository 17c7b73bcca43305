// The service hello.Greeter.
#pragma once

#include "hello.grpc.pb.h"

class Greeter final : public hello::Greeter::CallbackService {
    grpc::ServerUnaryReactor *SayHello(grpc::CallbackServerContext *context,
                                       const hello::HelloRequest *request,
                                       hello::HelloReply *reply) override;
};
