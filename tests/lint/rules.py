#!/usr/bin/env python3
"""Checks the house rules: `rules.py [FOLDER]` prints every breach and fails if there is one."""

import pathlib
import re
import shutil
import subprocess
import sys

LAYERS = ["core", "proto", "engine", "transport", "hub", "net", "server"]
# Folders of the same layer.
BESIDE = {"adapters": "net"}
NO_ASIO_BELOW = LAYERS.index("transport")
JSON_FENCE = "include/socketio/core/json/rapidjson.hpp"
MAX_LINES = 500
MAX_MACROS = 5

# Headers that cost every user compile time or portability, and calls whose parsing is too lenient.
BANNED = {
    r'#include <(iostream|regex|format|any)>': "costly or missing with g++ 12",
    r'\bstd::(function|shared_ptr|make_shared|jthread|format)\b': "not in headers",
    r'\b(atoi|atol|strtou?ll?|stoi|stol|stoul+|stoll|sscanf)\s*\(': "parse by hand",
}
# Below the transports nothing knows the time or the operating system's descriptors.
BANNED_BELOW_ASIO = {
    r'_clock::now\b': "layers 0-2 have no clock",
    r'#include <(sys/socket|netinet|poll|fcntl)': "layers 0-2 do no I/O",
}
# Spelled so that this file does not contain what it looks for.
BANNED_TEXT = {
    r'(?<![\w.~])/(root|work|home)/\w': "a path of somebody's machine",
    r'\bregistry[.](npmjs|yarnpkg)|\bpypi[.]org|pythonhosted[.]org|deb[.]debian':
        "a registry's host",
    r'^\s*"resolved":': "a lock file with download addresses",
}


def tracked(root):
    """The files that git has or would take, else all but build folders."""
    listing = None
    if shutil.which("git"):
        git = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(git, capture_output=True, text=True)
    if listing and listing.returncode == 0:
        paths = [root / name for name in listing.stdout.split("\0") if name]
    else:
        hidden = {".git", "build", "node_modules", ".cache"}
        paths = [p for p in root.rglob("*") if not hidden & set(p.relative_to(root).parts)]
    return sorted({p for p in paths if p.is_file()})


def code_lines(text):
    """The lines without comments; enough for our own style, which has no /* in strings."""
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.S)
    return [re.sub(r'(?<![:"])//.*', "", line) for line in text.splitlines()]


class Rules:
    def __init__(self, root):
        self.root = root
        self.breaches = []
        self.include = root / "include"
        self.macros = {}

    def breach(self, path, line, message):
        self.breaches.append(f"{path.relative_to(self.root)}:{line}: {message}")

    def check(self):
        for path in tracked(self.root):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture, a fuzz corpus
            self.check_text(path, text)
            if path.suffix in (".hpp", ".ipp", ".cpp"):
                self.check_length(path, text)
            if self.include in path.parents and path.suffix in (".hpp", ".ipp"):
                self.check_header(path, text)
        self.check_bodies()
        self.check_sentences()
        if len(self.macros) > MAX_MACROS:
            path, line = list(self.macros.values())[-1]
            names = ", ".join(sorted(self.macros))
            self.breach(path, line, f"more than {MAX_MACROS} macros: {names}")

    def check_text(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, reason in BANNED_TEXT.items():
                if re.search(pattern, line):
                    self.breach(path, number, reason)

    def check_bodies(self):
        """The compiled mode needs every body that is no template; tests may not call them all."""
        source = self.include / "socketio/impl/src.hpp"
        if source.is_file():
            named = source.read_text(encoding="utf-8")
            for body in sorted(self.include.rglob("*.ipp")):
                compiled = "SOCKETIO_DECL" in body.read_text(encoding="utf-8")
                if compiled and f'"{body.relative_to(self.include)}"' not in named:
                    self.breach(body, 1, "missing in socketio/impl/src.hpp")

    def check_sentences(self):
        """What the compiler is to say to users, it must be seen to say: tests/compile_fail."""
        expected = []
        for case in self.root.glob("tests/compile_fail/*.cpp"):
            expected += re.findall(r"^// expect: (.+)$", case.read_text(encoding="utf-8"), re.M)
        for path in sorted(self.include.rglob("*.[hi]pp")):
            text = path.read_text(encoding="utf-8")
            for found in re.finditer(r'"socketio: (?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*', text):
                sentence = re.sub(r'"\s*"', "", found[0]).replace('\\"', '"')
                if not any(part in sentence for part in expected):
                    line = text.count("\n", 0, found.start()) + 1
                    self.breach(path, line, "no case in tests/compile_fail expects this sentence")

    def check_length(self, path, text):
        lines = text.count("\n")
        if lines > MAX_LINES:
            self.breach(path, lines, f"more than {MAX_LINES} lines: look for the second idea")

    def check_header(self, path, text):
        if "#pragma once" not in text:
            self.breach(path, 1, "no #pragma once")
        layer = self.layer_of(path)
        if layer is None:
            self.breach(path, 1, "the first line must be `// layer N (name): one sentence.`")
            return
        home = "/".join(path.relative_to(self.include).parts[1:2])  # socketio.hpp has none
        home = BESIDE.get(home, home)
        if home in LAYERS and layer != LAYERS.index(home):
            self.breach(path, 1, f"the folder {home}/ is layer {LAYERS.index(home)}")

        banned = BANNED | (BANNED_BELOW_ASIO if layer < NO_ASIO_BELOW else {})
        for number, line in enumerate(code_lines(text), 1):
            for pattern, reason in banned.items():
                if match := re.search(pattern, line):
                    self.breach(path, number, f"{match.group()}: {reason}")
            if match := re.match(r'\s*#\s*include\s+(["<])([^">]+)', line):
                self.check_include(path, number, layer, *match.groups())
            if match := re.match(r"\s*#\s*(?:define|ifdef|ifndef|if|elif)\b(.*)", line):
                for name in re.findall(r"\bSOCKETIO_\w+", match.group(1)):
                    self.macros.setdefault(name, (path, number))

    def check_include(self, path, number, layer, quote, name):
        if name.startswith("asio") and layer < NO_ASIO_BELOW:
            self.breach(path, number, f"layer {layer} includes Asio")
        if name.startswith("rapidjson") and str(path.relative_to(self.root)) != JSON_FENCE:
            self.breach(path, number, f"RapidJSON outside {JSON_FENCE}")
        if quote == "<" and not name.startswith("socketio"):
            return
        target = self.include / name
        if not target.is_file():
            self.breach(path, number, f"no such file under include/: {name}")
            return
        below = self.layer_of(target)
        if below is not None and below > layer:
            self.breach(path, number, f"layer {layer} includes layer {below}: {name}")

    def layer_of(self, path):
        """The number in the first line; a body in impl/ belongs to its header."""
        if path.suffix == ".ipp" and path.parent.name == "impl":
            header = path.parent.parent / f"{path.stem}.hpp"
            path = header if header.is_file() else path
        with path.open(encoding="utf-8") as file:
            match = re.fullmatch(r"// layer (\d) \((\w+)\): .+[.:]", file.readline().rstrip("\n"))
        if match and int(match[1]) < len(LAYERS):
            if LAYERS[int(match[1])] == BESIDE.get(match[2], match[2]):
                return int(match[1])
        return None


def main():
    rules = Rules(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    rules.check()
    print("\n".join(rules.breaches) or "All house rules hold.")
    sys.exit(bool(rules.breaches))


if __name__ == "__main__":
    main()
