"""Fill, read and visit a series that Rust keeps, and see which calls Rust refuses.

series.py makes this look like Python, and says how to run it.
"""

import sys

from series import CELSIUS, PANIC, UNKNOWN_UNIT, Rust, Series, SeriesError


def main(rust):
    with Series(rust, "cellar", CELSIUS) as series:
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
            Series(rust, "cellar", 99)
            raise AssertionError("it did not raise")
        except SeriesError as refused:
            assert refused.status == UNKNOWN_UNIT
            print(f"refused: {refused.status}, {refused}")

        try:
            Series(rust, "cel\0lar", CELSIUS)
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
    main(Rust(sys.argv[1]))
