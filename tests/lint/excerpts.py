#!/usr/bin/env python3
"""Checks the documents: `excerpts.py [FOLDER]` prints what is wrong and fails if anything is.

A block of C++ is an excerpt of a file that its first line names, as in `// examples/echo/main.cpp`,
and must occur there, though it may be indented less. Blocks in other languages may do the same.
C++ that is no excerpt is fenced as `c++`. Links to files of the project must lead to one, and to a
heading in it if they name one.
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.M | re.S)
MARK = re.compile(r"(?:// |# |<!-- )([\w.-]+(?:/[\w.-]+)+)(?: -->)?$")
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
OUTSIDE = re.compile(r"\w+:")


def documents(root):
    return [p for p in sorted(root.glob("*.md")) + sorted(root.glob("docs/*.md")) if p.is_file()]


def indented(lines, width):
    return [" " * width + line if line else line for line in lines]


def occurs(excerpt, text):
    """Whether the lines of the excerpt stand in the text, all moved right by the same width."""
    whole = text.splitlines()
    for at, line in enumerate(whole):
        width = len(line) - len(line.lstrip(" ")) - (len(excerpt[0]) - len(excerpt[0].lstrip(" ")))
        if width >= 0 and whole[at:at + len(excerpt)] == indented(excerpt, width):
            return True
    return False


def check_block(root, language, lines):
    """What is wrong with a block, or nothing."""
    mark = MARK.match(lines[0]) if lines else None
    if not mark:
        return "C++ without the name of its file" if language == "cpp" else None
    source = root / mark[1]
    if not source.is_file():
        return f"no such file: {mark[1]}"
    excerpt = lines[1:]
    while excerpt and not excerpt[0]:
        excerpt = excerpt[1:]
    if not excerpt:
        return f"nothing of {mark[1]}"
    return None if occurs(excerpt, source.read_text(encoding="utf-8")) else f"not in {mark[1]}"


def anchors(document):
    """The names that headings get: small letters, digits and hyphens."""
    text = BLOCK.sub("", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in HEADING.findall(text)}


def check_link(document, target, anchor):
    if OUTSIDE.match(target):
        return None
    file = document.parent / target if target else document
    if not file.exists():
        return f"a link to nowhere: {target}"
    if anchor and file.suffix == ".md" and anchor not in anchors(file):
        return f"no such heading: {target}#{anchor}"
    return None


def check(root):
    faults = []
    for path in documents(root):
        text = path.read_text(encoding="utf-8")
        found = [(block.start(), check_block(root, block[1], block[2].splitlines()))
                 for block in BLOCK.finditer(text)]
        prose = BLOCK.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
        found += [(link.start(), check_link(path, link[1], link[2]))
                  for link in LINK.finditer(prose)]
        faults += [f"{path.relative_to(root)}:{text.count(chr(10), 0, at) + 1}: {fault}"
                   for at, fault in sorted(found, key=lambda each: each[0]) if fault]
    return faults


def main():
    faults = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    print("\n".join(faults) or "All excerpts and links hold.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
