#!/usr/bin/env python3
"""The page at /dashboard in a real browser, if there is one: the numbers of the status, no fault in its console, and no
request to anywhere else."""
import http.server
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from daemons import Pair

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
LOOKS_S = 6  # how long the browser looks before it says what it sees


class Window(http.server.BaseHTTPRequestHandler):
    """Stands before the daemon and notes what is asked for. The browser tells what it sees once the page is loaded, so
    this adds a picture that takes its time."""
    daemon_url, asked = "", []

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/slow":
            time.sleep(LOOKS_S)
            return self.send_error(404)
        with urllib.request.urlopen(self.daemon_url + self.path, timeout=60) as answer:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.end_headers()
            if self.path == "/dashboard":
                page = answer.read().replace(b"img-src data:", b"img-src 'self' data:")
                return self.wfile.write(page.replace(b"<header>", b"<header><img src=/slow hidden>"))
            while piece := answer.read1(4096):
                self.wfile.write(piece)
                self.wfile.flush()

    def log_message(self, *_):
        pass


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(f"{BIN}/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.pair.meet()
        cls.pair.eu.call("POST", "/v1/skus/%3Cb%3Ebold/adjustments", {"delta": 4321, "reason": "delivery"},
                         {"Idempotency-Key": "k"})
        Window.daemon_url = cls.pair.eu.url
        cls.window = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Window)
        cls.window.daemon_threads = True
        threading.Thread(target=cls.window.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.window.shutdown)

    def test_the_page_names_no_other_place(self):
        page = self.pair.eu.call("GET", "/dashboard").body.decode()
        self.assertEqual(re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", page), [])

    @unittest.skipUnless(BROWSER, "no browser here")
    def test_a_browser_shows_the_numbers_of_the_status(self):
        with tempfile.TemporaryDirectory() as profile:
            seen = subprocess.run(
                [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--dump-dom",
                 "--enable-logging=stderr", f"http://127.0.0.1:{self.window.server_port}/dashboard"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=90, check=True)
        page = seen.stdout.decode()
        status = self.pair.eu.call("GET", "/v1/status").json()
        for region in status["regions"]:
            self.assertRegex(page, f'<td class="">{region["region"]}( \\*)?</td><td class="left good">up</td>')
            self.assertIn(f'<td class="">{region["rights"]:,}</td>'.replace(",", " "), page)
        self.assertIn("&lt;b&gt;bold", page, "a name is text, never markup")
        self.assertIn('<b id="check" class="good">OK', page)
        faults = [line for line in seen.stderr.decode().splitlines() if "CONSOLE" in line and "404" not in line]
        self.assertEqual(faults, [])
        places = {path.split("?")[0] for path in Window.asked} - {"/slow"}
        self.assertEqual(places, {"/dashboard", "/livez", "/v1/status", "/v1/rights", "/v1/events"})


if __name__ == "__main__":
    unittest.main()
