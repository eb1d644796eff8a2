"""Runs the benches that are named, or all, and keeps what they measured."""

from __future__ import annotations

import argparse
import importlib

from benchmarks import place

BENCHES = ("start", "memory", "customers_page", "browser", "reading", "steady", "limits", "wire", "suite")


def main() -> None:
    """Each bench in turn; its figures are kept as soon as it ends."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("benches", nargs="*", default=BENCHES, metavar="bench", help=", ".join(BENCHES))
    place.settings()
    from benchmarks import results

    for name in reader.parse_args().benches:
        print(f"{name} ...", flush=True)
        figures = importlib.import_module(f"benchmarks.{name}").measure()
        results.write(figures)
        for one in figures:
            print(f"  {one.name}: {one.value:.1f} {one.unit}" + (f", {one.ratio} × {one.against}" if one.peer else ""))


if __name__ == "__main__":
    main()
