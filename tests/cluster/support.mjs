// Redis, servers of both kinds, and their clients: started and ended with a test file.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { startNode } from "./node.mjs";

/** No test waits longer than this for anything: an upper bound for hangs, not a measure. */
export const patience = 20_000;

export const free = async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
};

/** Until a condition holds. */
export async function until(condition, what) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(10)) {
    if (await condition()) return;
  }
  assert.fail(`waited ${patience} ms for ${what}`);
}

/** A promise, unless that takes too long. */
export async function within(promise, what) {
  const over = new AbortController();
  const late = sleep(patience, undefined, { signal: over.signal }).then(() => assert.fail(`waited ${patience} ms for ${what}`));
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}

/** A program, which goes with this one: {child, exited, kill(), output}. */
export function launch(file, args) {
  const child = spawn(file, args.map(String), { stdio: ["ignore", "pipe", "pipe"] });
  const program = { child, output: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => { program.output = (program.output + text).slice(-20_000); });
  }
  const last = () => child.kill("SIGKILL");
  process.once("exit", last);
  program.exited = new Promise((ended, failed) => {
    child.once("error", failed); // there is no such program
    child.once("close", (code, signal) => ended({ code, signal }));
  }).finally(() => process.off("exit", last));
  program.exited.catch(() => {});
  program.kill = async () => {
    child.kill("SIGKILL");
    await program.exited;
  };
  return program;
}

/** What the output of a program is searched for, once it is there; undefined if the program ends before. */
async function said(program, pattern, what) {
  const found = new Promise((resolve) => {
    const look = () => {
      const match = pattern.exec(program.output);
      if (match) resolve(match);
    };
    program.child.stdout.on("data", look);
    look();
  });
  try {
    return await within(Promise.race([found, program.exited.then(() => undefined)]), what);
  } catch (failure) {
    await program.kill().catch(() => {});
    throw failure;
  }
}

export class Redis {
  /** With more arguments for redis-server; a `file` is one that a Sentinel writes to. */
  static async start(more = [], file) {
    const redis = new Redis();
    redis.more = more;
    redis.folder = mkdtempSync(join(tmpdir(), "redis-"));
    try {
      // A port that is free may be another's before this one has it.
      for (let attempt = 1; ; attempt++) {
        redis.port = await free();
        redis.url = `redis://127.0.0.1:${redis.port}`;
        if (file) writeFileSync(join(redis.folder, "conf"), file);
        try {
          await redis.run();
          return redis;
        } catch (failure) {
          if (attempt === 5 || !failure.message.includes("Address already in use")) throw failure;
        }
      }
    } catch (failure) {
      rmSync(redis.folder, { recursive: true });
      throw failure;
    }
  }
  async run() {
    const own = ["--port", this.port, "--bind", "127.0.0.1", "--dir", this.folder];
    const first = existsSync(join(this.folder, "conf")) ? [join(this.folder, "conf"), ...own, "--sentinel"] : [...own, "--save", ""];
    this.program = launch("redis-server", [...first, ...this.more]);
    const ready = await said(this.program, /Ready to accept connections|\+monitor master/, "Redis to start");
    if (!ready) assert.fail(`Redis did not start\n${this.program.output}`);
  }
  stop() {
    return this.program.kill();
  }
  freeze() {
    this.program.child.kill("SIGSTOP");
  }
  thaw() {
    this.program.child.kill("SIGCONT");
  }
  /** Its answer to a command, as redis-cli prints it. */
  ask(...words) {
    return execFileSync("redis-cli", ["-p", String(this.port), ...words], { encoding: "utf8" });
  }
  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** A server in C++: {url, stop(), kill(), child}. */
export async function startCpp(redis, adapter, ...more) {
  const program = launch(process.env.SOCKETIO_CLUSTER_FIXTURE, [redis, adapter, ...more]);
  const listening = await said(program, /^listening on (\d+)\n/m, "the server to listen");
  if (!listening) assert.fail(`the server did not start\n${program.output}`);
  return {
    url: `http://127.0.0.1:${listening[1]}`,
    stop: async () => {
      program.child.kill("SIGTERM");
      assert.deepEqual(await program.exited, { code: 0, signal: null }, program.output);
    },
    kill: program.kill,
    child: program.child,
  };
}

/** Two servers of each kind unless told otherwise, each with one client. */
export class Cluster {
  /** All of it, or nothing is left of what has started. */
  static async start(adapter, kinds = [startCpp, startCpp, startNode, startNode], redis = undefined) {
    const cluster = new Cluster();
    cluster.adapter = adapter;
    try {
      cluster.redis = redis ?? await Redis.start();
      for (const start of kinds) cluster.servers.push(await start(cluster.redis.url, adapter));
      cluster.clients = cluster.servers.map((server, n) => cluster.client(server, n));
      for (const each of cluster.clients) await cluster.connected(each);
      await until(async () => (await cluster.clients[0].timeout(patience).emitWithAck("fetch", {})).length === kinds.length, "all to meet");
    } catch (failure) {
      await cluster.end().catch(() => {}); // of two failures the first tells more
      throw failure;
    }
    return cluster;
  }

  all = [];
  servers = [];

  client(server, n, nsp = "/") {
    const socket = io(server.url + nsp, { transports: ["websocket"], forceNew: true, reconnection: false });
    socket.heard = [];
    socket.number = n;
    socket.onAny((event, ...rest) => {
      const answer = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
      socket.heard.push([event, ...rest]);
      if (!socket.silent) answer?.(socket.answer ?? n);
    });
    this.all.push(socket);
    return socket;
  }

  async connected(socket) {
    if (!socket.connected) await within(once(socket, "connect"), "a client to connect");
    return socket;
  }

  /** What each of them has heard: as often as it takes until it is as it should be, and no more after that. */
  async heard(clients, expected) {
    const now = () => clients.map(({ heard }) => heard);
    await until(() => now().every((list, i) => list.length >= expected[i].length), `${JSON.stringify(expected)}: ${JSON.stringify(now())}`);
    // Nothing travels any more when a question that follows has found everybody; or an event, where questions go
    // another way.
    for (const n of [0, 2]) {
      if (this.adapter === "streams") {
        await this.clients[n].emitWithAck("emit", {}, "the last");
        await until(() => this.clients.every(({ heard }) => heard.at(-1)?.[0] === "the last"), "all to have heard all");
        for (const each of this.clients) each.heard.pop();
      } else {
        await this.clients[n].emitWithAck("fetch", {});
      }
    }
    assert.deepEqual(now(), expected);
    for (const each of clients) each.heard = [];
  }

  /**
   * These clients join a room. Where rooms have channels, what is sent reaches a server once Redis knows that it has
   * members: a moment after the client does.
   */
  async join(room, ...numbers) {
    for (const n of numbers) await this.clients[n].emitWithAck("join", room);
    await this.known(room, numbers.length);
  }

  async known(room, servers) {
    if (this.adapter !== "sharded" || room.length === 20) return;
    const ask = ["-p", String(this.redis.port), "pubsub", "shardnumsub", `socket.io#/#${room}#`];
    await until(() => execFileSync("redis-cli", ask, { encoding: "utf8" }).split("\n")[1] === String(servers), "Redis to know the room");
  }

  /** All ends, whatever of it fails. */
  async end() {
    for (const each of this.all) each.disconnect();
    const ends = await Promise.allSettled(this.servers.map(async (server) => {
      try {
        await within(server.stop(), "a server to end");
      } finally {
        await server.kill();
      }
    }));
    await this.redis?.end();
    for (const { status, reason } of ends) if (status === "rejected") throw reason;
  }
}
