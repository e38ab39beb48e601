"""Servers under load, side by side: times, rates and memory."""
import os
import time

from .servers import LOAD_CORE, SCENARIOS, SERVER_CORE, SKIPPED, load, running


def busy_seconds():
    """CPU time that the two cores have spent at work, for each."""
    found = {}
    with open("/proc/stat") as file:
        for line in file:
            name, *ticks = line.split()
            if name.startswith("cpu"):
                user, nice, system, _idle, _waiting, irq, soft_irq = map(int, ticks[:7])
                found[name] = (user + nice + system + irq + soft_irq) / os.sysconf("SC_CLK_TCK")
    return [found["cpu" + core] for core in (SERVER_CORE, LOAD_CORE)]


def wait_until_quiet(patience):
    """Until others use less than 15 % of either core, but no longer than `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        before = busy_seconds()
        time.sleep(0.2)
        if max(after - b for after, b in zip(busy_seconds(), before)) < 0.03:
            return


def one(server, scenario, mode):
    arguments = SCENARIOS[scenario][1].split()
    arguments += ["--seconds", str(mode.seconds), "--warmup", str(mode.warmup), "--hold", str(mode.hold)]
    with running(server) as (process, port):
        row = load(port, arguments + ["--server-pid", str(process.pid)])
    row.update(server=server, key=scenario)
    return row


def measure(servers, scenarios, mode):
    """All rows. The servers take turns, so that a slow minute of the machine hits all alike."""
    rows = []
    for repeat in range(mode.repeats):
        for scenario in scenarios:
            for server in servers:
                if (server, scenario) in SKIPPED:
                    continue
                wait_until_quiet(mode.patience)
                row = one(server, scenario, mode)
                rows.append(row)
                print(
                    f"{repeat + 1}/{mode.repeats} {scenario:8} {server:6} {row['rate']:>10.0f}/s"
                    f"  {row.get('cpu_per_million', 0):8.3f} s per million"
                    f"  foreign {row['foreign_percent']:4.0f} %  errors {row['errors']}",
                    flush=True,
                )
                if row["errors"]:
                    raise RuntimeError(f"{server}, {scenario}: {row['first_error']}")
    return rows
