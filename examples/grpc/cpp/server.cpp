// Serve the Greeter and the Thermometer in C++. Ctrl-C ends it.
//
// Why you would: the code that others need is C++ already, and no caller has to know.
//
//   cmake -S examples/grpc/cpp -B target/grpc-cpp
//   cmake --build target/grpc-cpp
//   target/grpc-cpp/server
//
// Takes [--tls CERT KEY --token TOKEN] [ADDRESS]. This is gRPC's callback API: a method returns at
// once, and a reactor continues when there is something to read or room to write. With the
// synchronous one, a thread would wait in each stream.

#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <openssl/crypto.h>

#include "greeter.h"
#include "thermometer.h"

using namespace std::chrono_literals;

// Lets in only callers that have the token.
class Authentication final : public grpc::AuthMetadataProcessor {
public:
    explicit Authentication(const std::string &token) : expected("Bearer " + token) {}

    bool IsBlocking() const override { return false; }

    grpc::Status Process(const InputMetadata &metadata, grpc::AuthContext *,
                         OutputMetadata *consumed, OutputMetadata *) override {
        auto given = metadata.find("authorization");
        // == stops at the first difference: its time tells how much of a guess was right.
        if (given == metadata.end() || given->second.size() != expected.size() ||
            CRYPTO_memcmp(given->second.data(), expected.data(), expected.size()) != 0) {
            return {grpc::StatusCode::UNAUTHENTICATED,
                    "no valid token: send the metadata authorization: Bearer TOKEN"};
        }
        consumed->emplace("authorization", expected);
        return grpc::Status::OK;
    }

private:
    const std::string expected;
};

static std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) throw std::runtime_error(path + " cannot be read, or is empty");
    return text;
}

static std::shared_ptr<grpc::ServerCredentials>
tls(const std::string &certificate, const std::string &key, const std::string &token) {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({read_file(key), read_file(certificate)});
    auto credentials = grpc::SslServerCredentials(options);
    credentials->SetAuthMetadataProcessor(std::make_shared<Authentication>(token));
    return credentials;
}

static void serve(const std::vector<std::string> &arguments) {
    std::string certificate, key, token, address = "127.0.0.1:50051";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto next = [&] {
            if (++i < arguments.size()) return arguments[i];
            throw std::runtime_error("a value is missing after " + arguments.back());
        };
        if (arguments[i] == "--tls") certificate = next(), key = next();
        else if (arguments[i] == "--token") token = next();
        else address = arguments[i];
    }
    if (certificate.empty() != token.empty()) {
        throw std::runtime_error(
            "--tls and --token go together: a token in plain text is anybody's");
    }

    // The signals are for sigwait. gRPC's threads inherit that, so this comes before there are any.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    Greeter greeter;
    Thermometer thermometer;
    int port = 0;
    grpc::ServerBuilder builder;
    // gRPC 1.51 ends a call at its deadline, and sends the trailers a second time when the method
    // then finishes it. Rust's client takes that for the broken protocol that it is, and closes the
    // connection with every call on it. So Watch looks at the deadline itself.
    builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
    builder.AddListeningPort(address,
                             token.empty() ? grpc::InsecureServerCredentials()
                                           : tls(certificate, key, token),
                             &port);
    // Otherwise a second server may take the same port, and gets some of the connections.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.RegisterService(&greeter);
    builder.RegisterService(&thermometer);
    auto server = builder.BuildAndStart();
    if (!server) throw std::runtime_error("cannot listen on " + address);
    std::cout << "listening on " << address.substr(0, address.rfind(':')) << ':' << port
              << std::endl;

    int signal = 0;
    sigwait(&signals, &signal);
    // Takes no new calls, and gives those in flight five seconds.
    server->Shutdown(std::chrono::system_clock::now() + 5s);
    std::cout << "stopped" << std::endl;
}

int main(int argc, char **argv) {
    try {
        serve({argv + 1, argv + argc});
        return 0;
    } catch (const std::exception &error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
}
