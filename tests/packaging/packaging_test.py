#!/usr/bin/env python3
"""What packaging/ says of metrics, units and configuration is so. What is not installed here is skipped."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "openapi"))
from daemons import Pair  # noqa: E402

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
METRIC = re.compile(r"\bholdfast_[a-z_]+")


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"no {program} here")


def run(*words, given=None):
    return subprocess.run(words, input=given, cwd=PACKAGING, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)


class Packaging(unittest.TestCase):
    def assert_runs(self, *words, given=None):
        ran = run(*words, given=given)
        self.assertEqual(ran.returncode, 0, ran.stdout.decode())

    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(f"{BIN}/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.pair.meet()
        cls.metrics = cls.pair.eu.call("GET", "/metrics").body

    def test_every_metric_that_a_rule_or_a_panel_names_is_served(self):
        served = set(METRIC.findall(self.metrics.decode()))
        rules = METRIC.findall((PACKAGING / "alerts.yml").read_text())
        panels = json.loads((PACKAGING / "grafana.json").read_text())["panels"]
        shown = [name for panel in panels for target in panel["targets"] for name in METRIC.findall(target["expr"])]
        self.assertGreater(len(shown), 10)
        self.assertEqual(set(rules + shown) - served, set())

    def test_every_alert_says_what_it_is_and_what_to_do(self):
        rules = (PACKAGING / "alerts.yml").read_text()
        alerts = rules.count("- alert:")
        for needed in ("severity:", "summary:", "action:", "        # "):
            self.assertGreaterEqual(rules.count(needed), alerts, needed)

    @needs("promtool")
    def test_the_rules_are_good_and_fire_when_they_should(self):
        self.assert_runs("promtool", "check", "rules", "alerts.yml")
        self.assert_runs("promtool", "test", "rules", "alerts_test.yml")

    @needs("promtool")
    def test_the_metrics_are_what_prometheus_reads(self):
        self.assert_runs("promtool", "check", "metrics", given=self.metrics)

    @needs("systemd-analyze")
    def test_the_unit_is_hardened(self):
        self.assert_runs("systemd-analyze", "security", "--offline=true", "--threshold=30", "./holdfastd.service")

    def test_the_configuration_has_no_fault(self):
        self.assert_runs(str(pathlib.Path(BIN).resolve() / "holdfastd"), "validate", "holdfast.toml")

    @needs("man")
    def test_the_daemons_manual_page_is_good_roff(self):
        ran = run("man", "--warnings", "-E", "UTF-8", "-l", "holdfastd.8")
        self.assertEqual(ran.returncode, 0)
        self.assertNotIn(b"warning", ran.stdout)


if __name__ == "__main__":
    unittest.main()
