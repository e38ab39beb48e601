"""Two servers of a cluster over one Redis: a client of the first speaks, clients of the second hear."""
import contextlib
import subprocess
import tempfile

from .measure import wait_until_quiet
from .servers import BUILD, HERE, LOAD_CORE, SERVER_CORE, free_port, load, stop, wait_for_port

ADAPTERS = ["sharded", "classic"]
PROGRAMS = {
    "ours": [str(BUILD / "bench_cluster")],
    "node": ["node", str(HERE / "node" / "cluster.cjs")],
}
SCENARIOS = {
    "bus1": ("1 member", "--clients 1 --inflight 64"),
    "bus100": ("100 members", "--clients 100 --inflight 8"),
}


@contextlib.contextmanager
def program(core, command, port):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["taskset", "-c", core, *command], stdout=log, stderr=log)
        try:
            wait_for_port(process, port, log)
            yield process
        finally:
            stop(process)


def one(server, adapter, scenario, mode):
    """Both servers are on one core; Redis and the load generator, which leaves it what it does not need, on the other."""
    redis_port, here, there = free_port(), free_port(), free_port()
    redis = ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""]
    words = [f"redis://127.0.0.1:{redis_port}", adapter]
    arguments = ["--scenario", "broadcast", "--block", *SCENARIOS[scenario][1].split(),
                 "--seconds", str(mode.seconds), "--warmup", str(mode.warmup), "--sender-port", str(here)]
    with contextlib.ExitStack() as stack:
        stack.enter_context(program(LOAD_CORE, redis, redis_port))
        both = [stack.enter_context(program(SERVER_CORE, [*PROGRAMS[server], str(port), *words], port))
                for port in (here, there)]
        pids = ",".join(str(each.pid) for each in both)
        row = load(there, [*arguments, "--server-pid", pids])
    row.update(server=server, key=(adapter, scenario))
    return row


def measure(mode):
    rows = []
    for repeat in range(mode.repeats):
        for adapter in ADAPTERS:
            for scenario in SCENARIOS:
                for server in PROGRAMS:
                    wait_until_quiet(mode.patience)
                    row = one(server, adapter, scenario, mode)
                    rows.append(row)
                    print(f"{repeat + 1}/{mode.repeats} {adapter} {scenario:7} {server:5} {row['rate']:>10.0f}/s"
                          f"  {row['cpu_per_million']:8.3f} s per million  servers {row['server_percent']:4.0f} %"
                          f"  errors {row['errors']}", flush=True)
                    if row["errors"]:
                        raise RuntimeError(f"{server}, {adapter}: {row['first_error']}")
    return rows
