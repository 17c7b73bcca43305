"""Call Rust from Python, with ctypes: a class that frees, raises, and takes functions.

Why you would: a loop is too slow in Python, and ctypes needs nothing installed or compiled.

    cargo rustc -p ffi-demo --lib --crate-type cdylib
    python3 examples/ffi/python/main.py target/debug/libffi_demo.so

The library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.
"""

import ctypes as c

CELSIUS = 1
OK, UNKNOWN_UNIT, PANIC = 0, 3, 9


class Sample(c.Structure):
    _fields_ = [("time_ms", c.c_int64), ("value", c.c_double)]


class SeriesError(Exception):
    """A failure of the library. Rust's panics are reported in the same way."""

    def __init__(self, rust):
        # The library keeps the last failure for each thread, so this comes right after the call.
        self.status = rust.pgr_last_status()
        message = c.create_string_buffer(rust.pgr_last_error(None, 0))
        rust.pgr_last_error(message, len(message))
        super().__init__(message.value.decode())


def c_string(text):
    """A C string ends at its first NUL: ctypes would pass all of it, but Rust would see a part."""
    data = text.encode()
    if (end := data.find(b"\0")) >= 0:
        raise ValueError(f"a C string would end at byte {end}")
    return data


Visit = c.CFUNCTYPE(c.c_int, c.POINTER(Sample), c.c_void_p)
handle = c.c_void_p


class Rust(c.CDLL):
    """Without these types ctypes takes each argument for an int, and cuts a pointer in half."""

    def __init__(self, path):
        super().__init__(path)
        for name, result, arguments, errcheck in [
            ("pgr_last_status", c.c_int, [], None),
            ("pgr_last_error", c.c_size_t, [c.c_char_p, c.c_size_t], None),
            ("pgr_live_count", c.c_size_t, [], None),
            ("pgr_series_new", handle, [c.c_char_p, c.c_int32], self.not_null),
            ("pgr_series_free", None, [handle], None),
            ("pgr_series_name", c.c_char_p, [handle], self.not_null),
            ("pgr_series_extend", c.c_int, [handle, c.POINTER(Sample), c.c_size_t], self.check),
            ("pgr_series_values", c.c_int,
             [handle, c.POINTER(c.c_double), c.c_size_t, c.POINTER(c.c_size_t)], None),
            ("pgr_series_each", c.c_int, [handle, Visit, c.c_void_p], None),
            ("pgr_series_clamp", c.c_int, [handle, c.c_double, c.c_double], self.check),
            # Not c_char_p: ctypes would copy the text and forget the pointer that has to be freed.
            ("pgr_series_describe", c.c_void_p, [handle], self.not_null),
            ("pgr_string_free", None, [c.c_void_p], None),
        ]:
            function = getattr(self, name)
            function.restype, function.argtypes = result, arguments
            if errcheck:
                function.errcheck = errcheck

    # As an errcheck, ctypes calls each of these with the result, the function and its arguments.
    def check(self, status, *_):
        if status != OK:
            raise SeriesError(self)
        return status

    def not_null(self, pointer, *_):
        if pointer is None:
            raise SeriesError(self)
        return pointer


class Series:
    """Measurements in the order they were taken. The `with` statement frees them."""

    def __init__(self, rust, name, unit):
        self.rust = rust
        self.handle = rust.pgr_series_new(c_string(name), unit)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.rust.pgr_series_free(self.handle)
        self.handle = None  # later calls pass NULL, which is an error

    @property
    def name(self):
        return self.rust.pgr_series_name(self.handle).decode()

    def extend(self, samples):
        array = (Sample * len(samples))(*samples)
        self.rust.pgr_series_extend(self.handle, array, len(array))

    def values(self):
        count = c.c_size_t()
        self.rust.pgr_series_values(self.handle, None, 0, count)
        values = (c.c_double * count.value)()
        self.rust.check(self.rust.pgr_series_values(self.handle, values, len(values), count))
        return list(values)

    def each(self, visit):
        """An exception may not pass through Rust, and ctypes would drop it: it waits here."""
        raised = []

        def trampoline(sample, _):
            try:
                visit(sample.contents)
                return 0
            except BaseException as error:
                raised.append(error)
                return 1

        # Visit(...) has to stay alive while Rust may call it, which is during this call.
        status = self.rust.pgr_series_each(self.handle, Visit(trampoline), None)
        if raised:
            raise raised[0]
        self.rust.check(status)

    def describe(self):
        text = self.rust.pgr_series_describe(self.handle)
        try:
            return c.string_at(text).decode()
        finally:
            self.rust.pgr_string_free(text)

    def clamp(self, lowest, highest):
        self.rust.pgr_series_clamp(self.handle, lowest, highest)
