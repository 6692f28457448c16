// Package upid calls UPID, the Universal Pod Intelligence Director, through its C ABI: which pods are idle, what they
// cost, what size they should be.
//
// Input and output are JSON in the forms of UPID's schema (see [Operations]); samples go in as slices. The package
// reads no file, no clock and no environment.
//
// Link it with the library that upid-ffi builds:
//
//	CGO_CFLAGS="-I…/upid-ffi/include" CGO_LDFLAGS="-L…/target/release -lupid" go build ./...
package upid

/*
#include "upid.h"
*/
import "C"

import (
	"encoding/json"
	"runtime"
	"unsafe"
)

// Version is the version of the linked library.
func Version() string { return C.GoString(C.upid_version()) }

// Error is the error of every call: what went wrong, where, and how to mend it. Get it with [errors.As].
type Error struct {
	// Code is stable, e.g. "UPID_EMPTY_SERIES".
	Code string `json:"code"`
	// Number is the code's stable number.
	Number int `json:"number"`
	// Class groups codes, e.g. "InvalidInputError".
	Class   string         `json:"class"`
	Message string         `json:"message"`
	Hint    string         `json:"hint"`
	Where   Place          `json:"where"`
	Details map[string]any `json:"details"`
	text    string
}

// Place says where in the input an error stands; what is unknown is nil or empty.
type Place struct {
	Path       string  `json:"path"`
	Row        *uint64 `json:"row"`
	ByteOffset *uint64 `json:"byteOffset"`
	Line       *uint64 `json:"line"`
	Column     *uint64 `json:"column"`
}

// Error gives code, message, place and hint in one line.
func (e *Error) Error() string { return e.text }

// do runs a call of the library. Its last error belongs to the OS thread, so the goroutine must not move between the
// call and the question what went wrong.
func do(call func() C.int32_t) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := call()
	if status == C.UPID_OK {
		return nil
	}
	failure := &Error{Code: statusName(status), Number: int(status)}
	failure.text = lastError(func(buffer *C.char, capacity C.size_t, needed *C.size_t) {
		C.upid_last_error(buffer, capacity, needed)
	})
	text := lastError(func(buffer *C.char, capacity C.size_t, needed *C.size_t) {
		C.upid_last_error_json(buffer, capacity, needed)
	})
	// On JSON that cannot be read the code alone stands, which is true as well.
	_ = json.Unmarshal([]byte(text), failure)
	return failure
}

func lastError(read func(buffer *C.char, capacity C.size_t, needed *C.size_t)) string {
	var needed C.size_t
	read(nil, 0, &needed)
	if needed == 0 {
		return ""
	}
	buffer := make([]byte, needed)
	read((*C.char)(unsafe.Pointer(&buffer[0])), needed, nil)
	return string(buffer[:needed-1])
}

// refuse is an error that this package finds itself, because C has no form for the mistake.
func refuse(status C.int32_t, path, message, hint string) error {
	code := statusName(status)
	return &Error{
		Code: code, Number: int(status), Class: "InvalidInputError", Message: message, Hint: hint,
		Where: Place{Path: path}, text: code + ": " + message + " (at " + path + "); " + hint,
	}
}

func statusName(status C.int32_t) string { return C.GoString(C.upid_status_name(status)) }

// liveHandles counts the handles that were not freed, for the tests.
func liveHandles() int {
	var count C.size_t
	_ = do(func() C.int32_t { return C.upid_live_handles(&count) })
	return int(count)
}
