#include "greeter.h"

#include <cstddef>
#include <string>

#include <grpcpp/support/error_details.h>

#include "google_rpc.pb.h"

// The status tells people what was wrong, and its details tell programs which field.
static grpc::Status invalid_name(std::size_t bytes) {
    const std::string rule = "must be 1 to 256 bytes";
    google::rpc::BadRequest details;
    auto *violation = details.add_field_violations();
    violation->set_field("name");
    violation->set_description(rule);

    google::rpc::Status rich;
    rich.set_code(grpc::StatusCode::INVALID_ARGUMENT);
    rich.set_message("name is " + std::to_string(bytes) + " bytes: it " + rule);
    rich.add_details()->PackFrom(details);

    grpc::Status status;
    grpc::SetErrorDetails(rich, &status);
    return status;
}

grpc::ServerUnaryReactor *Greeter::SayHello(grpc::CallbackServerContext *context,
                                            const hello::HelloRequest *request,
                                            hello::HelloReply *reply) {
    // The caller's request id goes back, ahead of the message.
    const auto &metadata = context->client_metadata();
    if (auto id = metadata.find("x-request-id"); id != metadata.end()) {
        context->AddInitialMetadata("x-request-id", {id->second.data(), id->second.size()});
    }

    auto *reactor = context->DefaultReactor();
    const std::string &name = request->name();
    if (name.empty() || name.size() > 256) {
        reactor->Finish(invalid_name(name.size()));
    } else {
        reply->set_message("Hello, " + name + "!");
        reactor->Finish(grpc::Status::OK);
    }
    return reactor;
}
