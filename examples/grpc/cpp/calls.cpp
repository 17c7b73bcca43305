#include "calls.h"

#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "status.h"

using namespace std::chrono_literals;

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

static cellar::WatchRequest watch(unsigned count) {
    cellar::WatchRequest request;
    request.set_count(count);
    request.set_interval_ms(10);
    return request;
}

Calls::Calls(const std::shared_ptr<grpc::Channel> &channel,
             std::shared_ptr<grpc::CallCredentials> token)
    : greeter(hello::Greeter::NewStub(channel)), thermometer(cellar::Thermometer::NewStub(channel)),
      token(std::move(token)) {}

// A context is one call's: gRPC ends the process when it is used for a second one.
std::unique_ptr<grpc::ClientContext> Calls::context(std::chrono::milliseconds within) const {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + within);
    context->set_credentials(token);
    return context;
}

void Calls::unary() {
    hello::HelloReply reply;
    check(greeter->SayHello(context().get(), hello_to("Ferris"), &reply));
    std::cout << "unary: " << reply.message() << std::endl;
}

std::vector<cellar::Reading> Calls::server_stream() {
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

void Calls::client_stream(const std::vector<cellar::Reading> &readings) {
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

// With more to say than fits on the way, the writes need a thread of their own: the server waits
// with reading until somebody reads its answers.
void Calls::both_ways(const std::vector<cellar::Reading> &readings) {
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

void Calls::deadline() {
    auto call = context(300ms);
    auto reader = thermometer->Watch(call.get(), watch(0));
    cellar::Reading reading;
    if (!reader->Read(&reading)) check(reader->Finish());
    while (reader->Read(&reading)) {}
    std::cout << "deadline: " << refused(reader->Finish()) << std::endl;
}

void Calls::error() {
    hello::HelloReply reply;
    auto status = greeter->SayHello(context().get(), hello_to(""), &reply);
    auto violation = field_violation(status);
    std::cout << "error: " << refused(status) << ", " << violation.field() << ": "
              << violation.description() << std::endl;
}

void Calls::metadata() {
    auto call = context();
    call->AddMetadata("x-request-id", "request-1");
    hello::HelloReply reply;
    check(greeter->SayHello(call.get(), hello_to("Ferris"), &reply));
    const auto &response = call->GetServerInitialMetadata();
    auto id = response.find("x-request-id");
    if (id == response.end()) throw std::runtime_error("the response has no x-request-id");
    std::cout << "metadata: " << id->second << std::endl;
}

void Calls::authentication() {
    auto call = context();
    call->set_credentials(nullptr);
    hello::HelloReply reply;
    auto without = greeter->SayHello(call.get(), hello_to("Ferris"), &reply);
    check(greeter->SayHello(context().get(), hello_to("Ferris"), &reply));
    std::cout << "token: " << refused(without) << " without, OK with" << std::endl;
}
