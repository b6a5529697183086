#!/usr/bin/env python3
"""The client library as another program finds it: installed, found by CMake, and its example sells."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/openapi"))
from daemons import Pair  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release").resolve()


def run(*words, **more):
    ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100, **more)
    assert ran.returncode == 0, ran.stdout.decode()
    return ran.stdout.decode()


class InstalledClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.prefix, cls.built = f"{scratch.name}/prefix", f"{scratch.name}/example"
        run("cmake", "--install", BUILD, "--component", "client", "--prefix", cls.prefix)
        run("cmake", "-S", f"{cls.prefix}/share/doc/holdfast/examples/client", "-B", cls.built,
            f"-DCMAKE_PREFIX_PATH={cls.prefix}")
        run("cmake", "--build", cls.built)
        cls.pair = Pair(f"{BUILD}/bin/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.pair.meet()

    def checkout(self, *words):
        return run(f"{self.built}/checkout", *words, env={**os.environ, "HOLDFAST": self.pair.eu.url})

    def test_its_example_sells_once_and_says_what_is_sold_out(self):
        self.pair.eu.call("POST", "/v1/skus/lamp/adjustments", {"delta": 3, "reason": "delivery"},
                          {"Idempotency-Key": "delivery-1"})
        for _ in range(2):
            self.assertEqual(self.checkout("cart-1", "order-1", "lamp", "3"), "sold: purchased\n")
        self.assertEqual(self.checkout("cart-2", "order-2", "lamp", "1"), "not sold: sold_out\n")
        self.assertEqual(self.pair.eu.call("GET", "/v1/skus/lamp").json()["purchased_here"], 3)

    def test_nothing_of_it_names_the_tree_that_it_was_built_in(self):
        for path in pathlib.Path(self.prefix).rglob("*"):
            if path.is_file() and path.suffix != ".a":
                self.assertNotIn(str(ROOT), path.read_text(), path)


if __name__ == "__main__":
    unittest.main()
