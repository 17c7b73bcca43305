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
	"crypto/subtle"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/polyglot/greeter/cellarpb"
	"example.com/polyglot/greeter/hellopb"
)

const (
	maxNameBytes  = 256
	tooWarm       = 13.0
	maxIntervalMs = 60_000
	drainTime     = 5 * time.Second
)

var readings = []float64{11.5, 12, 11, 13.5}

type greeter struct {
	hellopb.UnimplementedGreeterServer
}

func (greeter) SayHello(ctx context.Context, request *hellopb.HelloRequest) (*hellopb.HelloReply, error) {
	if ids := metadata.ValueFromIncomingContext(ctx, "x-request-id"); len(ids) > 0 {
		if err := grpc.SetHeader(ctx, metadata.Pairs("x-request-id", ids[0])); err != nil {
			return nil, err
		}
	}
	name := request.GetName()
	if len(name) < 1 || len(name) > maxNameBytes {
		return nil, invalidName(len(name))
	}
	return &hellopb.HelloReply{Message: "Hello, " + name + "!"}, nil
}

// invalidName is INVALID_ARGUMENT, with the field that is wrong for a program to read.
func invalidName(size int) error {
	must := fmt.Sprintf("must be 1 to %d bytes", maxNameBytes)
	violation := &errdetails.BadRequest_FieldViolation{Field: "name", Description: must}
	invalid, err := status.Newf(codes.InvalidArgument, "name is %d bytes: it %s", size, must).
		WithDetails(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{violation}})
	if err != nil {
		return err
	}
	return invalid.Err()
}

type thermometer struct {
	cellarpb.UnimplementedThermometerServer
}

func (thermometer) Watch(request *cellarpb.WatchRequest, stream grpc.ServerStreamingServer[cellarpb.Reading]) error {
	if request.GetIntervalMs() > maxIntervalMs {
		return status.Errorf(codes.InvalidArgument, "interval is %d ms: it must be at most %d",
			request.GetIntervalMs(), maxIntervalMs)
	}
	sent, interval := uint32(0), time.Duration(request.GetIntervalMs())*time.Millisecond
	stopped := func(err error) error {
		fmt.Printf("watch: stopped after %d readings\n", sent)
		return err
	}
	for ; request.GetCount() == 0 || sent < request.GetCount(); sent++ {
		if sent > 0 {
			// After time.Sleep, Send would still take readings for a caller whose deadline has passed.
			select {
			case <-time.After(interval):
			case <-stream.Context().Done():
				return stopped(status.FromContextError(stream.Context().Err()).Err())
			}
		}
		// Waits while the caller is slow, and fails when it has gone.
		reading := &cellarpb.Reading{Celsius: readings[int(sent)%len(readings)]}
		if err := stream.Send(reading); err != nil {
			return stopped(err)
		}
	}
	return nil
}

func (thermometer) Record(stream grpc.ClientStreamingServer[cellarpb.Reading, cellarpb.Summary]) error {
	summary := &cellarpb.Summary{}
	for {
		reading, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		celsius := reading.GetCelsius()
		if summary.Count == 0 {
			summary.Lowest, summary.Highest = celsius, celsius
		}
		summary.Count++
		summary.Lowest = min(summary.Lowest, celsius)
		summary.Highest = max(summary.Highest, celsius)
	}
	if summary.Count == 0 {
		return status.Error(codes.InvalidArgument, "there is no reading to sum up")
	}
	return stream.SendAndClose(summary)
}

func (thermometer) Warn(stream grpc.BidiStreamingServer[cellarpb.Reading, cellarpb.Warning]) error {
	for {
		reading, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if celsius := reading.GetCelsius(); celsius > tooWarm {
			message := fmt.Sprintf("%.1f is too warm", celsius)
			if err := stream.Send(&cellarpb.Warning{Celsius: celsius, Message: message}); err != nil {
				return err
			}
		}
	}
}

// checkToken returns UNAUTHENTICATED for a call that does not bring the token.
func checkToken(ctx context.Context, token string) error {
	var sent string
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) > 0 {
		sent = values[0]
	}
	// == would stop at the first wrong byte, and its time would tell how many were right.
	if subtle.ConstantTimeCompare([]byte(sent), []byte("Bearer "+token)) == 1 {
		return nil
	}
	return status.Error(codes.Unauthenticated, "send the token as authorization: Bearer TOKEN")
}

// requireToken checks both kinds of calls: a unary interceptor alone would leave the streams open.
func requireToken(token string) []grpc.ServerOption {
	unary := func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := checkToken(ctx, token); err != nil {
			return nil, err
		}
		return next(ctx, request)
	}
	stream := func(service any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		if err := checkToken(stream.Context(), token); err != nil {
			return err
		}
		return next(service, stream)
	}
	return []grpc.ServerOption{grpc.UnaryInterceptor(unary), grpc.StreamInterceptor(stream)}
}

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
