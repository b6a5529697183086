"""The figures that the project promises of size: each measured on daemons as they ship, and held against its target."""
import time

from axes import idle_bytes_per_s
from daemons import Daemon, agree, bring_in, load, start_load

KILLS = 4


def limits(directory, scale):
    """Yields (what, measured, unit, target), one at a time as it is known. `scale` 1: as promised; below: a trial."""
    million = int(1_000_000 * scale)
    yield from _three_regions(directory / "regions", million)
    yield from _ten_million_pending(directory / "pending", million)
    yield from _restart(directory / "restart", million)


def _three_regions(directory, skus):
    directory.mkdir()
    names = ["eu", "us", "ap"]
    daemons = []
    try:
        for name in names:
            daemons.append(Daemon(directory, name, daemons, [other for other in names[len(daemons) + 1:]]))
            daemons[-1].start()
        for daemon in daemons:
            daemon.hears(names)
        eu, us, ap = daemons
        yield f"import of {skus} SKUs", bring_in(eu, skus, "first"), "s", 5
        yield f"{skus} new rows reach the others", agree(daemons), "s", None
        bring_in(us, skus, "first")
        bring_in(ap, skus, "first")
        agree(daemons)
        yield f"memory, {skus} SKUs x 3 regions", max(one.resident_mb() for one in daemons), "MB", 400
        yield "the same, at most since the start", max(one.resident_mb("VmHWM") for one in daemons), "MB", None
        bring_in(eu, skus, "second")
        yield f"{skus} changed rows reach the others", agree(daemons), "s", 5
        # Of eu's two links; what went over them while nothing happened.
        quiet_s = 20 if skus > 100_000 else 2
        yield f"an idle link, {skus} SKUs", idle_bytes_per_s(eu, quiet_s, settles_s=4) / 2, "bytes/s", 100
    finally:
        for daemon in daemons:
            daemon.end()


def _ten_million_pending(directory, million):
    directory.mkdir()
    daemon = Daemon(directory)
    try:
        daemon.start()
        bring_in(daemon, 1000, "stock")
        load(daemon, skus=1000, stocked=True, count=10 * million, seconds=600)
        yield f"memory, {10 * million} pending", daemon.resident_mb(), "MB", 2048
        daemon.end()
        yield f"restart, {10 * million} pending", daemon.start(), "s", None
    finally:
        daemon.end()


def _restart(directory, million):
    directory.mkdir()
    daemon = Daemon(directory)
    try:
        daemon.start()
        bring_in(daemon, million, "stock")
        load(daemon, skus=million, stocked=True, count=million, seconds=600)
        daemon.end()
        yield f"restart, {million} SKUs, pending and records", daemon.start(), "s", 2
        daemon.kill()
        yield "the same, killed when idle", daemon.start(), "s", 2
    finally:
        daemon.end()
    yield f"the same, killed under load, the longest of {KILLS}", max(
        _killed_under_load(directory / str(kill), million, kill) for kill in range(KILLS)), "s", 2


def _killed_under_load(directory, million, kill):
    """Each a little later in the life of the checkpoint that is being written: of what is made then, recovery has to
    replay from nothing to all."""
    directory.mkdir()
    daemon = Daemon(directory)
    try:
        daemon.start()
        bring_in(daemon, million, "stock")
        busy = start_load(daemon, skus=million, stocked=True, count=2 * million, seconds=600)
        while daemon.status()["pending_reservations"] < million * (1 + kill / (4 * KILLS)) and busy.poll() is None:
            time.sleep(0.01)
        daemon.kill()
        busy.wait()
        return daemon.start()
    finally:
        daemon.end()
