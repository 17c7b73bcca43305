// Call Rust from Go, with cgo.
//
// Why you would: the Rust library exists already, and a port to Go would be a second one to
// maintain.
//
//	cargo rustc -p ffi-demo --lib --crate-type staticlib
//	CGO_LDFLAGS="$PWD/target/debug/libffi_demo.a -lm" go run -C examples/ffi/go .
//
// This file makes a Go type of the C functions, visit.go lets Rust call Go, and main.go uses both.
package main

/*
#cgo CFLAGS: -I${SRCDIR}/../../../crates/ffi-demo/include
#include <stdlib.h>
#include "pgr_series.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// The names that a program needs, so that it need not import C.
const (
	Celsius     = C.PGR_UNIT_CELSIUS
	UnknownUnit = C.PGR_UNKNOWN_UNIT
	Panic       = C.PGR_PANIC
)

// Sample is one measurement, in the memory layout of C.
type Sample = C.pgr_sample

// LiveCount is the number of series and strings that are not freed yet.
func LiveCount() uint { return uint(C.pgr_live_count()) }

// Error is a failure of the library. Rust's panics are reported in the same way.
type Error struct {
	Status  uint32 // a pgr_status
	Message string
}

func (e *Error) Error() string { return e.Message }

// call runs f, and returns the library's message when f reports a failure. The library keeps the
// last failure for each thread, and between two calls Go may move a goroutine to another thread.
func call(f func() (ok bool)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if f() {
		return nil
	}
	message := make([]byte, C.pgr_last_error(nil, 0))
	C.pgr_last_error((*C.char)(unsafe.Pointer(unsafe.SliceData(message))), C.size_t(len(message)))
	return &Error{uint32(C.pgr_last_status()), string(message[:len(message)-1])}
}

// cString copies text for C, and the caller frees the copy. A C string ends at its first NUL:
// C.CString would copy all of it, and Rust would see only a part.
func cString(text string) (*C.char, error) {
	if end := strings.IndexByte(text, 0); end >= 0 {
		return nil, fmt.Errorf("a C string would end at byte %d", end)
	}
	return C.CString(text), nil
}

// Series holds measurements in the order they were taken. Its owner has to Close it.
type Series struct{ handle *C.pgr_series }

// NewSeries makes an empty series.
func NewSeries(name string, unit int32) (*Series, error) {
	cName, err := cString(name)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(cName)) // malloc made it; what Rust made, Rust frees
	var handle *C.pgr_series
	err = call(func() bool {
		handle = C.pgr_series_new(cName, C.int32_t(unit))
		return handle != nil
	})
	if err != nil {
		return nil, err
	}
	return &Series{handle}, nil
}

// Close frees the series. A second Close does nothing.
func (s *Series) Close() {
	C.pgr_series_free(s.handle)
	s.handle = nil
}

// Name returns a copy: the C string ends with the series.
func (s *Series) Name() string { return C.GoString(C.pgr_series_name(s.handle)) }

// Extend appends samples. Rust borrows Go's array for the call.
func (s *Series) Extend(samples []Sample) error {
	return call(func() bool {
		first, count := unsafe.SliceData(samples), C.size_t(len(samples))
		return C.pgr_series_extend(s.handle, first, count) == C.PGR_OK
	})
}

// Values returns all values.
func (s *Series) Values() ([]float64, error) {
	var count C.size_t
	C.pgr_series_values(s.handle, nil, 0, &count)
	values := make([]float64, count)
	return values, call(func() bool {
		out := (*C.double)(unsafe.SliceData(values))
		return C.pgr_series_values(s.handle, out, count, &count) == C.PGR_OK
	})
}

// Describe returns a sentence about the series.
func (s *Series) Describe() (string, error) {
	var text *C.char
	err := call(func() bool {
		text = C.pgr_series_describe(s.handle)
		return text != nil
	})
	defer C.pgr_string_free(text)
	return C.GoString(text), err
}

// Clamp moves values into a range.
func (s *Series) Clamp(lowest, highest float64) error {
	return call(func() bool {
		return C.pgr_series_clamp(s.handle, C.double(lowest), C.double(highest)) == C.PGR_OK
	})
}
