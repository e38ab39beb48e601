#!/usr/bin/env python3
"""Each rule of rules.py finds its breach, and only that."""

import pathlib
import tempfile
import unittest

from rules import Rules

FRAME = "include/socketio/core/frame.hpp"
STATE = "include/socketio/engine/state.hpp"
HEAD = {FRAME: "// layer 0 (core): a frame.\n#pragma once\n",
        STATE: "// layer 2 (engine): a state.\n#pragma once\n"}
SOURCE = "// layer 6 (server): all.\n#pragma once\n"


class RulesTest(unittest.TestCase):
    def breaches(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            for name, text in (HEAD | files).items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            rules = Rules(root)
            rules.check()
            return rules.breaches

    def finds(self, breach, name, text):
        self.assertEqual(self.breaches({name: text}), [breach])

    def frame(self, breach, line):
        self.finds(f"{FRAME}:3: {breach}", FRAME, HEAD[FRAME] + line)

    def test_a_clean_tree(self):
        umbrella = SOURCE + "#include <socketio/engine/state.hpp>\n"
        state = HEAD[STATE] + '#include "socketio/core/frame.hpp"\n'
        self.assertEqual(self.breaches({STATE: state, "include/socketio.hpp": umbrella}), [])

    def test_an_upward_include(self):
        self.frame("layer 0 includes layer 2: socketio/engine/state.hpp",
                   '#include "socketio/engine/state.hpp"\n')

    def test_a_body_has_the_layer_of_its_header(self):
        body = "include/socketio/core/impl/frame.ipp"
        self.finds(f"{body}:2: layer 0 includes layer 2: socketio/engine/state.hpp", body,
                   '#pragma once\n#include "socketio/engine/state.hpp"\n')

    def test_an_include_without_its_full_path(self):
        self.frame("no such file under include/: frame.hpp", '#include "frame.hpp"\n')

    def test_asio_below_the_transports(self):
        self.frame("layer 0 includes Asio", "#include <asio/buffer.hpp>\n")

    def test_rapidjson_outside_its_fence(self):
        self.frame("RapidJSON outside include/socketio/core/json/rapidjson.hpp",
                   "#include <rapidjson/reader.h>\n")

    def test_a_clock_in_a_codec(self):
        self.frame("_clock::now: layers 0-2 have no clock", "auto t = steady_clock::now();\n")

    def test_banned_names(self):
        self.frame("#include <iostream>: costly or missing with g++ 12", "#include <iostream>\n")
        self.frame("std::function: not in headers", "std::function<void()> f;\n")
        self.frame("atoi(: parse by hand", "int i = atoi(text);\n")

    def test_comments_may_name_anything(self):
        self.assertEqual(self.breaches({FRAME: HEAD[FRAME] + "// not a std::function\n"}), [])

    def test_the_first_line(self):
        expected = "the first line must be `// layer N (name): one sentence.`"
        for line in ["", "// layer 1 (core): a frame.\n", "// layer 0 (core): a frame\n"]:
            self.finds(f"{FRAME}:1: {expected}", FRAME, line + "#pragma once\n")

    def test_a_header_in_another_layers_folder(self):
        self.finds(f"{FRAME}:1: the folder core/ is layer 0", FRAME,
                   "// layer 1 (proto): a frame.\n#pragma once\n")

    def test_pragma_once(self):
        self.finds(f"{FRAME}:1: no #pragma once", FRAME, "// layer 0 (core): a frame.\n")

    def test_length(self):
        self.finds(f"{FRAME}:501: more than 500 lines: look for the second idea", FRAME,
                   HEAD[FRAME] + "\n" * 499)

    def test_a_sixth_macro(self):
        lines = [f"#ifdef SOCKETIO_{letter}\n#endif\n" for letter in "ABCDE"]
        self.assertEqual(self.breaches({FRAME: HEAD[FRAME] + "".join(lines)}), [])
        names = ", ".join(f"SOCKETIO_{letter}" for letter in "ABCDEF")
        self.finds(f"{FRAME}:13: more than 5 macros: {names}", FRAME,
                   HEAD[FRAME] + "".join(lines) + "#define SOCKETIO_F\n")

    def test_a_body_that_the_compiled_mode_lacks(self):
        body = "include/socketio/core/impl/frame.ipp"
        source = {"include/socketio/impl/src.hpp": SOURCE}
        inline = {body: "#pragma once\nSOCKETIO_DECL void f() {}\n"}
        template = {body: "#pragma once\ntemplate <class T> void f() {}\n"}
        self.assertEqual(self.breaches(source | inline),
                         [f"{body}:1: missing in socketio/impl/src.hpp"])
        self.assertEqual(self.breaches(source | template), [])

    def test_a_sentence_that_nobody_has_seen(self):
        sentence = 'static_assert(b, "socketio: do "\n    "this \\"so\\".");\n'
        case = {"tests/compile_fail/b.cpp": '// expect: do this "so"\n'}
        self.frame("no case in tests/compile_fail expects this sentence", sentence)
        self.assertEqual(self.breaches({FRAME: HEAD[FRAME] + sentence} | case), [])

    def test_traces_of_a_machine(self):
        self.finds("a.txt:1: a path of somebody's machine", "a.txt", "see /ho" + "me/me/x\n")
        self.finds("a.json:1: a lock file with download addresses", "a.json", '"resol' + 'ved": 1\n')
        self.finds("a.txt:1: a registry's host", "a.txt", "registry" + ".npmjs.org\n")


if __name__ == "__main__":
    unittest.main()
