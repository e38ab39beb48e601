"""Instructions of fixed workloads, which no other load on the machine changes: the baseline of CI."""
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from .servers import BUILD, HERE

BASELINE = HERE / "fixed.json"
WORKLOADS = ["echo", "ack", "binary", "broadcast", "connect"]
GROWTH = 1.05

# glibc copies some thousand bytes with one `rep movsb`, of which Valgrind counts each byte.
BY_VECTORS = {"GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1000000000"}


def instructions(workload, count):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        command += [str(BUILD / "bench_fixed"), workload, str(count)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env={**os.environ, **BY_VECTORS})
        return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M).group(1))


def measure():
    """{workload: instructions per message}; starting up cancels out."""
    found = {}
    for workload in WORKLOADS:
        few, many = (500, 1000) if workload == "connect" else (2000, 6000)
        per_message = (instructions(workload, many) - instructions(workload, few)) / (many - few)
        found[workload] = round(per_message)
    return found


def compiler():
    return "g++ " + subprocess.check_output(["c++", "-dumpfullversion"], text=True).strip()


def update():
    BASELINE.write_text(json.dumps({"compiler": compiler(), **measure()}, indent=2) + "\n")


def check():
    """Prints the counts beside the baseline; false if one has grown by more than 5 %."""
    baseline = json.loads(BASELINE.read_text())
    if baseline["compiler"] != compiler():
        print(f"The baseline is of {baseline['compiler']}; this is {compiler()}: nothing to compare.")
        return False
    good = True
    for workload, now in measure().items():
        grown = now > baseline[workload] * GROWTH
        good = good and not grown
        print(f"{workload:10} {now:7} instructions, baseline {baseline[workload]:7}"
              + ("  GROWN by more than 5 %" if grown else ""))
    return good
