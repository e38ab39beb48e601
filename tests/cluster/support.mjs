// Redis, servers of both kinds, and their clients: started and ended with a test file.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { startNode } from "./node.mjs";

/** No test waits longer than this for anything: an upper bound for hangs, not a measure. */
export const patience = 20_000;

const free = async () => {
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

export class Redis {
  static async start() {
    const redis = new Redis();
    redis.port = await free();
    redis.folder = mkdtempSync(join(tmpdir(), "redis-"));
    redis.url = `redis://127.0.0.1:${redis.port}`;
    await redis.run();
    return redis;
  }
  async run() {
    this.child = spawn("redis-server", ["--port", this.port, "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""]);
    const lines = createInterface({ input: this.child.stdout });
    for await (const line of lines) if (line.includes("Ready to accept connections")) break;
    this.child.stdout.resume();
  }
  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** A server in C++: {url, stop()}. */
export async function startCpp(redis, adapter) {
  const child = spawn(process.env.SOCKETIO_CLUSTER_FIXTURE, [redis, adapter], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => { errors += text; });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise((found, failed) => {
    lines.on("line", (line) => found(/^listening on (\d+)$/.exec(line)?.[1]));
    exited.then(() => failed(new Error(`the server did not start\n${errors}`)));
  });
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill("SIGTERM");
      const [code, signal] = await exited;
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, errors);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Two servers of each kind unless told otherwise, each with one client. */
export class Cluster {
  static async start(adapter, kinds = [startCpp, startCpp, startNode, startNode]) {
    const cluster = new Cluster();
    cluster.adapter = adapter;
    cluster.redis = await Redis.start();
    const { url } = cluster.redis;
    cluster.servers = await Promise.all(kinds.map((start) => start(url, adapter)));
    cluster.clients = cluster.servers.map((server, n) => cluster.client(server, n));
    for (const each of cluster.clients) await cluster.connected(each);
    await until(async () => (await cluster.clients[0].emitWithAck("fetch", {})).length === kinds.length, "all to meet");
    return cluster;
  }

  all = [];

  client(server, n, nsp = "/") {
    const socket = io(server.url + nsp, { transports: ["websocket"], forceNew: true, reconnection: false });
    socket.heard = [];
    socket.number = n;
    socket.onAny((event, ...rest) => {
      const answer = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
      socket.heard.push([event, ...rest]);
      answer?.(socket.answer ?? n);
    });
    this.all.push(socket);
    return socket;
  }

  async connected(socket) {
    if (!socket.connected) await once(socket, "connect");
    return socket;
  }

  /** What each of them has heard: as often as it takes until it is as it should be, and no more after that. */
  async heard(clients, expected) {
    const now = () => clients.map(({ heard }) => heard);
    await until(() => now().every((list, i) => list.length >= expected[i].length), `${JSON.stringify(expected)}: ${JSON.stringify(now())}`);
    // Nothing travels any more when a question that follows has found everybody.
    await this.clients[0].emitWithAck("fetch", {});
    await this.clients[2].emitWithAck("fetch", {});
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

  async end() {
    for (const each of this.all) each.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.redis.end();
  }
}
