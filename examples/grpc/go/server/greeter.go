package main

import (
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/polyglot/greeter/hellopb"
)

const maxNameBytes = 256

// greeter is the service hello.Greeter.
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
