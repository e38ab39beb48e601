"""Figures to Markdown, and into docs/benchmarks.md between markers."""
import re
import statistics

from .servers import HERE, SCENARIOS

DOCUMENT = HERE.parent / "docs" / "benchmarks.md"


def number(value):
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def insert(name, text):
    """Replaces what stands between the markers of this name."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    before, rest = DOCUMENT.read_text().split(begin)
    DOCUMENT.write_text(before + begin + text + end + rest.split(end, 1)[1])


def medians(rows, field):
    groups = {}
    for row in rows:
        if field in row:
            groups.setdefault((row["key"], row["server"]), []).append(row[field])
    return {key: statistics.median(values) for key, values in groups.items()}


def grid(rows, field, servers, scenarios):
    """A row per scenario, a column per server, and ours against the others."""
    found = medians(rows, field)
    others = [s for s in servers if s != "ours"]
    out = []
    for scenario in scenarios:
        values = {s: found.get((scenario, s)) for s in servers}
        line = [SCENARIOS[scenario][0]] + [number(values[s]) for s in servers]
        for other in others:
            both = values.get("ours") and values[other]
            line.append(f"{values['ours'] / values[other]:.2f}" if both else "–")
        out.append(line)
    return table(["", *servers] + [f"ours / {other}" for other in others], out)


def bus(rows, adapters, scenarios):
    """A row per adapter and scenario: CPU seconds for a million deliveries, and the rate."""
    cpu, user, rate = (medians(rows, f) for f in ("cpu_per_million", "user_per_million", "rate"))
    out = []
    for adapter in adapters:
        for scenario, (what, _) in scenarios.items():
            ours, node = ((adapter, scenario), "ours"), ((adapter, scenario), "node")
            line = [f"{adapter}, {what}"]
            for found in (cpu, user):
                line += [number(found[ours]), number(found[node]), f"{found[node] / found[ours]:.1f}"]
            line += [number(rate[ours]), number(rate[node]), f"{rate[ours] / rate[node]:.1f}"]
            out.append(line)
    head = [f"{what}, {who}" for what in ("CPU", "user", "rate") for who in ("ours", "node", "times better")]
    return table(["", *head], out)


def latency(rows, servers, scenarios):
    typical, worst = medians(rows, "p50_us"), medians(rows, "p99_us")
    out = []
    for scenario in scenarios:
        cells = [f"{number(typical[scenario, s])} / {number(worst[scenario, s])}" for s in servers]
        out.append([SCENARIOS[scenario][0], *cells])
    return table(["", *servers], out)


def memory(rows, servers):
    """Growth from 1,000 to 10,000 connections is what one more connection costs."""
    fresh, idle = medians(rows, "resident_fresh_kib"), medians(rows, "resident_idle_kib")
    after = medians(rows, "resident_after_kib")
    out = []
    for server in servers:
        one, ten = idle.get(("conn1k", server)), idle.get(("conn10k", server))
        if one is None or ten is None:
            continue
        empty = fresh["conn10k", server]
        out.append([server] + [number(v) for v in (
            empty, one - fresh["conn1k", server], (one - fresh["conn1k", server]) / 1000,
            (ten - empty) / 10000, (ten - one) / 9000, after["conn10k", server])])
    head = ["KiB", "fresh", "1,000 connections", "each of 1,000", "each of 10,000",
            "each from 1,000 to 10,000", "after 10,000 left"]
    return table(head, out)


def counts(found, servers):
    scenarios = dict.fromkeys(scenario for scenario, _ in found)
    head = [""] + [f"{what}, {s}" for what in ("instructions", "system calls") for s in servers]
    rows = [
        [SCENARIOS[scenario][0].split(",")[0] + f" (`{scenario}`)"]
        + [number(found[scenario, s][i]) for i in (0, 1) for s in servers]
        for scenario in scenarios
    ]
    return table(head, rows)


def codecs(results):
    rows = []
    for one in results:
        if one.get("error_occurred"):
            raise RuntimeError(f"{one['name']}: {one['error_message']}")
        name = re.sub(r"[_/]", " ", one["name"])
        rows.append([name, number(one["cpu_time"]), number(one["bytes_per_second"] / 1e6)])
    return table(["codec", "ns", "MB/s"], rows)


def heartbeats(found, how):
    """Of a heartbeat, and from it of connections that have one every 25 s, as is the default."""
    one = statistics.median(found)
    rows = [[f"{how.CONNECTIONS:,}, every {how.INTERVAL} s", f"{one * 1e6:.1f}", f"{one * 1e9 / 25:.0f}",
             f"{one * 100_000 / 25 * 100:.1f} %"]]
    return table(["connections measured", "CPU µs of a heartbeat", "CPU ns of a connection and second, every 25 s",
                  "of a core for 100,000"], rows)
