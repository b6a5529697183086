#!/usr/bin/env python3
"""tools/growth: a trial of each of its two tables, and of its pictures.

usage: growth_test.py BIN"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = sys.argv.pop(1)
MAY_BE_0 = {"size"}


def growth(*words):
    done = subprocess.run([ROOT / "tools/growth", "--bin", BIN, *words], capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout, done.stderr


class Growth(unittest.TestCase):
    def test_a_trial_has_a_row_of_each_size_and_a_picture_of_each_column(self):
        with tempfile.TemporaryDirectory() as directory:
            svg = pathlib.Path(directory) / "growth.svg"
            code, said, talk = growth("--quick", "--seconds", "1", "--svg", str(svg), "-o", "json")
            self.assertEqual(code, 0, talk)
            measured = json.loads(said)
            self.assertEqual(set(measured), {"skus", "pending", "connections", "regions"})
            for axis, rows in measured.items():
                self.assertEqual(len(rows), 2, axis)
                for row in rows:
                    self.assertFalse([name for name, value in row.items() if value < 0 or value == 0 and name not in MAY_BE_0], row)
            frames = xml.etree.ElementTree.fromstring(svg.read_text()).findall("{*}g")
            self.assertGreater(len(frames), 15)

    def test_the_limits_are_kept_by_a_small_shop(self):
        code, said, talk = growth("--limits", "--quick", "-o", "json")
        self.assertEqual(code, 0, talk)
        self.assertEqual(sum(one["target"] is not None for one in json.loads(said)["limits"]), 8)

    def test_an_axis_that_is_not_there_is_a_fault(self):
        code, _, talk = growth("heights")
        self.assertEqual(code, 2)
        self.assertIn("no axis heights; there are skus, pending, regions, connections", talk)


if __name__ == "__main__":
    unittest.main()
