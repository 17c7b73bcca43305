package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/polyglot/greeter/cellarpb"
	"example.com/polyglot/greeter/hellopb"
)

// run makes each kind of call, and prints what arrives.
func run(ctx context.Context, connection grpc.ClientConnInterface) {
	greeter := hellopb.NewGreeterClient(connection)
	thermometer := cellarpb.NewThermometerClient(connection)

	reply, err := greeter.SayHello(ctx, &hellopb.HelloRequest{Name: "Ferris"})
	check(err)
	fmt.Println("unary:", reply.GetMessage())

	watch, err := thermometer.Watch(ctx, &cellarpb.WatchRequest{Count: 4, IntervalMs: 10})
	check(err)
	readings, err := receiveAll(watch.Recv)
	check(err)
	fmt.Print("stream:")
	for _, reading := range readings {
		fmt.Printf(" %.1f", reading.GetCelsius())
	}
	fmt.Println()

	record, err := thermometer.Record(ctx)
	check(err)
	send(record, readings)
	summary, err := record.CloseAndRecv()
	check(err)
	fmt.Printf("summary: %d readings, %.1f to %.1f\n",
		summary.GetCount(), summary.GetLowest(), summary.GetHighest())

	warn, err := thermometer.Warn(ctx)
	check(err)
	// At the same time: a client that sends everything before it receives waits forever once both sides' buffers are full.
	go func() {
		send(warn, readings)
		check(warn.CloseSend())
	}()
	warnings, err := receiveAll(warn.Recv)
	check(err)
	var messages []string
	for _, warning := range warnings {
		messages = append(messages, warning.GetMessage())
	}
	fmt.Println("warnings:", strings.Join(messages, ", "))

	// The deadline travels with the call, so the server stops as well.
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	endless, err := thermometer.Watch(short, &cellarpb.WatchRequest{IntervalMs: 10})
	check(err)
	received, err := receiveAll(endless.Recv)
	if err == nil || len(received) == 0 {
		log.Fatalf("an endless stream has ended after %d readings: %v", len(received), err)
	}
	fmt.Println("deadline:", codeOf(err))

	_, err = greeter.SayHello(ctx, &hellopb.HelloRequest{Name: ""})
	violation := fieldViolation(err)
	fmt.Printf("error: %v, %s: %s\n", codeOf(err), violation.GetField(), violation.GetDescription())

	var header metadata.MD
	withID := metadata.AppendToOutgoingContext(ctx, "x-request-id", "request-1")
	_, err = greeter.SayHello(withID, &hellopb.HelloRequest{Name: "Ferris"}, grpc.Header(&header))
	check(err)
	fmt.Println("metadata:", strings.Join(header.Get("x-request-id"), ", "))
}

// send sends all of it, or as much as the server takes. What ended the call is for Recv to say: the
// error here is io.EOF, whatever the reason.
func send[T any](stream interface{ Send(T) error }, messages []T) {
	for _, message := range messages {
		if stream.Send(message) != nil {
			return
		}
	}
}

// receiveAll calls receive up to the end of the stream, which is not an error.
func receiveAll[T any](receive func() (T, error)) (messages []T, err error) {
	for {
		message, err := receive()
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, message)
	}
}

// fieldViolation finds what a program can read beside the status's message, which is for people.
func fieldViolation(err error) *errdetails.BadRequest_FieldViolation {
	for _, detail := range status.Convert(err).Details() {
		if invalid, ok := detail.(*errdetails.BadRequest); ok {
			return invalid.GetFieldViolations()[0]
		}
	}
	log.Fatalf("no field violation came with: %v", err)
	return nil
}

// codeOf names a code as the specification does. grpc-go's own names are DeadlineExceeded and such.
func codeOf(err error) code.Code { return code.Code(status.Code(err)) }
