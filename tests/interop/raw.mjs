// The protocols without the official client: plain HTTP requests and WebSocket frames, as their documents describe them.
import { request as httpRequest } from "node:http";
import WebSocket from "ws";
import { within } from "./support.mjs";

export const separator = "\x1e";

/** One HTTP request; query values of undefined are left out. */
export function request(
  fixture,
  { method = "GET", path = "/socket.io/", query, headers, body, agent = false } = {},
) {
  const asked = new Promise((resolve, reject) => {
    const req = httpRequest(
      { host: "127.0.0.1", port: fixture.port, method, path: path + search(query), headers, agent },
      (res) => {
        const pieces = [];
        res.on("data", (piece) => pieces.push(piece));
        res.on("error", reject);
        res.on("end", () =>
          resolve({
            status: res.statusCode,
            headers: res.headers,
            body: Buffer.concat(pieces),
            text: Buffer.concat(pieces).toString(),
          }),
        );
      },
    );
    req.on("error", reject);
    req.end(body);
  });
  return within(asked, `${method} ${path}`);
}

export function search(query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

/** A long-polling session, driven request by request. */
export class Polling {
  static async open(fixture, { query, headers } = {}) {
    const session = new Polling();
    session.fixture = fixture;
    session.query = { EIO: "4", transport: "polling", ...query };
    const opened = await request(fixture, { query: session.query, headers });
    if (opened.status !== 200) throw new Error(`handshake: ${opened.status} ${opened.text}`);
    session.opened = opened;
    session.open = JSON.parse(opened.text.split(separator)[0].slice(1));
    session.sid = session.query.sid = session.open.sid;
    return session;
  }

  /** The same, joined to the main namespace. */
  static async connected(fixture, options) {
    const session = await Polling.open(fixture, options);
    await session.post("40");
    [session.answer] = await session.packets((all) => all.length > 0);
    return session;
  }

  get(options) {
    return request(this.fixture, { query: this.query, ...options });
  }
  post(body, options) {
    return request(this.fixture, { method: "POST", query: this.query, body, ...options });
  }

  /** The packets of as many polls as `enough` wants, pings answered. */
  async packets(enough) {
    const all = [];
    while (!enough(all)) {
      const { status, text } = await this.get();
      if (status !== 200) throw new Error(`poll: ${status} ${text}`);
      for (const packet of text.split(separator)) {
        if (packet === "2") await this.post("3");
        else all.push(packet);
      }
    }
    return all;
  }

  /**
   * True when the server no longer knows the session. Who asks for a WebSocket without an upgrade
   * is refused in any case, and disturbs no request of the session.
   */
  async gone() {
    const { text } = await this.get({ query: { ...this.query, transport: "websocket" } });
    return JSON.parse(text).code === 1;
  }
}

/** Things that arrive one by one, and the end that comes after them. */
export class Inbox {
  #things = [];
  #waiting = [];

  push(thing) {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(thing);
    else this.#things.push(thing);
  }
  next(what = "a message") {
    if (this.#things.length) return Promise.resolve(this.#things.shift());
    return within(new Promise((resolve) => this.#waiting.push(resolve)), what);
  }
  get size() {
    return this.#things.length;
  }
}

/** A WebSocket of the `ws` package with its messages in an inbox; text as strings, binary as buffers. */
export class Socket extends Inbox {
  constructor(fixture, { query, headers, path = "/socket.io/", protocols, ...options } = {}) {
    super();
    const address = `ws://127.0.0.1:${fixture.port}${path}${search({ EIO: "4", transport: "websocket", ...query })}`;
    this.ws = new WebSocket(address, protocols, { headers, perMessageDeflate: false, ...options });
    this.ws.on("message", (data, binary) => this.push(binary ? data : data.toString()));
    this.ws.on("error", (error) => (this.error = error));
    this.opening = new Promise((resolve, reject) => {
      this.ws.once("open", resolve);
      this.ws.once("error", reject);
    });
    this.opening.catch(() => {});
    this.closing = new Promise((resolve) => {
      this.ws.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.refusing = new Promise((resolve) => {
      this.ws.once("unexpected-response", (_, res) => {
        let text = "";
        res.setEncoding("utf8").on("data", (piece) => (text += piece));
        res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, text }));
        res.on("error", () => resolve({ status: res.statusCode, headers: res.headers, text }));
      });
    });
  }

  /** Opened, with its open packet read unless it belongs to a session already. */
  static async open(fixture, options) {
    const socket = new Socket(fixture, options);
    await within(socket.opening, "the WebSocket to open");
    if (!options?.query?.sid) {
      socket.open = JSON.parse((await socket.next("the open packet")).slice(1));
      socket.sid = socket.open.sid;
    }
    return socket;
  }

  /** The same, joined to the main namespace. */
  static async connected(fixture, options) {
    const socket = await Socket.open(fixture, options);
    socket.send("40");
    socket.answer = await socket.packet("the CONNECT answer");
    return socket;
  }

  send(...messages) {
    for (const message of messages) this.ws.send(message);
  }
  closed() {
    return within(this.closing, "the WebSocket to close");
  }
  refused() {
    return within(this.refusing, "the upgrade to be refused");
  }
  /** The next message that is no heartbeat; those are answered. */
  async packet(what) {
    for (;;) {
      const message = await this.next(what);
      if (message !== "2") return message;
      this.send("3");
    }
  }
  terminate() {
    this.ws.terminate();
  }
}
