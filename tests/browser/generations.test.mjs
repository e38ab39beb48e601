// Each generation of the official client in a real browser, on a page of another origin, over each transport; JSONP
// for those that have it. SOCKETIO_FIXTURE names the program of ../interop/fixture-contract.md.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Fixture } from "../interop/support.mjs";

const browser_path = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = !process.env.SOCKETIO_FIXTURE
  ? "SOCKETIO_FIXTURE is not set"
  : !existsSync(browser_path) && `there is no ${browser_path}`;

const bundle = (path) => readFileSync(fileURLToPath(new URL(`node_modules/${path}`, import.meta.url)));
const clients = { 2.5: "socket.io-client-2/dist/socket.io.js", 3.1: "socket.io-client-3/dist/socket.io.js",
  "4.x": "socket.io-client/dist/socket.io.js" };
const ways = {
  "XHR": { transports: ["polling"] },
  "WebSocket": { transports: ["websocket"] },
  "XHR, then WebSocket": { transports: ["polling", "websocket"] },
  "JSONP": { transports: ["polling"], forceJSONP: true },
  "JSONP, then WebSocket": { transports: ["polling", "websocket"], forceJSONP: true },
};

let good, evil, fixture, browser;

/** Pages with a client and nothing else; "localhost" is another site than 127.0.0.1, where the fixture is. */
async function start_pages() {
  const pages = createServer((request, response) => {
    const [, version] = /^\/client-(.*)\.js$/.exec(request.url) ?? [];
    if (clients[version]) {
      response.setHeader("Content-Type", "text/javascript; charset=UTF-8");
      response.end(bundle(clients[version]));
    } else {
      response.setHeader("Content-Type", "text/html; charset=UTF-8");
      const name = new URL(request.url, "http://page").searchParams.get("client");
      response.end(`<!doctype html><link rel="icon" href="data:,"><title>client</title>
        <body><script src="/client-${name}.js"></script>`);
    }
  });
  await once(pages.listen(0, "127.0.0.1"), "listening");
  return pages;
}
const origin_of = (pages, host = "localhost") => `http://${host}:${pages.address().port}`;

before(async () => {
  if (skip) return;
  good = await start_pages();
  evil = await start_pages();
  fixture = await Fixture.start({ allowEio3: true, cors: origin_of(good) });
  browser = await chromium.launch({
    executablePath: browser_path,
    headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}, { timeout: 30_000 });

after(async () => {
  await browser?.close();
  for (const pages of [good, evil]) pages?.close();
  await fixture?.stop();
});

async function open(version, origin) {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.seen = new Set();
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("request", (request) => {
    if (request.url().startsWith(fixture.url)) page.seen.add(`${request.method()} ${request.resourceType()}`);
  });
  page.on("websocket", () => page.seen.add("websocket"));
  await page.goto(`${origin}/?client=${version}`);
  return page;
}

/** Runs in the page: what the server makes of what it is sent. */
async function converse({ url, options }) {
  const heard = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
  const readable = (x) =>
    x instanceof ArrayBuffer ? `bytes ${[...new Uint8Array(x)]}`
      : Array.isArray(x) ? x.map(readable)
        : x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, readable(v)])) : x;
  const socket = io(url, { reconnection: false, ...options });
  await Promise.race([
    heard(socket, "connect"),
    heard(socket, "connect_error").then(([error]) => Promise.reject(error)),
  ]);
  const found = { same_id: undefined, echoes: [], acks: [], streamed: [], transport: undefined };
  const talk = async () => {
    for (const args of [
      ["text", 1, null, { a: [] }],
      ["\n\r\t\\n\\\\n \u2028\u2029 \" ' </script> €😀 + & = %20"],
      [new Uint8Array([0, 1, 254, 255]).buffer, { deep: [new ArrayBuffer(0)] }],
    ]) {
      const answer = heard(socket, "echo");
      socket.emit("echo", ...args);
      found.echoes.push(readable(await answer));
    }
    found.acks.push(readable(await new Promise((resolve) => socket.emit("bin-ack", new Uint8Array([7]).buffer, resolve))));
  };
  await talk();
  if (options.transports.length > 1 && socket.io.engine.transport.name === "polling") {
    await heard(socket.io.engine, "upgrade");
  }
  await talk();
  socket.on("s", (i) => found.streamed.push(i));
  const rooms = await new Promise((resolve) => {
    socket.emit("stress", 50, 1000);
    socket.emit("rooms", resolve);
  });
  found.same_id = rooms[0] === socket.id;
  found.transport = socket.io.engine.transport.name;
  const gone = heard(socket, "disconnect");
  socket.emit("kick", true);
  [found.reason] = await gone;
  return found;
}

const echoes = [
  ["text", 1, null, { a: [] }],
  ["\n\r\t\\n\\\\n \u2028\u2029 \" ' </script> €😀 + & = %20"],
  ["bytes 0,1,254,255", { deep: ["bytes "] }],
];

for (const version of Object.keys(clients)) {
  for (const [way, options] of Object.entries(ways)) {
    const jsonp = options.forceJSONP === true;
    if (jsonp && version === "4.x") continue; // it has none any more
    test(`client ${version} over ${way} on a page of another site`, { skip, timeout: 60_000 }, async () => {
      const page = await open(version, origin_of(good));
      const found = await page.evaluate(converse, { url: fixture.url, options });
      assert.deepEqual(found, {
        same_id: true,
        echoes: [...echoes, ...echoes],
        acks: ["bytes 7", "bytes 7"],
        streamed: Array.from({ length: 50 }, (_, i) => i),
        transport: options.transports.at(-1),
        reason: "io server disconnect",
      });
      const expected = [];
      if (jsonp) expected.push("GET script", "POST document");
      else if (options.transports[0] === "polling") expected.push("GET xhr", "POST xhr");
      if (options.transports.includes("websocket")) expected.push("websocket");
      for (const kind of expected) assert.ok(page.seen.has(kind), `${kind} is not among ${[...page.seen]}`);
      if (jsonp) assert.ok(![...page.seen].some((kind) => kind.endsWith("xhr")), [...page.seen].join());
      assert.deepEqual(page.faults, []);
      await page.close();
    });
  }
}

test("R70 a page of another origin loads no script unless it is allowed", { skip, timeout: 60_000 }, async () => {
  for (const host of ["localhost", "127.0.0.1"]) { // another site, and the same site
    const page = await open("2.5", origin_of(evil, host));
    const refused = page.evaluate(converse, { url: fixture.url, options: ways.JSONP });
    await assert.rejects(refused, /jsonp poll error|xhr poll error|TransportError/);
    assert.ok(page.seen.has("GET script"));
    await page.close();
  }
});
