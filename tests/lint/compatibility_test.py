#!/usr/bin/env python3
"""compatibility.py finds what does not hold, and only that."""

import pathlib
import tempfile
import unittest

import compatibility

HOLDS = ("| F001 | a | yes | | server/x |\n"
         "| F002–F003 | b | yes | | server/x, interop/y … |\n"
         "| F004, F005 | c | none | | |\n"
         "| F006 | d | partly | | |\n")


class CompatibilityTest(unittest.TestCase):
    def complaints(self, table):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for part in ("docs", "tests/server", "tests/interop"):
                (root / part).mkdir(parents=True)
            (root / "tests/server/x.cpp").write_text('"F001 F002 x"', encoding="utf-8")
            (root / "tests/interop/y.test.mjs").write_text('"F003-F003 y"', encoding="utf-8")
            (root / "docs/compatibility.md").write_text(table, encoding="utf-8")
            return list(compatibility.complaints(root))

    def test_what_holds(self):
        self.assertEqual(self.complaints(HOLDS), [])

    def test_a_row_too_many_or_too_few(self):
        self.assertEqual(self.complaints(HOLDS + "| F006 | e | none | | |\n"),
                         ["F006 stands there twice"])
        self.assertEqual(self.complaints(HOLDS + "| F008 | e | none | | |\n"), ["F007 is missing"])

    def test_what_no_test_shows(self):
        self.assertEqual(self.complaints(HOLDS.replace("F006 | d | partly", "F006 | d | yes")),
                         ["F006: no test that is named shows F006"])
        self.assertEqual(self.complaints(HOLDS.replace("server/x, interop/y", "server/x")),
                         ["F002–F003: no test that is named shows F003"])

    def test_tests_that_are_not_what_they_are_named_for(self):
        self.assertEqual(self.complaints(HOLDS.replace("c | none | | |", "c | none | | server/x |")),
                         ["F004, F005: server/x shows none of them"])
        self.assertEqual(self.complaints(HOLDS.replace("c | none | | |", "c | none | | server/z |")),
                         ["F004, F005: no such test: server/z"])


if __name__ == "__main__":
    unittest.main()
