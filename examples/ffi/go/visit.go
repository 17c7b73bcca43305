package main

/*
#include "pgr_series.h"

// The header that Go makes declares goVisit without const, hence the cast.
int goVisit(pgr_sample *sample, void *user_data);
static pgr_visit visit(void) { return (pgr_visit)goVisit; }
*/
import "C"

import (
	"errors"
	"runtime/cgo"
	"unsafe"
)

// Each calls visit for each sample until it returns an error, and returns that error.
func (s *Series) Each(visit func(Sample) error) error {
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
	visit func(Sample) error
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
