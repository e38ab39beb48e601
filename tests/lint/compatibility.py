#!/usr/bin/env python3
"""Checks docs/compatibility.md: `compatibility.py [FOLDER]` prints what is wrong and fails if anything is.

The rows from F001 to the last stand there once each. Each file of tests that is named beside rows
bears the number of one of them, and where the state is "yes", each row's number is in one of them.
"""

import pathlib
import re
import sys

ROW = re.compile(r"^\| (F\d[^|]*) \|.*\| (yes|partly|none|not yet) \|.*\|([^|]*)\|$", re.M)
RANGE = re.compile(r"F(\d{3})(?:[–-]F?(\d{3}))?(?!\d)")
FORMS = ("{}.cpp", "{}.test.mjs", "{}.mjs")


def numbers(text):
    """The numbers that a text names, alone or from one to another."""
    found = set()
    for first, last in RANGE.findall(text):
        found.update(range(int(first), int(last or first) + 1))
    return found


def tests_of(root, name):
    """The text of a file of tests, or nothing if there is none."""
    for form in FORMS:
        path = root / "tests" / form.format(name)
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return None


def complaints(root):
    seen = set()
    text = (root / "docs" / "compatibility.md").read_text(encoding="utf-8")
    for named, state, cell in ROW.findall(text):
        rows = numbers(named)
        for row in sorted(rows & seen):
            yield f"F{row:03} stands there twice"
        seen |= rows
        tests = [each.strip() for each in cell.replace("…", "").split(",") if each.strip()]
        shown = set()
        for name in tests:
            content = tests_of(root, name)
            if content is None:
                yield f"{named}: no such test: {name}"
            elif not rows & numbers(content):
                yield f"{named}: {name} shows none of them"
            else:
                shown |= numbers(content)
        if state == "yes":
            for row in sorted(rows - shown):
                yield f"{named}: no test that is named shows F{row:03}"
    for row in sorted(set(range(1, max(seen, default=0) + 1)) - seen):
        yield f"F{row:03} is missing"


def main(root):
    wrong = list(complaints(pathlib.Path(root)))
    print("\n".join(wrong) or "Every row has its place, and the tests that show it.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
