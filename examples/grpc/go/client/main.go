// Call the Greeter and the thermometer from Go: each kind of call, and what can go wrong.
//
// Why you would: a Go program needs the answer of a server in another language. That may be any of
// those beside this folder, and `cargo run --example grpc_server`.
//
//	go generate -C examples/grpc/go
//	go run -C examples/grpc/go ./client 127.0.0.1:50051
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/polyglot/greeter/hellopb"
)

// bearer sends the token with each call, and with none where others could read it.
type bearer string

func (token bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(token)}, nil
}

func (bearer) RequireTransportSecurity() bool { return true }

func main() {
	log.SetFlags(0)
	ca := flag.String("ca", "", "`CERT`, who signed the server's certificate, in PEM")
	token := flag.String("token", "", "what every call brings")
	flag.Parse()
	address := "127.0.0.1:50051"
	if flag.NArg() > 0 {
		address = flag.Arg(0)
	}
	if (*ca == "") != (*token == "") {
		log.Fatal("--ca and --token come together: a token in plain text is everybody's")
	}

	// A call without a deadline waits forever for a server that hangs. This one is for all calls.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if *token == "" {
		run(ctx, connect(address, insecure.NewCredentials()))
		return
	}
	tls, err := credentials.NewClientTLSFromFile(*ca, "")
	check(err)
	// A token belongs to a call, a certificate to a connection.
	connection := connect(address, tls, grpc.WithPerRPCCredentials(bearer(*token)))
	run(ctx, connection)

	request := &hellopb.HelloRequest{Name: "Ferris"}
	_, without := hellopb.NewGreeterClient(connect(address, tls)).SayHello(ctx, request)
	_, with := hellopb.NewGreeterClient(connection).SayHello(ctx, request)
	fmt.Printf("token: %v without, %v with\n", codeOf(without), codeOf(with))
}

// connect only prepares: the first call connects, and says so if it cannot.
func connect(address string, credentials credentials.TransportCredentials, options ...grpc.DialOption) *grpc.ClientConn {
	options = append(options, grpc.WithTransportCredentials(credentials))
	connection, err := grpc.NewClient(address, options...)
	check(err)
	return connection
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
