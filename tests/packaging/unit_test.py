#!/usr/bin/env python3
"""What the unit holdfastd.service counts on, with this test for systemd: when it is told that the daemon is ready, that it
lives, and that it stops."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

BIN = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin").resolve()
UNIT = (pathlib.Path(__file__).resolve().parents[2] / "packaging/holdfastd.service").read_text()


class Service(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.at = pathlib.Path(scratch.name)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(str(self.at / "notify"))
        config = self.at / "eu.toml"
        config.write_text('cluster = "shop"\nregion = "eu"\ndata_dir = "eu"\n[http]\nlisten = "127.0.0.1:0"\n'
                          '[gossip]\nlisten = "127.0.0.1:0"\n')
        self.daemon = subprocess.Popen([BIN / "holdfastd", "run", "--config", config], stderr=subprocess.DEVNULL,
                                       env={**os.environ, "NOTIFY_SOCKET": str(self.at / "notify")})
        self.addCleanup(self.daemon.wait)
        self.addCleanup(self.daemon.kill)

    def told(self, seconds=20):
        """The next thing that the daemon says; nothing if it is silent for so long."""
        self.manager.settimeout(seconds)
        try:
            return self.manager.recv(1000).decode()
        except TimeoutError:
            return ""

    def told_in(self, seconds):
        until, all_of_it = time.monotonic() + seconds, []
        while (left := until - time.monotonic()) > 0:
            all_of_it.append(self.told(left))
        return [one for one in all_of_it if one]

    def test_it_is_ready_once_it_sells_and_lives_until_its_loop_stands_still(self):
        watchdog_s = int(re.search(r"^WatchdogSec=(\d+)$", UNIT, re.M)[1])
        self.assertIn("\nType=notify\n", UNIT)
        while (first := self.told()) == "WATCHDOG=1":
            pass
        self.assertEqual(first, "READY=1")
        http = re.search('"http":"([^"]*)"', (self.at / "eu/addresses.json").read_text())[1]
        self.assertEqual(urllib.request.urlopen(f"http://{http}/readyz", timeout=20).status, 200)

        alive = self.told_in(4)
        self.assertEqual(set(alive), {"WATCHDOG=1"})
        self.assertLess(4 / len(alive), watchdog_s / 4)  # several may be lost

        self.daemon.send_signal(signal.SIGSTOP)
        self.told_in(0.5)  # what was on its way
        self.assertEqual(self.told_in(2), [])  # so that the watchdog bites
        self.daemon.send_signal(signal.SIGCONT)
        self.assertEqual(self.told(), "WATCHDOG=1")

        self.daemon.terminate()
        while (last := self.told()) == "WATCHDOG=1":
            pass
        self.assertEqual(last, "STOPPING=1")
        self.assertEqual(self.daemon.wait(timeout=20), 0)


class Confinement(unittest.TestCase):
    def test_the_boot_of_the_machine_stays_to_be_read(self):
        self.assertNotIn("\nProcSubset=", UNIT)

    def test_it_does_not_start_before_the_volume_that_its_ledger_is_on(self):
        state = re.search(r"^StateDirectory=(\S+)$", UNIT, re.M)[1]
        self.assertIn(f"\nRequiresMountsFor=/var/lib/{state}\n", UNIT)


if __name__ == "__main__":
    unittest.main()
