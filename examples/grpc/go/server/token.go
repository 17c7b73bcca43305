package main

import (
	"context"
	"crypto/subtle"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

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
