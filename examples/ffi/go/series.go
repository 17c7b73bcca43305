// Call Rust from Go, with cgo.
//
// Why you would: the Rust library exists already, and a port to Go would be a second one to
// maintain.
//
//	cargo rustc -p ffi-demo --lib --crate-type staticlib
//	CGO_LDFLAGS="$PWD/target/debug/libffi_demo.a -lm" go run -C examples/ffi/go .
package main

/*
#cgo CFLAGS: -I${SRCDIR}/../../../crates/ffi-demo/include
#include <stdlib.h>
#include "pgr_series.h"

// The header that Go makes declares goVisit without const, hence the cast.
int goVisit(pgr_sample *sample, void *user_data);
static pgr_visit visit(void) { return (pgr_visit)goVisit; }
*/
import "C"

import (
	"errors"
	"fmt"
	"log"
	"runtime"
	"runtime/cgo"
	"slices"
	"strings"
	"unsafe"
)

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
func (s *Series) Extend(samples []C.pgr_sample) error {
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

// Each calls visit for each sample until it returns an error, and returns that error.
func (s *Series) Each(visit func(C.pgr_sample) error) error {
	visiting := visiting{visit: visit}
	// C may not keep a pointer to Go memory that holds pointers. A cgo.Handle is a number for it.
	handle := cgo.NewHandle(&visiting)
	defer handle.Delete()
	err := call(func() bool {
		status := C.pgr_series_each(s.handle, C.visit(), unsafe.Pointer(&handle))
		return status == C.PGR_OK || status == C.PGR_STOPPED
	})
	return errors.Join(visiting.err, err)
}

type visiting struct {
	visit func(C.pgr_sample) error
	err   error
}

// A Go panic may not pass through Rust either: it would end the process. An error waits until Rust
// has returned.
//
//export goVisit
func goVisit(sample *C.pgr_sample, userData unsafe.Pointer) C.int {
	visiting := (*(*cgo.Handle)(userData)).Value().(*visiting)
	if visiting.err = visiting.visit(*sample); visiting.err != nil {
		return 1
	}
	return 0
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

func main() {
	show()
	assert(C.pgr_live_count() == 0)
	fmt.Println("not freed:", C.pgr_live_count())
}

func show() {
	series, err := NewSeries("cellar", C.PGR_UNIT_CELSIUS)
	check(err)
	defer series.Close()
	assert(series.Name() == "cellar")
	fmt.Println("name:", series.Name())

	check(series.Extend([]C.pgr_sample{{0, 11.5}, {1000, 12}, {2000, 11}, {3000, 13.5}}))
	values, err := series.Values()
	check(err)
	assert(slices.Equal(values, []float64{11.5, 12, 11, 13.5}))
	fmt.Print("values:")
	for _, value := range values {
		fmt.Printf(" %.1f", value)
	}

	fmt.Print("\nvisited:")
	tooCold := series.Each(func(sample C.pgr_sample) error {
		if sample.value < 11.5 {
			return fmt.Errorf("%.1f is too cold", sample.value)
		}
		fmt.Printf(" %.1f", sample.value)
		return nil
	})
	assert(tooCold != nil)
	fmt.Println(", stopped by:", tooCold)

	sentence, err := series.Describe()
	check(err)
	fmt.Println("described:", sentence)

	var refused, panicked *Error
	_, err = NewSeries("cellar", 99)
	assert(errors.As(err, &refused) && refused.Status == C.PGR_UNKNOWN_UNIT)
	fmt.Printf("refused: %d, %v\n", refused.Status, refused)

	_, err = NewSeries("cel\x00lar", C.PGR_UNIT_CELSIUS)
	assert(err != nil)
	fmt.Printf("with a NUL: refused, %v\n", err)

	err = series.Clamp(30, 0)
	assert(errors.As(err, &panicked) && panicked.Status == C.PGR_PANIC)
	fmt.Printf("panicked: %d, %v\n", panicked.Status, panicked)

	values, err = series.Values()
	check(err)
	assert(len(values) == 4)
	fmt.Println("still there:", len(values), "values")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func assert(holds bool) {
	if !holds {
		log.Panic("an assertion does not hold")
	}
}
