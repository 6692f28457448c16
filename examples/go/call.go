package upid

/*
#include <stdlib.h>
#include "upid.h"
*/
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// Operations lists every operation as JSON: name, summary, and the JSON Schemas of input and output.
func Operations() ([]byte, error) {
	return text(func(out **C.upid_text) C.int32_t { return C.upid_operations(out) })
}

// Call runs an operation, e.g. "cost.attribute", on its JSON input. usage may be nil.
func Call(operation string, input []byte, usage *Usage) ([]byte, error) {
	if err := noNUL("operation", operation); err != nil {
		return nil, err
	}
	defer runtime.KeepAlive(usage)
	name := C.CString(operation)
	defer C.free(unsafe.Pointer(name))
	return text(func(out **C.upid_text) C.int32_t {
		return C.upid_call(name, chars(input), C.size_t(len(input)), usage.pointer(), out)
	})
}

// Analyze joins a Snapshot with what was measured and gives the Analysis as JSON. usage may be nil (nothing measured),
// config empty (all defaults).
func Analyze(snapshot []byte, usage *Usage, config []byte) ([]byte, error) {
	defer runtime.KeepAlive(usage)
	return text(func(out **C.upid_text) C.int32_t {
		return C.upid_analyze(chars(snapshot), C.size_t(len(snapshot)), usage.pointer(),
			chars(config), C.size_t(len(config)), out)
	})
}

// Render gives an Analysis as a report; formats are "Text", "Markdown", "Html", "Csv" and more.
func Render(analysis []byte, format string) (string, error) {
	if err := noNUL("format", format); err != nil {
		return "", err
	}
	name := C.CString(format)
	defer C.free(unsafe.Pointer(name))
	report, err := text(func(out **C.upid_text) C.int32_t {
		return C.upid_render(chars(analysis), C.size_t(len(analysis)), name, out)
	})
	return string(report), err
}

// noNUL refuses a text that C would take to end at its first NUL.
func noNUL(path, text string) error {
	if strings.IndexByte(text, 0) < 0 {
		return nil
	}
	return refuse(C.UPID_INVALID_VALUE, path, path+" contains NUL", "give its name as text without NUL")
}

// text copies the text that a call gives into Go memory and frees it.
func text(call func(out **C.upid_text) C.int32_t) ([]byte, error) {
	var handle *C.upid_text
	if err := do(func() C.int32_t { return call(&handle) }); err != nil {
		return nil, err
	}
	defer C.upid_text_free(handle)
	var data *C.char
	var size C.size_t
	if err := do(func() C.int32_t { return C.upid_text_data(handle, &data, &size) }); err != nil {
		return nil, err
	}
	return append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))...), nil
}

func chars(bytes []byte) *C.char {
	if len(bytes) == 0 {
		return nil
	}
	return (*C.char)(unsafe.Pointer(&bytes[0]))
}
