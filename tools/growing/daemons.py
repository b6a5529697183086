"""Daemons of a run: started on loopback with data of their own, looked at from outside, ended by their id."""
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

BIN = pathlib.Path(__file__).resolve().parents[2] / "build/release/bin"


class Trouble(Exception):
    """The run cannot go on; one line says why."""


class Daemon:
    """One region. `peers`: daemons that run already, which it dials."""

    def __init__(self, directory, region="eu", peers=(), known=()):
        self.directory, self.region = pathlib.Path(directory), region
        self.data = self.directory / region
        self.config = self.directory / f"{region}.toml"
        self.log = self.directory / f"{region}.log"
        self.config.write_text(self._configuration(peers, known))
        self.process = None

    def _configuration(self, peers, known):
        text = f'cluster = "growth"\nregion = "{self.region}"\ndata_dir = "{self.region}"\n'
        for part in ("http", "gossip", "native"):
            text += f'[{part}]\nlisten = "127.0.0.1:0"\n'
        for peer in peers:
            text += f'[[peer]]\nregion = "{peer.region}"\naddress = "{peer.addresses["gossip"]}"\n'
        for region in known:
            text += f'[[peer]]\nregion = "{region}"\n'
        return text

    def start(self, within_s=300):
        """Returns after how many seconds it served."""
        said = self.data / "addresses.json"
        said.unlink(missing_ok=True)
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([BIN / "holdfastd", "run", "--config", self.config], stdout=log, stderr=log)
        while not (said.exists() and said.stat().st_size > 0):
            if self.process.poll() is not None or time.monotonic() - began > within_s:
                raise Trouble(f"holdfastd did not start: {self.log.read_text()[-300:]}")
            time.sleep(0.002)
        took_s = time.monotonic() - began
        self.addresses = json.loads(said.read_text())
        self.http = "http://" + self.addresses["http"]
        self.native = "holdfast://" + self.addresses["native"]
        return took_s

    def end(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = None

    def kill(self):
        self.end(signal.SIGKILL)

    def resident_mb(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise Trouble("the daemon is gone")

    def get(self, path):
        with urllib.request.urlopen(self.http + path, timeout=60) as answer:
            return answer.read()

    def status(self):
        return json.loads(self.get("/v1/status"))

    def gossip_bytes(self):
        """On all its links, since it started, sent and received."""
        return sum(int(float(line.split()[-1])) for line in self.get("/metrics").decode().splitlines()
                   if line.startswith("holdfast_gossip_bytes_total{"))

    def hears(self, regions, within_s=30):
        """Returns once it hears all of these."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            up = {region["region"] for region in self.status()["regions"] if region["state"] == "up"}
            if set(regions) <= up:
                return
            time.sleep(0.02)
        raise Trouble(f"{self.region} does not hear {regions}")


def run(*words, env=None):
    """A program of ours; its output."""
    done = subprocess.run([BIN / words[0], *map(str, words[1:])], capture_output=True, text=True,
                          env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise Trouble(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def _load_words(daemon, options):
    words = ["holdfast-load", daemon.native]
    for name, value in options.items():
        words += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return words


def start_load(daemon, **options):
    """holdfast-load with these options, under way."""
    name, *words = _load_words(daemon, options)
    return subprocess.Popen([BIN / name, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def load(daemon, **options):
    """holdfast-load with these options; what it printed, by name."""
    said = {}
    for line in run(*_load_words(daemon, options)).splitlines():
        name, value = line.split()
        said[name] = float(value)
    return said


def _import(daemon, file, key, within_s=60):
    """A daemon whose disk is behind says so, and takes it later."""
    until = time.monotonic() + within_s
    while True:
        try:
            return run("holdfast", "--timeout", "300s", "stock", "import", file, "--key", key,
                       env={"HOLDFAST_ENDPOINT": daemon.http})
        except Trouble as trouble:
            if "overloaded" not in str(trouble) or time.monotonic() > until:
                raise
        time.sleep(1)


IMPORT_LINES_MAX = 2_000_000


def bring_in(daemon, skus, key, quantity=1_000_000_000, prefix="sku-"):
    """Stock of so many SKUs, by `holdfast stock import`, a few million lines a file; how many seconds it took."""
    took_s = 0.0
    for first in range(0, skus, IMPORT_LINES_MAX):
        file = daemon.directory / "stock.csv"
        with file.open("w") as out:
            out.write("sku,quantity\n")
            for sku in range(first, min(skus, first + IMPORT_LINES_MAX)):
                out.write(f"{prefix}{sku},{quantity}\n")
        began = time.monotonic()
        _import(daemon, file, f"{key}-{first}")
        took_s += time.monotonic() - began
        file.unlink()
    return took_s


def agree(daemons, within_s=300):
    """How many seconds it takes until all say the same state hash."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        if len({daemon.status()["state_hash"] for daemon in daemons}) == 1:
            return time.monotonic() - began
        time.sleep(0.01)
    raise Trouble("the regions do not come to agree")
