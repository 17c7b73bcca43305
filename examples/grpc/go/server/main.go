// Serve the Greeter and the thermometer from Go, with grpc-go.
//
// Why you would: the answer is in a Go program already. A call costs a goroutine, and its context
// ends when the caller goes or its deadline passes.
//
//	go generate -C examples/grpc/go
//	go run -C examples/grpc/go ./server
//
// Generating needs protoc: apt-get install protobuf-compiler, brew install protobuf.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"example.com/polyglot/greeter/cellarpb"
	"example.com/polyglot/greeter/hellopb"
)

const drainTime = 5 * time.Second

func main() {
	log.SetFlags(0)
	options, address := settings()
	server := grpc.NewServer(options...)
	hellopb.RegisterGreeterServer(server, greeter{})
	cellarpb.RegisterThermometerServer(server, thermometer{})

	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())

	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		// An endless stream would keep GracefulStop waiting forever.
		defer time.AfterFunc(drainTime, server.Stop).Stop()
		server.GracefulStop()
	}()
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
	<-stopped // Serve returns when the draining begins
	fmt.Println("stopped")
}

// settings reads the options and the address, and prepares TLS and the check of the token.
func settings() (options []grpc.ServerOption, address string) {
	certificate := flag.String("tls", "", "`CERT KEY`, two files in PEM")
	token := flag.String("token", "", "what every call has to bring")
	flag.Parse()
	rest := flag.Args()
	var key string
	if *certificate != "" && len(rest) > 0 {
		// An option of two values: package flag knows only the first.
		key = rest[0]
		flag.CommandLine.Parse(rest[1:])
		rest = flag.Args()
	}
	if (*certificate == "") != (*token == "") {
		log.Fatal("--tls and --token come together: a token in plain text is everybody's")
	}
	address = "127.0.0.1:50051"
	if len(rest) > 0 {
		address = rest[0]
	}
	if *token == "" {
		return nil, address
	}
	tls, err := credentials.NewServerTLSFromFile(*certificate, key)
	if err != nil {
		log.Fatal(err)
	}
	return append(requireToken(*token), grpc.Creds(tls)), address
}
