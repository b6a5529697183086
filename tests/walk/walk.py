#!/usr/bin/env python3
"""Types the documentation's commands and compares what they print with what the page shows.

usage: walk.py [--update] --bin DIR PAGE.md...

A block fenced as ```console is a session. A line that begins with "$ " is a command; it goes on over lines that
end with a backslash and over a here-document. The lines up to the next command are its output, stdout and stderr.
All blocks of a page are one session of bash, in a fresh directory that has build/release/bin.

In the output shown, `…` stands for anything on its line, and a line that is only `…` for any lines. Times, counted
milliseconds and what else never is the same twice (VARYING) are equal to each other. Ports 8400 to 8499 become free
ones, so that a walk does not meet a daemon that runs here.

--update writes what was printed into the page, where it is not what the page shows: read the difference.
"""
import argparse
import contextlib
import difflib
import os
import pathlib
import random
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time

VARYING = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "TIME"),
    (r"\b\d\d:\d\d:\d\dZ", "TIME"),
    (r'"(expires_in_ms|uptime_ms|checked_ms_ago|heard_ms_ago|rtt_ms)": ?\d+', r'"\1":N'),
    (r"\bin \d+m \d\ds", "in SPAN"),
    (r"\b\d+(\.\d+)? s\b", "SPAN"),
    (r"\b(journal|disk free) +[\d.]+ ([KMGT]i)?B", r"\1 SIZE"),
    (r"state hash [0-9a-f]{16}", "state hash HASH"),
    (r"\b[0-9A-Za-z]{22}\b", "RANDOM"),  # ids and keys that the command line draws
    (r"\brecords +\d+", "records N"),  # among them time marks, one a second
    (r"ledger ends at \d+, its mark says \d+|ledger of \d+ records", "POSITIONS"),
    (r'"pid":\d+', '"pid":N'),
    (r"\b\d+(\.\d+)?(/\d+(\.\d+)?)?ms\b", "LATENCY"),
    (r" +", " "),  # columns move with the width of what varies
]
# What an interactive shell says of jobs, and a script's shell in other words.
JOB_NOTICE = re.compile(r"^(\[\d+\][ +-].*|\S*bash: line \d+: +\d+ (Killed|Terminated|Stopped).*)\n?$")
COMMAND_SECONDS_MAX = 30


class Command:
    def __init__(self, line, text):
        self.line, self.text, self.shown, self.last = line, text, [], line

    def take_more(self, text):
        self.text += "\n" + text


def is_open(text):
    """Whether the command goes on: a backslash at the end, or something that bash wants closed."""
    if text.endswith("\\"):
        return True
    said = subprocess.run(["bash", "-n"], input=text + "\n", capture_output=True, text=True).stderr
    return "end of file" in said or "end-of-file" in said or "unexpected EOF" in said


def commands_of(page):
    """The commands of a page with the output it shows, and the numbers of the lines that hold that output."""
    commands, inside = [], False
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("```"):
            inside = not inside and line[3:].strip() == "console"
            opened = inside
        elif inside and commands and not opened and is_open(commands[-1].text):
            commands[-1].take_more(line)
            commands[-1].last = number
        elif inside and line.startswith("$ "):
            commands.append(Command(number, line[2:]))
            opened = False
        elif inside:
            if opened:
                sys.exit(f"line {number}: output before the first command of a block")
            commands[-1].shown.append(line)
            commands[-1].last = number
    return commands


def free_port():
    """One that nobody has just now, and that the system gives to none that only calls others."""
    while True:
        port = random.randrange(20000, 32768)
        with socket.socket() as taker, contextlib.suppress(OSError):
            taker.bind(("127.0.0.1", port))
            return str(port)


class Ports:
    """Free ports for those that a page names, one for each."""

    def __init__(self):
        self.real = {}

    def hide(self, text):
        return re.sub(r"\b84\d\d\b", lambda found: self.real_of(found[0]), text)

    def show(self, text):
        for named, real in self.real.items():
            text = re.sub(rf"\b{real}\b", named, text)
        return text

    def real_of(self, named):
        while named not in self.real:
            port = free_port()
            if port not in self.real.values():
                self.real[named] = port
        return self.real[named]


class Shell:
    """One bash that is told a command at a time."""

    MARK = "~walk~"

    def __init__(self, directory, ports):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
        environment |= {"HOLDFAST_ENDPOINT": f"http://127.0.0.1:{ports.real_of('8420')}", "NO_COLOR": "1",
                        "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(directory)}
        self.process = subprocess.Popen(["bash", "--norc"], cwd=directory, env=environment, bufsize=0,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        self.unread = ""

    def type(self, command):
        self.process.stdin.write(f"{command}\nprintf '\\n{self.MARK}\\n'\n".encode())
        end = f"\n{self.MARK}\n"
        until = time.monotonic() + COMMAND_SECONDS_MAX
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while end not in self.unread:
                if not selector.select(until - time.monotonic()):
                    raise TimeoutError(f"no end after {COMMAND_SECONDS_MAX} s: $ {command}\n{self.unread}")
                block = os.read(self.process.stdout.fileno(), 65536)
                if not block:
                    raise EOFError(f"the shell ended at: $ {command}\n{self.unread}")
                self.unread += block.decode(errors="replace")
        output, self.unread = self.unread.split(end, 1)
        return output

    def close(self):
        """Ends the shell and what it left in the background; a daemon gets a moment to end by itself."""
        for ending in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + 5
            while time.monotonic() < until:
                try:
                    os.killpg(self.process.pid, ending)
                except ProcessLookupError:
                    break
                self.process.poll()
                time.sleep(0.02)
        self.process.communicate()


def lines_of(output):
    lines = [line.rstrip() for line in output.splitlines() if not JOB_NOTICE.match(line)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def without_varying(line):
    for pattern, instead in VARYING:
        line = re.sub(pattern, instead, line)
    return line


def is_as_shown(shown, printed):
    pattern = ""
    for line in filter(None, shown):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(without_varying(part)) for part in line.split("…")) + r"\n"
    return re.fullmatch(pattern, "".join(without_varying(line) + "\n" for line in filter(None, printed))) is not None


def walk(page_path, bin_dir):
    """Every command of the page with what it printed: (command, lines, whether they are as shown)."""
    ports, results = Ports(), []
    with tempfile.TemporaryDirectory(prefix="holdfast-walk-") as directory:
        (pathlib.Path(directory) / "build/release").mkdir(parents=True)
        (pathlib.Path(directory) / "build/release/bin").symlink_to(bin_dir)
        shell = Shell(directory, ports)
        try:
            for command in commands_of(page_path.read_text()):
                output = ports.show(shell.type(ports.hide(command.text)))
                printed = lines_of(output.replace(directory, "…"))
                results.append((command, printed, is_as_shown(lines_of("\n".join(command.shown)), printed)))
        finally:
            shell.close()
    return results


def sums_that_are_wrong(page):
    """In a replay's table that a page quotes: rows whose regions do not add up, and lines not accounted for."""
    def number(text):
        return int(text.replace(" ", ""))

    wrong = []
    for row in re.findall(r"^(?:lines|units|  of them) .*$", page, re.M):
        figures = [number(figure) for figure in re.findall(r" {2,}(\d{1,3}(?: \d{3})*)", row)]
        if len(figures) < 2 or sum(figures[:-1]) != figures[-1]:
            wrong.append(row)
    for whole, parts in re.findall(r"^([\d ]+) lines = (.*\n.*) skipped", page, re.M):
        if number(whole) != sum(number(part) for part in re.findall(r"\d[\d ]*", parts)):
            wrong.append(f"{whole} lines = {parts} skipped")
    return wrong


def update(page_path, results):
    lines = page_path.read_text().splitlines()
    for command, printed, as_shown in reversed(results):
        if not as_shown:
            begin = command.last - len(command.shown)
            lines[begin:command.last] = printed
    page_path.write_text("\n".join(lines) + "\n")


def complain(page_path, command, printed):
    print(f"{page_path}:{command.line}: $ {command.text}")
    shown = lines_of("\n".join(command.shown))
    for line in difflib.unified_diff(shown, printed, "shown", "printed", lineterm="", n=9):
        print("    " + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    bad = 0
    for page_path in arguments.pages:
        try:
            results = walk(page_path, arguments.bin.resolve())
        except (TimeoutError, EOFError) as error:
            sys.exit(f"{page_path}: {error}")
        print(f"{page_path}: {len(results)} commands")
        for command, printed, as_shown in results:
            if not as_shown:
                bad += 1
                complain(page_path, command, printed)
        for line in sums_that_are_wrong(page_path.read_text()):
            bad += 1
            print(f"{page_path}: does not add up: {line}")
        if arguments.update:
            update(page_path, results)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
