package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/polyglot/greeter/cellarpb"
)

const (
	tooWarm       = 13.0
	maxIntervalMs = 60_000
)

var readings = []float64{11.5, 12, 11, 13.5}

// thermometer is the service cellar.Thermometer: one method for each kind of stream.
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
