#!/usr/bin/env python3
"""The page at /dashboard in a real browser, if there is one: the numbers of the status, live through a cut and a heal, no
fault in its console, and no request to anywhere else."""
import http.server
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from daemons import Pair, until

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

# Tells the window below what a person would see, five times a second.
EYE = b"""<script>
const words = (id) => document.getElementById(id).innerText;
const rows = (id) => [...document.querySelectorAll(`#${id} tr`)].map((tr) => [...tr.cells].map((td) => td.innerText.trim()));
setInterval(() => fetch("/seen", { method: "POST", body: JSON.stringify({ check: words("check"), links: words("links"),
  trouble: words("trouble"), events: words("events"), regions: rows("regions"), skus: rows("skus") }) }), 200);
</script>"""


class Window(http.server.BaseHTTPRequestHandler):
    """Stands before the daemon, notes what is asked for, and looks at the page from within."""
    daemon_url, asked, seen = "", [], None

    def do_GET(self):
        self.asked.append(self.path)
        with urllib.request.urlopen(self.daemon_url + self.path, timeout=60) as answer:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.end_headers()
            if self.path == "/dashboard":
                return self.wfile.write(answer.read() + EYE)
            while piece := answer.read1(4096):
                self.wfile.write(piece)
                self.wfile.flush()

    def do_POST(self):
        Window.seen = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def spaced(number):
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(f"{BIN}/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.pair.meet()
        for sku, delta in (("%3Cb%3Ebold", 4321), ("lamp", 76543)):
            cls.pair.eu.call("POST", f"/v1/skus/{sku}/adjustments", {"delta": delta, "reason": "delivery"},
                             {"Idempotency-Key": sku})
        Window.daemon_url = cls.pair.eu.url
        cls.window = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Window)
        cls.window.daemon_threads = True
        threading.Thread(target=cls.window.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.window.server_close)
        cls.addClassCleanup(cls.window.shutdown)

    def test_the_page_names_no_other_place(self):
        page = self.pair.eu.call("GET", "/dashboard").body.decode()
        self.assertEqual(re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", page), [])

    def open_browser(self):
        profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(profile.cleanup)
        console = tempfile.TemporaryFile("w+")
        self.addCleanup(console.close)
        browser = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", f"--user-data-dir={profile.name}", "--enable-logging=stderr",
             "--remote-debugging-port=0", f"http://127.0.0.1:{self.window.server_port}/dashboard"],
            stdout=subprocess.DEVNULL, stderr=console)
        self.addCleanup(browser.wait)
        self.addCleanup(browser.terminate)
        return console

    def shown(self):
        return Window.seen or {"regions": [], "skus": [], "links": "", "events": "", "check": "", "trouble": ""}

    def shows(self, condition, otherwise):
        try:
            until(lambda: condition(self.shown()), otherwise, 30)
        except AssertionError as error:
            raise AssertionError(f"{error}: {json.dumps(self.shown(), indent=1)}") from None

    def numbers_of_the_status(self, seen):
        """Of each region: its rights and what is reserved, as `holdfast status -o json` has them."""
        status = subprocess.run([f"{BIN}/holdfast", "status", "-o", "json", "--endpoint", self.pair.eu.url],
                                stdout=subprocess.PIPE).stdout
        regions = [(r["region"] + (" *" if r["self"] else ""), r["state"] == "up", spaced(r["rights"]), spaced(r["reserved"]))
                   for r in json.loads(status)["regions"]]
        return regions == [(row[0], row[1] == "up", row[4].lstrip("~"), row[5].lstrip("~")) for row in seen["regions"]]

    @unittest.skipUnless(BROWSER, "no browser here")
    def test_a_browser_shows_the_numbers_of_the_status_through_a_cut_and_a_heal(self):
        us = self.pair.us.process
        console = self.open_browser()
        self.shows(lambda seen: seen["links"] == "all 2 up" and self.numbers_of_the_status(seen), "both are up")
        self.assertEqual(self.shown()["check"], "OK")
        self.assertIn(["<b>bold", spaced(4321)], [row[:2] for row in self.shown()["skus"]], "a name is text, never markup")

        us.send_signal(signal.SIGSTOP)
        self.addCleanup(us.send_signal, signal.SIGCONT)
        stopped = time.monotonic()
        self.shows(lambda seen: seen["links"] == "us CUT OFF", "us is cut off")
        told_after = time.monotonic() - stopped
        seen = self.shown()
        self.assertEqual(seen["regions"][1][1], "CUT OFF")
        self.assertTrue(seen["regions"][1][4].startswith("~"), "what is stale is marked")
        self.assertTrue(self.numbers_of_the_status(seen))
        self.assertIn("us  its units cannot be sold elsewhere", seen["events"])
        self.assertLess(told_after, 4)  # the daemon takes 1.5 s; on a machine that is busy
        # Sales go on, and the page shows what they leave.
        self.pair.eu.call("PUT", "/v1/reservations/cart", {"lines": [{"sku": "lamp", "quantity": 43}]})
        self.shows(lambda seen: seen["regions"][0][5] == "43" and self.numbers_of_the_status(seen), "43 are reserved")

        us.send_signal(signal.SIGCONT)
        self.shows(lambda seen: seen["links"] == "all 2 up" and self.numbers_of_the_status(seen), "both are up again")
        self.shows(lambda seen: "us  heard again" in seen["events"], "the heal is told")
        self.assertEqual(self.shown()["trouble"], "")

        console.seek(0)
        self.assertEqual([line for line in console if "CONSOLE" in line], [])
        places = {path.split("?")[0] for path in Window.asked}
        self.assertEqual(places, {"/dashboard", "/livez", "/v1/status", "/v1/rights", "/v1/events"})


if __name__ == "__main__":
    unittest.main()
