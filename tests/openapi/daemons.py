"""Two regions on free ports, for tests in Python: eu with a link to us, each in a directory of the test's own."""
import contextlib
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def content_type(self):
        return self.headers.get("Content-Type", "").split(";")[0]

    def json(self):
        return json.loads(self.body)


class Daemon:
    def __init__(self, binary, directory, region, peer, peer_address=None):
        self.directory = pathlib.Path(directory) / region
        self.config = config = pathlib.Path(directory) / f"{region}.toml"
        address = f'address = "{peer_address}"\n' if peer_address else ""
        config.write_text(f'cluster = "shop"\nregion = "{region}"\ndata_dir = "{region}"\n'
                          '[http]\nlisten = "127.0.0.1:0"\n[gossip]\nlisten = "127.0.0.1:0"\n'
                          f'[[peer]]\nregion = "{peer}"\n{address}')
        with open(pathlib.Path(directory) / f"{region}.log", "w") as log:
            self.process = subprocess.Popen([binary, "run", "--config", config], stderr=log)
        addresses = self.directory / "addresses.json"
        until(addresses.exists, f"{region} does not start")
        addresses = json.loads(addresses.read_text())
        self.url, self.gossip = "http://" + addresses["http"], addresses["gossip"]

    def call(self, method, path, body=None, headers=None, content_type="application/json"):
        """The answer, whatever its status. A body that is no text is sent as JSON."""
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        data = data.encode() if isinstance(data, str) else data
        headers = {**({"Content-Type": content_type} if data is not None else {}), **(headers or {})}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    @contextlib.contextmanager
    def config_changed(self, more):
        """The configuration with these lines at its end."""
        before = self.config.read_text()
        self.config.write_text(before + more)
        try:
            yield
        finally:
            self.config.write_text(before)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def until(condition, otherwise, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(otherwise)
        time.sleep(0.05)


class Pair:
    """eu alone, which has never heard us; meet() starts us."""

    def __init__(self, binary):
        self.binary = binary
        self.scratch = tempfile.TemporaryDirectory()
        self.eu = Daemon(binary, self.scratch.name, "eu", "us")
        self.us = None

    def meet(self):
        self.us = Daemon(self.binary, self.scratch.name, "us", "eu", self.eu.gossip)
        until(lambda: all(region["state"] == "up" for region in self.eu.call("GET", "/v1/status").json()["regions"]),
              "the regions do not meet")

    def stop(self):
        for daemon in filter(None, (self.us, self.eu)):
            daemon.stop()
        self.scratch.cleanup()
