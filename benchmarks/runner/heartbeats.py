"""What connections cost that only answer pings."""
import concurrent.futures
import os
import time

from .measure import wait_until_quiet
from .servers import load, running

CONNECTIONS = 19000  # as many as 20,000 descriptors allow
INTERVAL = 4  # seconds; shorter than anybody's, so that there is something to measure
PERIODS = 3


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(mode):
    """CPU seconds of the server for a heartbeat, a ping and its pong, for each repeat."""
    found = []
    for _ in range(mode.repeats):
        wait_until_quiet(mode.patience)
        with running("ours", more=[str(INTERVAL * 1000)]) as (process, port):
            arguments = ["--scenario", "connect", "--clients", str(CONNECTIONS), "--seconds", "60",
                         "--hold", str((PERIODS + 2) * INTERVAL)]
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                loading = pool.submit(load, port, arguments)
                while connections_of(process.pid) < CONNECTIONS and not loading.done():
                    time.sleep(0.1)
                time.sleep(1)  # the last of them joins
                before = cpu_seconds(process.pid)
                time.sleep(PERIODS * INTERVAL)
                spent = cpu_seconds(process.pid) - before
                loading.result()
        found.append(spent / (PERIODS * CONNECTIONS))
        print(f"heartbeat {found[-1] * 1e6:.2f} us", flush=True)
    return found


def connections_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
