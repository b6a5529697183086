#!/usr/bin/env python3
"""The checkouts of docs/examples, sold once, however often they are run. A language that is not installed is skipped."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from daemons import Pair

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/examples"
LANGUAGES = {"python3": "checkout.py", "node": "checkout.mjs", "php": "checkout.php"}


class Checkout(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(f"{BIN}/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.pair.meet()

    def checkout(self, program, *words):
        environment = {**os.environ, "HOLDFAST": self.pair.eu.url}
        return subprocess.run([program, EXAMPLES / LANGUAGES[program], *words], env=environment, check=True,
                              stdout=subprocess.PIPE, timeout=60).stdout.decode()

    def sells_once_and_says_what_is_sold_out(self, program):
        if not shutil.which(program):
            self.skipTest(f"no {program} here")
        self.pair.eu.call("POST", f"/v1/skus/{program}/adjustments", {"delta": 3, "reason": "delivery"},
                          {"Idempotency-Key": program})
        for _ in range(2):
            self.assertEqual(self.checkout(program, f"cart-{program}", "order-1", program, "3"), "sold: purchased\n")
        self.assertEqual(self.checkout(program, f"late-{program}", "order-2", program, "1"), "not sold: sold_out\n")
        self.assertEqual(self.pair.eu.call("GET", f"/v1/skus/{program}").json()["purchased_here"], 3)

    def test_python(self):
        self.sells_once_and_says_what_is_sold_out("python3")

    def test_node(self):
        self.sells_once_and_says_what_is_sold_out("node")

    def test_php(self):
        self.sells_once_and_says_what_is_sold_out("php")


class Guide(unittest.TestCase):
    def test_it_says_what_to_tell_a_shopper_for_every_code(self):
        codes = json.loads((ROOT / "src/api/openapi.json").read_text())["components"]["schemas"]["ProblemCode"]["enum"]
        guide = (ROOT / "docs/api.md").read_text()
        table = guide.split("### What to tell the shopper, for each code")[1].split("###")[0].split("|---")[-1]
        told = [code for row in table.splitlines() if row.startswith("| `") for code in re.findall(r"`([a-z_]+)`", row.split("|")[1])]
        self.assertEqual(sorted(told), sorted(codes))


if __name__ == "__main__":
    unittest.main()
