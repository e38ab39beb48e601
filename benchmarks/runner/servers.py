"""Starts servers, keeps them on their core, and puts load on them."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BUILD = HERE.parent / "build" / "bench" / "benchmarks"
SERVER_CORE, LOAD_CORE = "0", "1"

SERVERS = {
    "ours": [str(BUILD / "bench_fixture"), "{port}"],
    "node": ["node", str(HERE / "node" / "server.cjs"), "{port}"],
    "ws": ["node", str(HERE / "node" / "ws.cjs"), "{port}"],
    "floor": [str(BUILD / "bench_floor"), "{port}"],
}

SKIPPED = {("ws", "polling")}  # server and scenario

SCENARIOS = {
    # name: (what it is, arguments of the load generator)
    "echo": ("echo, 100 clients, 8 in flight", "--scenario echo --clients 100 --inflight 8"),
    "echo1": ("echo, 100 clients, 1 in flight", "--scenario echo --clients 100 --inflight 1"),
    "rtt": ("echo, 1 client, 1 in flight", "--scenario echo --clients 1 --inflight 1"),
    "ack": ("ack, 100 clients, 8 in flight", "--scenario ack --clients 100 --inflight 8"),
    "bcast": ("broadcast to 1,000, 4 in flight", "--scenario broadcast --clients 1000 --inflight 4"),
    "bcast1": ("broadcast to 1,000, 1 in flight", "--scenario broadcast --clients 1000 --inflight 1"),
    "binary": ("4 KiB binary echo, 100 clients, 4 in flight", "--scenario binary --clients 100 --inflight 4"),
    "polling": ("long-polling echo, 100 clients, 1 in flight", "--scenario polling --clients 100 --inflight 1"),
    "churn": ("connect and leave, 64 at a time", "--scenario churn --clients 64"),
    "conn1k": ("open and hold 1,000 connections", "--scenario connect --clients 1000"),
    "conn10k": ("open and hold 10,000 connections", "--scenario connect --clients 10000"),
}


def enter_private_network():
    """As root, starts this program again with a loopback of its own: no firewall rules, and no
    congestion control that paces (BBR), whatever the machine's default is."""
    if os.environ.get("BENCH_NETWORK") or os.geteuid() != 0 or not shutil.which("unshare"):
        return
    up = "ip link set lo up && sysctl -qw net.ipv4.tcp_congestion_control=reno"
    if subprocess.run(["unshare", "-n", "sh", "-c", up], stderr=subprocess.DEVNULL).returncode:
        return
    again = ["unshare", "-n", "sh", "-c", up + ' && exec "$@"', "sh", sys.executable] + sys.argv
    os.execvpe(again[0], again, dict(os.environ, BENCH_NETWORK="private"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(name, wrapper=(), more=()):
    """A fresh server of this name on the server's core; gives its process and port."""
    port = free_port()
    command = [word.replace("{port}", str(port)) for word in SERVERS[name]] + list(more)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *wrapper, *command], stdout=log, stderr=log)
        try:
            wait_for_port(process, port, log)
            yield process, port
        finally:
            stop(process)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(process, port, log):
    for _ in range(1500):
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server ended: {log.read().decode()[-500:]}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise RuntimeError("the server does not listen")


def load(port, arguments):
    """One run of the load generator, as a dictionary of its figures."""
    command = ["taskset", "-c", LOAD_CORE, str(BUILD / "bench_load"), "--url", f"127.0.0.1:{port}", *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip() or f"bench_load ended with {result.returncode}")
    return json.loads(result.stdout)
