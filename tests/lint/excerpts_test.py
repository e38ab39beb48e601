#!/usr/bin/env python3
"""excerpts.py finds what does not hold, and only that."""

import pathlib
import tempfile
import unittest

import excerpts

SOURCE = "int main() {\n  first();\n\n  if (it) {\n    second();\n  }\n}\n"


class ExcerptsTest(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "docs").mkdir()
            (root / "examples").mkdir()
            (root / "examples/main.cpp").write_text(SOURCE, encoding="utf-8")
            (root / "docs/start.md").write_text(text, encoding="utf-8")
            return excerpts.check(root)

    def excerpt(self, text, mark="// examples/main.cpp", language="cpp"):
        return self.faults(f"Text.\n\n```{language}\n{mark}\n{text}\n```\n")

    def test_what_holds(self):
        self.assertEqual(self.excerpt(SOURCE.rstrip()), [])
        self.assertEqual(self.excerpt("\n  first();\n\n  if (it) {"), [])
        self.assertEqual(self.excerpt("first();\n\nif (it) {\n  second();\n}"), [])
        self.assertEqual(self.excerpt("second();", "# examples/main.cpp", "sh"), [])
        self.assertEqual(self.faults("```c++\nanything();\n```\n"), [])
        self.assertEqual(self.faults("[a](start.md) [b](start.md#b-c) [c](https://example.org/#d)\n"
                                     "[e](#b-c)\n\n## B, `c`!\n"), [])

    def test_what_does_not_occur(self):
        for text in ("third();", "first();\nif (it) {", "if (it) {\nsecond();\n}", "second"):
            self.assertEqual(self.excerpt(text), ["docs/start.md:3: not in examples/main.cpp"])

    def test_a_missing_file(self):
        self.assertEqual(self.excerpt("first();", "// examples/other.cpp"),
                         ["docs/start.md:3: no such file: examples/other.cpp"])

    def test_an_empty_excerpt(self):
        self.assertEqual(self.excerpt(""), ["docs/start.md:3: nothing of examples/main.cpp"])

    def test_an_excerpt_without_a_name(self):
        self.assertEqual(self.faults("```cpp\nfirst();\n```\n"),
                         ["docs/start.md:1: C++ without the name of its file"])

    def test_a_broken_link(self):
        self.assertEqual(self.faults("Text.\n[a](../README.md#b)\n"),
                         ["docs/start.md:2: a link to nowhere: ../README.md"])

    def test_a_link_to_a_heading_that_is_not_there(self):
        self.assertEqual(self.faults("[a](#b)\n\n```sh\n# b\n```\n"),
                         ["docs/start.md:1: no such heading: #b"])


if __name__ == "__main__":
    unittest.main()
