// A raw TCP peer: bytes as they are, HTTP responses and WebSocket frames taken apart by hand.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { request } from "../interop/raw.mjs";
import { Fixture, patience, reference, sleep, within } from "../interop/support.mjs";

/** Our answers are stricter than the original's on purpose, so these tests are not for it. */
export const hostile = {
  skip: reference && !process.env.HOSTILE_REFERENCE && "needs SOCKETIO_FIXTURE",
};

/** Strings stand for bytes: one character each. */
export const bytes = (x) => (Buffer.isBuffer(x) ? x : Buffer.from(x, "latin1"));

export const P = "/socket.io/?EIO=4&transport=polling";
export const W = "/socket.io/?EIO=4&transport=websocket";

export const get = (target = P, ...headers) =>
  [`GET ${target} HTTP/1.1`, "Host: a", ...headers, "", ""].join("\r\n");

/** A POST to a session; `%SID` is replaced by the tests. */
export const post = (headers, body = "") =>
  [`POST ${P}&sid=%SID HTTP/1.1`, "Host: a", ...headers, "", body].join("\r\n");

export const upgrade = (target = W, ...headers) =>
  get(
    target,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  );

export class Wire {
  static async open(fixture) {
    const socket = connect({ port: fixture.port, host: "127.0.0.1", noDelay: true });
    const wire = new Wire(socket);
    await within(
      new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
      "a TCP connection",
    );
    return wire;
  }

  received = Buffer.alloc(0);
  pieces = [];
  listeners = new Set();
  ended = false;

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (data) => {
      this.pieces.push(data);
      for (const listener of this.listeners) listener();
    });
    socket.on("error", (error) => (this.error = error.code));
    this.closing = new Promise((resolve) =>
      socket.once("close", () => {
        this.ended = true;
        for (const listener of this.listeners) listener();
        resolve();
      }),
    );
  }

  get bytes() {
    if (this.pieces.length) {
      this.received = Buffer.concat([this.received, ...this.pieces]);
      this.pieces = [];
    }
    return this.received;
  }

  /** Sends, and waits until the kernel has taken it or the server is gone. */
  async send(...all) {
    for (const data of all) {
      if (this.ended) return;
      const sent = new Promise((resolve) => this.socket.write(bytes(data), resolve));
      await Promise.race([sent, this.closing]);
    }
  }

  /** Waits until `ask` gives something, or the connection is closed. */
  until(ask, what) {
    let listener;
    const found = new Promise((resolve) => {
      listener = () => {
        const answer = ask();
        if (answer !== undefined || this.ended) resolve(answer);
      };
      this.listeners.add(listener);
      listener();
    });
    return within(found, what).finally(() => this.listeners.delete(listener));
  }

  closed(what = "the server to close the connection") {
    return within(this.closing, what);
  }

  /** The next whole HTTP response, taken from what was received; undefined when closed before. */
  async response(options) {
    const found = await this.until(() => parseResponse(this.bytes, options), "an HTTP response");
    if (found) this.received = this.bytes.subarray(found.size);
    return found;
  }

  /** All responses up to the end of the connection. */
  async responses() {
    await this.closed();
    const all = [];
    for (let rest = this.bytes; ; rest = rest.subarray(all.at(-1).size)) {
      const one = parseResponse(rest);
      if (!one) return all;
      all.push(one);
    }
  }

  /** Stays deaf, but sends now and then, until the server is seen to have given up. */
  async cutOff(data, what = "a deaf peer to be cut off") {
    for (const end = Date.now() + patience; !this.ended; await sleep(50)) {
      assert.ok(Date.now() < end, `waited for ${what}`);
      this.socket.write(bytes(data));
    }
  }

  reset() {
    this.socket.resetAndDestroy();
  }
  destroy() {
    this.socket.destroy();
  }
}

export function parseResponse(data, { head: headOnly = false } = {}) {
  const end = data.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line, ...lines] = data.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(line)?.[1]);
  assert.ok(status, `not a status line: ${line.slice(0, 100)}`);
  const headers = Object.fromEntries(
    lines.map((each) => [
      each.slice(0, each.indexOf(":")).toLowerCase(),
      each.slice(each.indexOf(":") + 1).trim(),
    ]),
  );
  const start = end + 4;
  if (headOnly || status < 200 || status === 204 || status === 304) {
    return { status, headers, text: "", size: start };
  }
  const length = Number(headers["content-length"] ?? 0);
  if (headers["transfer-encoding"] === "chunked") {
    const stop = data.indexOf("0\r\n\r\n", start);
    return stop < 0 ? undefined : { status, headers, text: "", size: stop + 5 };
  }
  if (data.length < start + length) return undefined;
  const text = data.toString("utf8", start, start + length);
  return { status, headers, text, size: start + length };
}

/** One WebSocket frame from a client. `length` announces another length, `form` is 7, 16 or 64. */
export function frame(payload = "", options = {}) {
  const { opcode = 1, fin = true, rsv = 0, masked = true } = options;
  const data = bytes(payload);
  const length = options.length ?? BigInt(data.length);
  const form = options.form ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const mark = masked ? 0x80 : 0;
  const octets = (count) =>
    Array.from({ length: count }, (_, i) =>
      Number((length >> BigInt(8 * (count - 1 - i))) & 0xffn),
    );
  if (form === 7) head.push(mark | Number(length));
  else head.push(mark | (form === 16 ? 126 : 127), ...octets(form / 8));
  if (!masked) return Buffer.concat([Buffer.from(head), data]);
  const mask = randomBytes(4);
  const scrambled = Buffer.from(data);
  for (let i = 0; i < scrambled.length; i++) scrambled[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from(head), mask, scrambled]);
}

function parseFrame(data) {
  if (data.length < 2) return undefined;
  let length = data[1] & 0x7f;
  let start = 2;
  if (length === 126) {
    if (data.length < 4) return undefined;
    length = data.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (data.length < 10) return undefined;
    length = Number(data.readBigUInt64BE(2));
    start = 10;
  }
  if (data.length < start + length) return undefined;
  assert.equal(data[1] & 0x80, 0, "a server must not mask");
  const payload = data.subarray(start, start + length);
  return { fin: data[0] >> 7, opcode: data[0] & 15, payload, size: start + length };
}

/** A WebSocket session on a raw connection. */
export class WsWire extends Wire {
  static async open(fixture, { first = "", target = W } = {}) {
    const wire = Object.setPrototypeOf(await Wire.open(fixture), WsWire.prototype);
    await wire.send(Buffer.concat([bytes(upgrade(target)), bytes(first)]));
    const answer = await wire.response();
    assert.equal(answer?.status, 101);
    return wire;
  }

  /** Opened, with the open packet and the CONNECT answer read. */
  static async connected(fixture) {
    const wire = await WsWire.open(fixture);
    assert.match(await wire.text(), /^0\{"sid"/);
    await wire.send(frame("40"));
    assert.match(await wire.text(), /^40\{"sid"/);
    return wire;
  }

  async next() {
    const found = await this.until(() => parseFrame(this.bytes), "a WebSocket frame");
    if (found) this.received = this.bytes.subarray(found.size);
    return found;
  }
  async text() {
    return (await this.next())?.payload.toString();
  }

  /** The code of the server's Close frame, 1005 if it has none, 1006 if there is no such frame. */
  async closeCode() {
    for (;;) {
      const got = await this.next();
      if (!got) return 1006;
      if (got.opcode !== 8) continue;
      await this.closed();
      return got.payload.length ? got.payload.readUInt16BE(0) : 1005;
    }
  }

  async echo(x = "alive") {
    await this.send(frame(`42["echo",${JSON.stringify(x)}]`));
    assert.equal(await this.text(), `42["echo",${JSON.stringify(x)}]`);
  }
}

/** The server under attack, and an honest client whose connection must go on working. */
export class Target {
  static async start(options) {
    const target = new Target();
    target.fixture = await Fixture.start({ pingInterval: 600_000, ...options });
    target.port = target.fixture.port;
    target.witness = await WsWire.connected(target.fixture);
    target.count = 0;
    return target;
  }

  /** The process lives, an old connection works, and a new one, too. */
  unharmed() {
    this.checked = (this.checked ?? Promise.resolve()).then(() => this.check());
    return this.checked;
  }

  async check() {
    const { fixture, witness } = this;
    assert.equal(fixture.ended, undefined, `the server died\n${fixture.errors}`);
    const n = this.count++;
    await witness.send(frame(`42${n}["ack",${n}]`));
    for (;;) {
      const text = await witness.text();
      if (text === "2") await witness.send(frame("3"));
      else {
        assert.equal(text, `43${n}[${n}]`);
        break;
      }
    }
    const query = { EIO: "4", transport: "polling" };
    assert.equal((await request(fixture, { query })).status, 200);
  }

  async session() {
    const query = { EIO: "4", transport: "polling" };
    const { text } = await request(this.fixture, { query });
    return JSON.parse(text.slice(1)).sid;
  }

  async stop() {
    this.witness.destroy();
    await this.fixture.stop();
  }
}
