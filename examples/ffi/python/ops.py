"""Call Rust's plain functions from Python with ctypes, and time the calls.

Why you would: ctypes needs nothing installed or compiled, and its cost is quickly measured.

    cargo rustc -p wasm-demo --lib --crate-type cdylib --features exports
    echo answer greet Ferris | python3 examples/ffi/python/ops.py target/debug/libwasm_demo.so
    echo time 1000000 add    | python3 examples/ffi/python/ops.py target/debug/libwasm_demo.so

The library is libwasm_demo.dylib on macOS and wasm_demo.dll on Windows. `polyglot compare` sends the
same lines, which compare/boundaries/program.rs lists.
"""

import ctypes as c
import sys
from itertools import repeat
from time import perf_counter_ns

OK, BUFFER_TOO_SMALL = 0, 2


class View(c.Structure):
    _fields_ = [("center_re", c.c_double), ("center_im", c.c_double), ("width", c.c_double)]


def load(path):
    """Without these types ctypes takes each argument for an int, and cuts a pointer in half."""
    library = c.CDLL(path)
    for name, result, arguments in [
        ("pgo_add", c.c_int32, [c.c_int32, c.c_int32]),
        ("pgo_greet", c.c_int, [c.c_char_p, c.c_char_p, c.c_size_t, c.POINTER(c.c_size_t)]),
        # As c_char_p, bytes are borrowed for the call. As an array of c_uint8, they are copied.
        ("pgo_checksum", c.c_uint32, [c.c_char_p, c.c_size_t]),
        ("pgo_mandelbrot", c.c_int,
         [c.c_uint32, c.c_uint32, View, c.c_uint32, c.POINTER(c.c_uint32), c.c_size_t]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def check(status, expected=OK):
    if status != expected:
        raise RuntimeError(f"the library says {status}, and not {expected}")


def greet(name):
    """Asks for the size, and then for the text. Both strings are copies: Python's and Rust's text
    do not end with the NUL that C needs. ctypes would cut a name with a NUL inside at that NUL."""
    if "\0" in name:
        raise ValueError(f"a C string cannot hold the NUL in {name!r}")
    name, needed = name.encode(), c.c_size_t()
    if b"\0" in name:
        raise ValueError("the name has a NUL, and a C string would end there")
    check(rust.pgo_greet(name, None, 0, needed), BUFFER_TOO_SMALL)
    out = c.create_string_buffer(needed.value)
    check(rust.pgo_greet(name, out, len(out), needed))
    return out.value.decode()


class Picture:
    def __init__(self, width, height, center_re, center_im, view_width, max_iterations):
        self.view = View(float(center_re), float(center_im), float(view_width))
        self.width, self.height = int(width), int(height)
        self.max_iterations = int(max_iterations)
        self.Pixels = c.c_uint32 * (self.width * self.height)

    def draw(self):
        pixels = self.Pixels()
        check(rust.pgo_mandelbrot(self.width, self.height, self.view, self.max_iterations,
                                  pixels, len(pixels)))
        return pixels


def data_of(length):
    period = bytes(i * 31 % 251 for i in range(251))
    return (period * (length // len(period) + 1))[:length]


def answer(operation, *arguments):
    if operation == "add":
        total = 0
        for number in range(int(arguments[0])):
            total = rust.pgo_add(total, number)
        return total
    if operation == "greet":
        return greet(" ".join(arguments))
    if operation == "checksum":
        data = data_of(int(arguments[0]))
        return rust.pgo_checksum(data, len(data))
    if operation == "mandelbrot":
        return " ".join(map(str, Picture(*arguments).draw()))
    raise ValueError(f"there is no operation {operation}")


def time_awake(calls, operation, *arguments):
    """Nanoseconds, after a few calls that are not counted."""
    if calls > 1:
        time((calls + 9) // 10, operation, *arguments)
    return time(calls, operation, *arguments)


def time(calls, operation, *arguments):
    """Nanoseconds. Only the loop is timed, and all names in it are local."""
    if operation == "add":
        total, add, numbers = 0, rust.pgo_add, range(calls)
        start = perf_counter_ns()
        for number in numbers:
            total = add(total, number)
        return perf_counter_ns() - start
    if operation == "greet":
        name, call = " ".join(arguments), greet
        start = perf_counter_ns()
        for _ in repeat(None, calls):
            call(name)
        return perf_counter_ns() - start
    if operation == "checksum":
        data, checksum = data_of(int(arguments[0])), rust.pgo_checksum
        length = len(data)
        start = perf_counter_ns()
        for _ in repeat(None, calls):
            checksum(data, length)
        return perf_counter_ns() - start
    if operation == "mandelbrot":
        draw = Picture(*arguments).draw
        start = perf_counter_ns()
        for _ in repeat(None, calls):
            draw()
        return perf_counter_ns() - start
    raise ValueError(f"there is no operation {operation}")


def main():
    # The program ends when its input does.
    for line in sys.stdin:
        request, *arguments = line.split() or [""]
        if request == "answer":
            print(answer(*arguments), flush=True)
        elif request == "time":
            calls, *arguments = arguments
            print(time_awake(int(calls), *arguments), flush=True)
        else:
            raise ValueError(f"no request: {line!r}")


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")  # a terminal's own encoding may lack é
    rust = load(sys.argv[1])
    main()
