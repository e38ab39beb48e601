// Starts the server under test, and what every test needs around the official client.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";
import * as msgpackParser from "socket.io-msgpack-parser";

export { sleep };

/** True when the original server is under test: guards the deliberate differences. */
export const reference = !process.env.SOCKETIO_FIXTURE;
const command = reference
  ? [process.execPath, fileURLToPath(new URL("reference.cjs", import.meta.url))]
  : [process.env.SOCKETIO_FIXTURE];

/** How many loops the server has: each client is on one of them. */
export const shards = Number(process.env.SOCKETIO_SHARDS ?? 1);

/** The parser of clients, unless a test says otherwise: JSON's, or the other official one. */
export const parsers = { json: undefined, msgpack: msgpackParser };
export const parser = parsers[process.env.SOCKETIO_PARSER ?? "json"];

/** What the client may use; the last starts with polling and upgrades. */
export const transportSets = [["polling"], ["websocket"], ["polling", "websocket"]];

/** No test waits longer than this for anything: an upper bound for hangs, not a measure. */
export const patience = process.env.SOCKETIO_SANITIZED ? 60_000 : 30_000;

export function within(promise, what, ms = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks again and again until the answer is not undefined. */
export async function eventually(ask, what) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`waited ${patience} ms for ${what}`);
}

/** One running server. `options` are the contract's flags in camel case: {pingInterval: 300}. */
export class Fixture {
  host = "127.0.0.1";

  static async start(options = {}, { wrap = [] } = {}) {
    const always = { port: 0, shards, ...(parser && { parser: "msgpack" }) };
    const flags = Object.entries({ ...always, ...options }).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    const [program, ...args] = [...wrap, ...command, ...flags];
    const fixture = new Fixture(spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] }));
    if (options.host) fixture.host = options.host;
    await within(fixture.listening, "the server to listen");
    return fixture;
  }

  constructor(child) {
    this.child = child;
    this.host = "127.0.0.1";
    this.errors = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.errors = (this.errors + text).slice(-20_000);
    });
    child.stdin.on("error", () => {});
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      });
    });
    this.listening = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const port = /^listening on (\d+)$/.exec(line)?.[1];
        if (port) resolve((this.port = Number(port)));
      });
      child.once("error", reject);
      this.exited.then(() => reject(new Error(`the server did not start\n${this.errors}`)));
    });
    this.listening.catch(() => {});
  }

  get url() {
    return `http://${this.host}:${this.port}`;
  }
  get pid() {
    return this.child.pid;
  }

  /** Tells the server to close and waits for its end. */
  close() {
    this.child.stdin.write("close\n");
    return within(this.exited, "the server to run out of work");
  }

  /** The end of a test file: the server must still be alive, and end by itself without complaint. */
  async stop() {
    try {
      assert.equal(this.ended, undefined, `the server died\n${this.errors}`);
      if (reference) return; // Node waits 30 s for clients that went away without a word
      const end = await this.close();
      assert.deepEqual(end, { code: 0, signal: null }, this.errors);
    } finally {
      await this.kill();
    }
  }

  async kill() {
    if (!this.ended) this.child.kill("SIGKILL");
    await this.exited;
  }
}

/** Like `t`, but what was started last ends first. */
export function latestFirst(t) {
  const ends = [];
  const run = async () => {
    const end = ends.pop();
    if (!end) return;
    try {
      await end();
    } finally {
      await run();
    }
  };
  t.after(run);
  return { after: (end) => ends.push(end) };
}

/** A client socket that ends with the test. */
export function client(t, fixture, { nsp = "/", manager, ...options } = {}) {
  const socket = manager
    ? manager.socket(nsp, options)
    : io(fixture.url + nsp, {
        forceNew: true,
        reconnection: false,
        transports: ["websocket"],
        parser,
        ...options,
      });
  t.after(() => (manager ? socket.disconnect() : socket.io._close()));
  return socket;
}

/** The same, once it is connected. */
export async function connected(t, fixture, options) {
  const socket = client(t, fixture, options);
  if (!socket.connected) await once(socket, "connect");
  return socket;
}

/** The arguments of the next `event`. */
export function once(socket, event, ms) {
  let clear;
  const occurs = new Promise((resolve, reject) => {
    const hear = (...args) => resolve(args);
    socket.once(event, hear);
    if (event === "connect") socket.once("connect_error", reject);
    clear = () => {
      socket.off(event, hear);
      if (event === "connect") socket.off("connect_error", reject);
    };
  });
  return within(occurs, `"${event}"`, ms).finally(clear);
}

/** Waits for the client's move from polling to WebSocket, unless it is there already. */
export async function upgraded(socket) {
  if (socket.io.engine.transport.name === "polling") await once(socket.io.engine, "upgrade");
}

/** Emits and gives the acknowledgement's first argument. */
export function ask(socket, event, ...args) {
  return socket.timeout(patience).emitWithAck(event, ...args);
}

/** The arguments of every `event` from now on. */
export function collect(socket, event) {
  const heard = [];
  socket.on(event, (...args) => heard.push(args));
  return heard;
}

/** Waits until a list that is being filled is as long as expected. */
export function filled(list, length) {
  return eventually(() => (list.length >= length ? list : undefined), `${length} entries`);
}

/** Text and binary of sizes on both sides of any threshold come back as they were sent, in order. */
export async function echoesAllSizes(socket) {
  const heard = collect(socket, "echo");
  const sent = [];
  for (const size of [0, 10, 1000, 2000, 100_000]) {
    sent.push("x".repeat(size), Buffer.alloc(size, 7));
  }
  for (const x of sent) socket.emit("echo", x);
  await filled(heard, sent.length);
  assert.deepEqual(
    heard.map(([x]) => (typeof x === "string" ? x : Buffer.from(x))),
    sent,
  );
}

/** Whatever the server had to say to these sockets before now has arrived after this. */
export async function barrier(...sockets) {
  for (const socket of sockets) await ask(socket, "ack", 0);
}

/**
 * The reason the server saw for the end of `sid`; `observer` is another socket. Where heartbeats are short
 * it may be found dead itself on a busy machine: one that reconnects asks again.
 */
export function reasonOf(observer, sid) {
  return eventually(async () => {
    const list = await ask(observer, "disconnect-reason-of").catch(() => []);
    return list.find(([id]) => id === sid)?.[1];
  }, `the server to notice that ${sid} is gone`);
}

/**
 * Gives a function that tells how many bytes the server's memory has grown by since now. A sanitizer
 * keeps what is freed, so that with one there is nothing to tell: 0.
 */
export async function growth(fixture) {
  if (process.env.SOCKETIO_SANITIZED) return async () => 0;
  const start = await memory(fixture);
  return async () => (await memory(fixture)) - start;
}

/** Resident memory of the server in bytes. */
async function memory(fixture) {
  const ps = spawn("ps", ["-o", "rss=", "-p", String(fixture.pid)]);
  let text = "";
  for await (const piece of ps.stdout) text += piece;
  return Number(text) * 1024;
}
