"""What grows, and what it costs: a row for each size, yielded as soon as it is measured."""
import json
import time

from daemons import Daemon, Trouble, agree, bring_in, load, run

QUICK = {"skus": [1, 1000], "pending": [0, 2000], "regions": [2, 4], "connections": [1, 64]}
SIZES = {
    "skus": [1, 1000, 100_000, 1_000_000, 10_000_000],
    "pending": [0, 100_000, 1_000_000, 10_000_000],
    "regions": [2, 4, 8, 16, 32, 64],
    "connections": [1, 16, 64, 256, 1024, 4096],
}
FIXED_RATE = 20_000  # a second, far below what it can do: what a shopper feels


def measure(axis, size, directory, seconds):
    return {"skus": skus, "pending": pending, "regions": regions, "connections": connections}[axis](
        size, directory, seconds)


def _busy(daemon, names, seconds):
    """As many as go, and then at a fixed rate; what a shop sees of a daemon of that size."""
    most = load(daemon, skus=names, stocked=True, prefix="m-", batch=256, connections=4, depth=4, seconds=seconds)
    calm = load(daemon, skus=names, stocked=True, prefix="c-", batch=1, connections=16, rate=FIXED_RATE,
                seconds=seconds)
    return {"per_s": most["rate"], "p50_ms": calm["p50_us"] / 1000, "p99_ms": calm["p99_us"] / 1000}


def _restarted(daemon):
    daemon.kill()
    return {"restart_s": daemon.start()}


def skus(size, directory, seconds):
    """Two regions; all stock comes in at the first."""
    us = Daemon(directory, "us", known=["eu"])
    us.start()
    eu = Daemon(directory, "eu", peers=[us])
    try:
        eu.start()
        eu.hears(["us"])
        before = eu.gossip_bytes()
        row = {"size": size, "import_s": bring_in(eu, size, "k")}
        row["heard_s"] = agree([eu, us])
        row["row_bytes"] = (eu.gossip_bytes() - before) / size
        row["idle_bytes_per_s"] = idle_bytes_per_s(eu, max(2, seconds))
        row["mb"] = eu.resident_mb()
        row.update(_busy(eu, size, seconds))
        row.update(_restarted(eu))
        return row
    finally:
        eu.end()
        us.end()


def idle_bytes_per_s(daemon, seconds, settles_s=3):
    """Of all its links, both ways, once nothing happens any more."""
    time.sleep(settles_s)
    before, began = daemon.gossip_bytes(), time.monotonic()
    time.sleep(seconds)
    return (daemon.gossip_bytes() - before) / (time.monotonic() - began)


def pending(size, directory, seconds):
    daemon = Daemon(directory)
    try:
        daemon.start()
        bring_in(daemon, 1000, "k")
        if size > 0:
            load(daemon, skus=1000, stocked=True, prefix="p-", count=size, seconds=600)
        row = {"size": size, "mb": daemon.resident_mb()}
        row.update(_busy(daemon, 1000, seconds))
        row.update(_restarted(daemon))
        return row
    finally:
        daemon.end()


def connections(size, directory, seconds):
    """One reservation under way on each."""
    daemon = Daemon(directory)
    try:
        daemon.start()
        bring_in(daemon, 1000, "k")
        said = load(daemon, skus=1000, stocked=True, batch=1, depth=1, connections=size, seconds=seconds)
        return {"size": size, "per_s": said["rate"], "p50_ms": said["p50_us"] / 1000,
                "p99_ms": said["p99_us"] / 1000, "mb": daemon.resident_mb()}
    finally:
        daemon.end()


WORLD = """title = "{regions} regions that sell for {seconds} s, and are then quiet"
regions = {regions}
duration_s = {seconds}
[stock]
skus = 100
units = {units}
[open]
baskets_per_s = {baskets}
"""


def regions(size, directory, _):
    """Simulated: so many regions, each with a shopper a second for 5 s, and links to all others."""
    world = directory / f"regions-{size}.toml"
    world.write_text(WORLD.format(regions=size, seconds=5, units=10_000 * size, baskets=size))
    began = time.monotonic()
    [measured] = json.loads(run("holdfast-sim", "compare", world, "--policy", "holdfast", "--waiting", "no", "-o", "json"))
    if measured["oversold_units"] != 0:
        raise Trouble(f"{size} regions: oversold")
    links = size * (size - 1) / 2
    return {"size": size, "sale_bytes": measured["bytes_per_sale"],
            "idle_bytes_per_s": measured["idle_bytes_per_s"] / links,
            "idle_region_bytes_per_s": 2 * measured["idle_bytes_per_s"] / size,
            "took_s": time.monotonic() - began}
