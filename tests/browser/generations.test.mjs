// The client of each generation in real browsers, on a page of another origin, over each transport; JSONP for those
// that have it. SOCKETIO_FIXTURE names the program of ../interop/fixture-contract.md, SOCKETIO_SECURE_FIXTURE the one
// of ../interop/secure.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Fixture } from "../interop/support.mjs";
import * as certificates from "../interop/secure/certificates.mjs";
import * as secure from "../interop/secure/support.mjs";
import { kinds } from "./browsers.mjs";

const missing = !process.env.SOCKETIO_FIXTURE && "SOCKETIO_FIXTURE is not set";

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
        <body><script>faults = []; addEventListener("error", (event) => faults.push(event.message))</script>
        <script src="/client-${name}.js"></script>`);
    }
  });
  await once(pages.listen(0, "127.0.0.1"), "listening");
  return pages;
}
const origin_of = (pages, host = "localhost") => `http://${host}:${pages.address().port}`;

let good, evil, fixture, tls;

before(async () => {
  if (missing) return;
  good = await start_pages();
  evil = await start_pages();
  const options = { allowEio3: true, cors: origin_of(good) };
  fixture = await Fixture.start({ ...options, perMessageDeflate: 100, httpCompression: 100 });
  if (secure.available) tls = await secure.SecureFixture.start([certificates.server], options);
}, { timeout: 30_000 });

after(async () => {
  for (const pages of [good, evil]) pages?.close();
  await fixture?.stop();
  await tls?.stop();
});

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
  found.deflates = /permessage-deflate/.test(socket.io.engine.transport.ws?.extensions);
  const gone = heard(socket, "disconnect");
  socket.emit("kick", true);
  [found.reason] = await gone;
  const requests = performance.getEntriesByType("resource").filter(({ name }) => name.startsWith(url));
  found.requests = [...new Set(requests.map(({ initiatorType }) => initiatorType))]
    .filter((type) => type !== "iframe"); // where JSONP's forms go to: only WebKit tells of them
  found.faults = window.faults;
  return found;
}

const echoes = [
  ["text", 1, null, { a: [] }],
  ["\n\r\t\\n\\\\n \u2028\u2029 \" ' </script> €😀 + & = %20"],
  ["bytes 0,1,254,255", { deep: ["bytes "] }],
];

/** The kinds of requests that a browser has to make for these options; it tells nothing of WebSockets. */
const requests_of = ({ transports, forceJSONP }) =>
  transports[0] === "websocket" ? [] : [forceJSONP ? "script" : "xmlhttprequest"];

for (const kind of kinds) {
  describe(`in ${kind.name}`, { skip: missing || kind.skip }, () => {
    let browser;
    before(async () => (browser = await kind.start()), { timeout: 60_000 });
    after(() => browser?.stop());

    const on_page = async (address, work) => {
      const page = await browser.open(address);
      const result = await work(page);
      await page.close();
      return result;
    };

    for (const scheme of ["http", "https"]) {
      for (const version of Object.keys(clients)) {
        for (const [way, options] of Object.entries(ways)) {
          if (options.forceJSONP && version === "4.x") continue; // it has none any more
          if (scheme === "https" && version === "3.1") continue; // says the same as 4.x
          const without = scheme === "https" && !secure.available && "without OpenSSL there is no TLS";
          const name = `client ${version} over ${way} (${scheme}) on a page of another site`;
          test(name, { skip: without, timeout: 60_000 }, async () => {
            const { url } = scheme === "https" ? tls : fixture;
            const found = await on_page(`${origin_of(good)}/?client=${version}`, (page) =>
              page.run(converse, { url, options }));
            assert.deepEqual(found, {
              same_id: true,
              echoes: [...echoes, ...echoes],
              acks: ["bytes 7", "bytes 7"],
              streamed: Array.from({ length: 50 }, (_, i) => i),
              transport: options.transports.at(-1),
              deflates: scheme === "http" && options.transports.includes("websocket"),
              reason: "io server disconnect",
              requests: requests_of(options),
              faults: [],
            });
          });
        }
      }
    }

    test("R70 a page of another origin loads no script unless it is allowed", { timeout: 60_000 }, async () => {
      for (const host of ["localhost", "127.0.0.1"]) { // another site, and the same site
        await on_page(`${origin_of(evil, host)}/?client=2.5`, (page) => {
          const refused = page.run(converse, { url: fixture.url, options: ways.JSONP });
          return assert.rejects(refused, /jsonp poll error|TransportError/);
        });
      }
    });
  });
}
