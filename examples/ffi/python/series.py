"""Call Rust from Python, with ctypes.

Why you would: a loop is too slow in Python, and ctypes needs nothing installed or compiled.

    cargo rustc -p ffi-demo --lib --crate-type cdylib
    python3 examples/ffi/python/series.py target/debug/libffi_demo.so

The library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.
"""

import ctypes as c
import sys

CELSIUS = 1
OK, UNKNOWN_UNIT, PANIC = 0, 3, 9


class Sample(c.Structure):
    _fields_ = [("time_ms", c.c_int64), ("value", c.c_double)]


class SeriesError(Exception):
    """A failure of the library. Rust's panics are reported in the same way."""

    def __init__(self):
        # The library keeps the last failure for each thread, so this comes right after the call.
        self.status = rust.pgr_last_status()
        message = c.create_string_buffer(rust.pgr_last_error(None, 0))
        rust.pgr_last_error(message, len(message))
        super().__init__(message.value.decode())


def check(result, function, arguments):
    """ctypes calls this with the result of each function: a status, or a pointer that may be NULL."""
    failed = result != OK if function.restype is c.c_int else result is None
    if failed:
        raise SeriesError
    return result


def c_string(text):
    """A C string ends at its first NUL: ctypes would pass all of it, but Rust would see a part."""
    data = text.encode()
    if (end := data.find(b"\0")) >= 0:
        raise ValueError(f"a C string would end at byte {end}")
    return data


Visit = c.CFUNCTYPE(c.c_int, c.POINTER(Sample), c.c_void_p)
handle = c.c_void_p


def load(path):
    """Without these types ctypes takes each argument for an int, and cuts a pointer in half."""
    library = c.CDLL(path)
    for name, result, arguments, errcheck in [
        ("pgr_last_status", c.c_int, [], None),
        ("pgr_last_error", c.c_size_t, [c.c_char_p, c.c_size_t], None),
        ("pgr_live_count", c.c_size_t, [], None),
        ("pgr_series_new", handle, [c.c_char_p, c.c_int32], check),
        ("pgr_series_free", None, [handle], None),
        ("pgr_series_name", c.c_char_p, [handle], check),
        ("pgr_series_extend", c.c_int, [handle, c.POINTER(Sample), c.c_size_t], check),
        ("pgr_series_values", c.c_int,
         [handle, c.POINTER(c.c_double), c.c_size_t, c.POINTER(c.c_size_t)], None),
        ("pgr_series_each", c.c_int, [handle, Visit, c.c_void_p], None),
        ("pgr_series_clamp", c.c_int, [handle, c.c_double, c.c_double], check),
        # Not c_char_p: ctypes would copy the text and forget the pointer that has to be freed.
        ("pgr_series_describe", c.c_void_p, [handle], check),
        ("pgr_string_free", None, [c.c_void_p], None),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
        if errcheck:
            function.errcheck = errcheck
    return library


class Series:
    def __init__(self, name, unit):
        self.handle = rust.pgr_series_new(c_string(name), unit)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        rust.pgr_series_free(self.handle)
        self.handle = None  # later calls pass NULL, which is an error

    @property
    def name(self):
        return rust.pgr_series_name(self.handle).decode()

    def extend(self, samples):
        array = (Sample * len(samples))(*samples)
        rust.pgr_series_extend(self.handle, array, len(array))

    def values(self):
        count = c.c_size_t()
        rust.pgr_series_values(self.handle, None, 0, count)
        values = (c.c_double * count.value)()
        check(rust.pgr_series_values(self.handle, values, len(values), count),
              rust.pgr_series_values, None)
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
        status = rust.pgr_series_each(self.handle, Visit(trampoline), None)
        if raised:
            raise raised[0]
        check(status, rust.pgr_series_each, None)

    def describe(self):
        text = rust.pgr_series_describe(self.handle)
        try:
            return c.string_at(text).decode()
        finally:
            rust.pgr_string_free(text)

    def clamp(self, lowest, highest):
        rust.pgr_series_clamp(self.handle, lowest, highest)


def main():
    with Series("cellar", CELSIUS) as series:
        assert series.name == "cellar"
        print("name:", series.name)

        series.extend([(0, 11.5), (1000, 12.0), (2000, 11.0), (3000, 13.5)])
        assert series.values() == [11.5, 12.0, 11.0, 13.5]
        print("values:", *series.values())

        visited = []

        def visit(sample):
            if sample.value < 11.5:
                raise ValueError(f"{sample.value} is too cold")
            visited.append(sample.value)

        try:
            series.each(visit)
            raise AssertionError("it did not raise")
        except ValueError as too_cold:
            print("visited:", *visited, end=f", stopped by: {too_cold}\n")
        assert visited == [11.5, 12.0]

        print("described:", series.describe())

        try:
            Series("cellar", 99)
            raise AssertionError("it did not raise")
        except SeriesError as refused:
            assert refused.status == UNKNOWN_UNIT
            print(f"refused: {refused.status}, {refused}")

        try:
            Series("cel\0lar", CELSIUS)
            raise AssertionError("it did not raise")
        except ValueError as cut:
            print(f"with a NUL: refused, {cut}")

        try:
            series.clamp(30.0, 0.0)
            raise AssertionError("it did not raise")
        except SeriesError as panicked:
            assert panicked.status == PANIC
            print(f"panicked: {panicked.status}, {panicked}")

        assert len(series.values()) == 4
        print("still there:", len(series.values()), "values")

    assert rust.pgr_live_count() == 0
    print("not freed:", rust.pgr_live_count())


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # a terminal's own encoding may lack °
    rust = load(sys.argv[1])
    main()
