// Call the Greeter and the Thermometer from C++, in each way there is.
//
// Why you would: the code that you need exists, in a language that is not C++.
//
//   cmake -S examples/grpc/cpp -B target/grpc-cpp
//   cmake --build target/grpc-cpp
//   target/grpc-cpp/client
//
// Takes [--ca CERT --token TOKEN] [ADDRESS].

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/error_details.h>

#include "cellar.grpc.pb.h"
#include "google_rpc.pb.h"
#include "hello.grpc.pb.h"

using namespace std::chrono_literals;

// gRPC has the codes' names in its documentation, and not in C++.
static std::string name(grpc::StatusCode code) {
    static constexpr std::array NAMES{
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
        "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED"};
    return NAMES.at(code);
}

// A status is a value, and easily ignored: each one goes through this or the next function.
static void check(const grpc::Status &status) {
    if (!status.ok()) {
        throw std::runtime_error(name(status.error_code()) + ": " + status.error_message());
    }
}

static std::string refused(const grpc::Status &status) {
    if (status.ok()) throw std::runtime_error("a call that has to fail succeeded");
    return name(status.error_code());
}

// The first of the field violations that came with the status.
static google::rpc::BadRequest::FieldViolation field_violation(const grpc::Status &status) {
    google::rpc::Status rich;
    check(grpc::ExtractErrorDetails(status, &rich));
    for (const auto &detail : rich.details()) {
        google::rpc::BadRequest bad_request;
        if (detail.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
            return bad_request.field_violations(0);
        }
    }
    throw std::runtime_error("the status names no field: " + status.error_message());
}

static std::string fixed(double celsius) {
    char text[400];
    std::snprintf(text, sizeof text, "%.1f", celsius);
    return text;
}

static hello::HelloRequest hello_to(const std::string &name) {
    hello::HelloRequest request;
    request.set_name(name);
    return request;
}

class Client {
public:
    Client(const std::shared_ptr<grpc::Channel> &channel,
           std::shared_ptr<grpc::CallCredentials> token)
        : greeter(hello::Greeter::NewStub(channel)),
          thermometer(cellar::Thermometer::NewStub(channel)), token(std::move(token)) {}

    void unary() {
        hello::HelloReply reply;
        check(greeter->SayHello(context().get(), hello_to("Ferris"), &reply));
        std::cout << "unary: " << reply.message() << std::endl;
    }

    std::vector<cellar::Reading> server_stream() {
        auto call = context();
        auto reader = thermometer->Watch(call.get(), watch(4));
        std::vector<cellar::Reading> readings;
        for (cellar::Reading reading; reader->Read(&reading);) readings.push_back(reading);
        // Read returns false at the end, and also when the stream broke off: Finish tells which.
        check(reader->Finish());

        std::cout << "stream:";
        for (const auto &reading : readings) std::cout << ' ' << fixed(reading.celsius());
        std::cout << std::endl;
        return readings;
    }

    void client_stream(const std::vector<cellar::Reading> &readings) {
        auto call = context();
        cellar::Summary summary;
        auto writer = thermometer->Record(call.get(), &summary);
        for (const auto &reading : readings) {
            if (!writer->Write(reading)) break;
        }
        writer->WritesDone();
        check(writer->Finish());
        std::cout << "summary: " << summary.count() << " readings, " << fixed(summary.lowest())
                  << " to " << fixed(summary.highest()) << std::endl;
    }

    // With more to say than fits on the way, the writes need a thread of their own: the server
    // waits with reading until somebody reads its answers.
    void both_ways(const std::vector<cellar::Reading> &readings) {
        auto call = context();
        auto stream = thermometer->Warn(call.get());
        for (const auto &reading : readings) {
            if (!stream->Write(reading)) break;
        }
        stream->WritesDone();
        std::string warnings;
        for (cellar::Warning warning; stream->Read(&warning);) {
            warnings += (warnings.empty() ? "" : ", ") + warning.message();
        }
        check(stream->Finish());
        std::cout << "warnings: " << warnings << std::endl;
    }

    void deadline() {
        auto call = context(300ms);
        auto reader = thermometer->Watch(call.get(), watch(0));
        cellar::Reading reading;
        if (!reader->Read(&reading)) check(reader->Finish());
        while (reader->Read(&reading)) {}
        std::cout << "deadline: " << refused(reader->Finish()) << std::endl;
    }

    void error() {
        hello::HelloReply reply;
        auto status = greeter->SayHello(context().get(), hello_to(""), &reply);
        auto violation = field_violation(status);
        std::cout << "error: " << refused(status) << ", " << violation.field() << ": "
                  << violation.description() << std::endl;
    }

    void metadata() {
        auto call = context();
        call->AddMetadata("x-request-id", "request-1");
        hello::HelloReply reply;
        check(greeter->SayHello(call.get(), hello_to("Ferris"), &reply));
        const auto &response = call->GetServerInitialMetadata();
        auto id = response.find("x-request-id");
        if (id == response.end()) throw std::runtime_error("the response has no x-request-id");
        std::cout << "metadata: " << id->second << std::endl;
    }

    void authentication() {
        auto call = context();
        call->set_credentials(nullptr);
        hello::HelloReply reply;
        auto without = greeter->SayHello(call.get(), hello_to("Ferris"), &reply);
        check(greeter->SayHello(context().get(), hello_to("Ferris"), &reply));
        std::cout << "token: " << refused(without) << " without, OK with" << std::endl;
    }

private:
    // A context is one call's: gRPC ends the process when it is used for a second one.
    std::unique_ptr<grpc::ClientContext> context(std::chrono::milliseconds within = 5s) const {
        auto context = std::make_unique<grpc::ClientContext>();
        context->set_deadline(std::chrono::system_clock::now() + within);
        context->set_credentials(token);
        return context;
    }

    static cellar::WatchRequest watch(unsigned count) {
        cellar::WatchRequest request;
        request.set_count(count);
        request.set_interval_ms(10);
        return request;
    }

    const std::unique_ptr<hello::Greeter::Stub> greeter;
    const std::unique_ptr<cellar::Thermometer::Stub> thermometer;
    const std::shared_ptr<grpc::CallCredentials> token; // may be null
};

static std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) throw std::runtime_error(path + " cannot be read, or is empty");
    return text;
}

static void call(const std::vector<std::string> &arguments) {
    std::string ca, token, address = "127.0.0.1:50051";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto next = [&] {
            if (++i < arguments.size()) return arguments[i];
            throw std::runtime_error("a value is missing after " + arguments.back());
        };
        if (arguments[i] == "--ca") ca = next();
        else if (arguments[i] == "--token") token = next();
        else address = arguments[i];
    }
    if (ca.empty() != token.empty()) {
        throw std::runtime_error(
            "--ca and --token go together: a token in plain text is anybody's");
    }

    auto security = ca.empty() ? grpc::InsecureChannelCredentials()
                               : grpc::SslCredentials({read_file(ca), "", ""});
    // gRPC sends it as `authorization: Bearer TOKEN`, and over TLS only.
    Client client(grpc::CreateChannel(address, security),
                  token.empty() ? nullptr : grpc::AccessTokenCredentials(token));
    client.unary();
    auto readings = client.server_stream();
    client.client_stream(readings);
    client.both_ways(readings);
    client.deadline();
    client.error();
    client.metadata();
    if (!token.empty()) client.authentication();
}

int main(int argc, char **argv) {
    try {
        call({argv + 1, argv + argc});
        return 0;
    } catch (const std::exception &error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
}
