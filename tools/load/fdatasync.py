#!/usr/bin/env python3
"""What the disk alone takes: writes a page over an old one and syncs it, again and again.

usage: fdatasync.py DIRECTORY SECONDS; prints "rate N" a second, "p50_us N", "p99_us N", "p999_us N"."""
import os
import sys
import time

PAGE, PAGES = b"\0" * 4096, 256

directory, seconds = sys.argv[1], float(sys.argv[2])
path = f"{directory}/fdatasync"
file = os.open(path, os.O_CREAT | os.O_WRONLY)
try:
    os.write(file, PAGE * PAGES)
    os.fsync(file)
    took, began = [], time.monotonic()
    while time.monotonic() - began < seconds:
        os.pwrite(file, PAGE, len(took) % PAGES * len(PAGE))
        before = time.monotonic()
        os.fdatasync(file)
        took.append(time.monotonic() - before)
    print(f"rate {len(took) / (time.monotonic() - began):.0f}")
    took.sort()
    for name, share in ("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999):
        print(f"{name} {took[min(len(took) - 1, int(len(took) * share))] * 1e6:.0f}")
finally:
    os.close(file)
    os.remove(path)
