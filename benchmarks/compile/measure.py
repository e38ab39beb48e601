#!/usr/bin/env python3
"""How long the echo server takes to compile, and how large it becomes; and the header alone.

    benchmarks/compile/measure.py [COMPILER...]
"""
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLAGS = ["-std=c++20", "-O2", "-DNDEBUG", "-DASIO_STANDALONE", f"-I{HERE.parent.parent / 'include'}"]


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compile_one(compiler, source):
    """CPU seconds, the object's size and the linked and stripped program's, if it has a main."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "out.o")
        before = children()
        subprocess.run([compiler, *FLAGS, "-c", str(HERE / source), "-o", target], check=True)
        seconds = children() - before
        program = None
        if source == "echo.cpp":
            linked = str(Path(folder) / "out")
            subprocess.run([compiler, target, "-pthread", "-s", "-o", linked], check=True)
            program = os.path.getsize(linked)
        return seconds, os.path.getsize(target), program


def measure(compilers):
    """[(compiler, source, seconds, object bytes, program bytes or None)]"""
    return [
        (compiler, source, *compile_one(compiler, source))
        for compiler in compilers
        for source in ("echo.cpp", "header.cpp")
    ]


if __name__ == "__main__":
    for compiler, source, seconds, size, program in measure(sys.argv[1:] or ["g++"]):
        linked = f", program {program / 1e6:.2f} MB" if program else ""
        print(f"{compiler:12} {source:10} {seconds:6.1f} s, object {size / 1e6:.2f} MB{linked}")
