#!/usr/bin/env python3
"""What the processor alone takes: sleeps until it is due, each quarter of a millisecond, and does nothing else.

usage: wakeups.py SECONDS; prints "rate N" a second, and how late it woke: "p50_us N", "p99_us N", "p999_us N"."""
import sys
import time

EVERY_NS = 250_000

seconds = float(sys.argv[1])
late = []
began = due = time.monotonic_ns()
while due - began < seconds * 1e9:
    due += EVERY_NS
    time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
    late.append(time.monotonic_ns() - due)
print(f"rate {len(late) / (time.monotonic_ns() - began) * 1e9:.0f}")
late.sort()
for name, share in ("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999):
    print(f"{name} {late[min(len(late) - 1, int(len(late) * share))] / 1e3:.0f}")
