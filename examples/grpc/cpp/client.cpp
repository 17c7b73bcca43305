// Call the Greeter and the Thermometer from C++, in each way there is.
//
// Why you would: the code that you need exists, in a language that is not C++.
//
//   cmake -S examples/grpc/cpp -B target/grpc-cpp
//   cmake --build target/grpc-cpp
//   target/grpc-cpp/client
//
// Takes [--ca CERT --token TOKEN] [ADDRESS].

#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "calls.h"

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
    Calls calls(grpc::CreateChannel(address, security),
                token.empty() ? nullptr : grpc::AccessTokenCredentials(token));
    calls.unary();
    auto readings = calls.server_stream();
    calls.client_stream(readings);
    calls.both_ways(readings);
    calls.deadline();
    calls.error();
    calls.metadata();
    if (!token.empty()) calls.authentication();
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
