#!/usr/bin/env python3
"""A walk must find what a page shows wrongly, or it proves nothing."""
import pathlib
import tempfile
import unittest
import unittest.mock

import walk


def walked(page):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "page.md"
        path.write_text(page)
        return walk.walk(path, pathlib.Path(directory))


def console(*lines):
    return "\n".join(["```console", *lines, "```", ""])


class Walk(unittest.TestCase):
    def assert_good(self, page):
        self.assertEqual([printed for _, printed, good in walked(page) if not good], [])

    def assert_bad(self, page):
        self.assertFalse(all(good for _, _, good in walked(page)))

    def test_what_is_printed_is_as_shown(self):
        self.assert_good(console("$ echo one", "one", "$ echo two", "two"))

    def test_a_wrong_a_missing_and_a_superfluous_line_are_found(self):
        self.assert_bad(console("$ echo one", "two"))
        self.assert_bad(console("$ echo one"))
        self.assert_bad(console("$ true", "one"))

    def test_a_number_that_is_not_so_is_found(self):
        self.assert_bad(console("""$ echo '{"quantity":6}'""", '{"quantity":5}'))

    def test_what_is_said_on_stderr_is_seen_too(self):
        self.assert_good(console("$ echo oops >&2", "oops"))

    def test_a_page_is_one_session(self):
        self.assert_good(console("$ word=here") + "text\n" + console("$ echo $word", "here"))

    def test_commands_go_on_after_a_backslash_and_through_a_here_document(self):
        self.assert_good(console("$ echo one \\", "    two", "one two"))
        self.assert_good(console("$ tr -d '$' <<END", "$ no command", "END", " no command"))

    def test_other_blocks_are_not_typed(self):
        self.assertEqual(walked("```\n$ exit 1\n```\n```sh\n$ exit 1\n```\n"), [])

    def test_an_ellipsis_stands_for_what_is_there_and_no_more(self):
        self.assert_good(console("$ seq 5", "1", "…", "5"))
        self.assert_good(console("$ echo a b c", "a … c"))
        self.assert_bad(console("$ seq 5", "1", "…", "6"))

    def test_times_and_random_names_are_equal_to_each_other_and_to_nothing_else(self):
        self.assert_good(console("$ date -u +%Y-%m-%dT%H:%M:%SZ", "2020-01-01T00:00:00.123Z"))
        self.assert_bad(console("$ echo now", "2020-01-01T00:00:00Z"))

    def test_ports_are_free_ones_and_shown_as_the_page_has_them(self):
        self.assert_good(console("$ echo localhost:8420 8421", "localhost:8420 8421"))
        self.assert_good(console("$ [[ 8420 == 84''20 ]] || echo another", "another"))

    def test_two_ports_of_a_page_are_never_one(self):
        ports = walk.Ports()
        with unittest.mock.patch("walk.free_port", side_effect=["20001", "20001", "20002"]):
            self.assertEqual([ports.real_of("8420"), ports.real_of("8421")], ["20001", "20002"])

    def test_a_quoted_table_must_add_up(self):
        table = "lines sold          1 000     20     1 020\n1 025 lines = 1 020 sold + 3 refused\n  + 2 skipped\n"
        self.assertEqual(walk.sums_that_are_wrong(table), [])
        self.assertEqual(len(walk.sums_that_are_wrong(table.replace("  20", "  21"))), 1)
        self.assertEqual(len(walk.sums_that_are_wrong(table.replace("+ 3", "+ 4"))), 1)

    def test_update_writes_what_was_printed(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "page.md"
            path.write_text(console("$ echo one", "two", "three", "$ seq 2") + "end\n")
            walk.update(path, walk.walk(path, pathlib.Path(directory)))
            self.assertEqual(path.read_text(), console("$ echo one", "one", "$ seq 2", "1", "2") + "end\n")


if __name__ == "__main__":
    unittest.main()
