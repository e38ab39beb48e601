"""What does not depend on how busy the machine is: instructions and system calls per message."""
import re
import tempfile
import time
from pathlib import Path

from .servers import SCENARIOS, load, running

COUNTED = ["echo", "echo1", "ack", "bcast", "bcast1", "binary", "polling", "churn"]


def arguments(scenario, messages):
    """Fewer clients than under load, since nothing waits for the network here."""
    words = SCENARIOS[scenario][1].split()
    clients = words.index("--clients") + 1
    words[clients] = "100" if scenario.startswith("bcast") else "10"
    return words + ["--warmup", "0", "--seconds", "120", "--max-messages", str(messages)]


def difference(server, scenario, messages, wrapper, read):
    """The count of a long run less that of a short one: starting and connecting cancel out."""
    points = []
    for amount in (messages // 5, messages):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            with running(server, [word.replace("{out}", str(out)) for word in wrapper]) as (_, port):
                row = load(port, arguments(scenario, amount))
            points.append((row["messages"], read(written(out))))
    (few, low), (many, high) = points
    return (high - low) / (many - few)


def written(out):
    """The text of a file that another process writes at its end, which may be a moment after ours."""
    for _ in range(500):
        if out.exists() and out.stat().st_size:
            break
        time.sleep(0.01)
    return out.read_text()


def instructions(server, scenario, messages):
    wrapper = ["valgrind", "--tool=callgrind", "--callgrind-out-file={out}"]
    return difference(server, scenario, messages, wrapper, read_callgrind)


def read_callgrind(text):
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.M).group(1))


def system_calls(server, scenario, messages):
    # With -D the server is the process that is told to end, and strace sees it end.
    wrapper = ["strace", "-D", "-f", "-c", "-o", "{out}"]
    return difference(server, scenario, messages, wrapper, read_strace)


def read_strace(text):
    """The total of the column `calls`."""
    return int(re.search(r"^\s*100\.00\s+\S+\s+\S+\s+(\d+).*total$", text, re.M).group(1))


def count(servers, messages):
    """{(scenario, server): (instructions, system calls)}, each per message."""
    found = {}
    for scenario in COUNTED:
        for server in servers:
            found[scenario, server] = (
                instructions(server, scenario, messages),
                system_calls(server, scenario, messages),
            )
            print(f"{scenario:8} {server:6} {found[scenario, server][0]:8.0f} instructions, "
                  f"{found[scenario, server][1]:.2f} system calls", flush=True)
    return found
