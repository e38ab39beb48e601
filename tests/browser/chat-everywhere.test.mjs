// The chat in every browser: people on http and https whose pages poll, use WebSocket or go over to it meet in one
// room. The chat program serves http: what is in between here adds TLS, and tells the page which transports to use.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import * as certificates from "../interop/secure/certificates.mjs";
import { kinds } from "./browsers.mjs";
import { kill, launch, program } from "./chat-program.mjs";

const ways = [["polling"], ["websocket"], ["polling", "websocket"]];

/** What the page has on top, for us: the things that go wrong in it, and waiting for what is to be seen. */
const prelude = `
  window.faults = [];
  for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"]) {
    addEventListener(kind, (event) => faults.push(kind + ": " + (event.message ?? event.reason ?? event.blockedURI)));
  }
  window.banners = [];
  const banner = document.getElementById("banner");
  new MutationObserver(() => banners.push(banner.textContent)).observe(banner, { childList: true });
  window.until = async (seen, what) => {
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((again) => setTimeout(again, 20))) {
      if (seen()) return;
    }
    throw new Error("waited for " + what + ": " + document.body.innerText + " " + window.faults);
  };
  window.shows = (selector, text) => until(() =>
    [...document.querySelectorAll(selector)].some((it) => it.textContent.includes(text)), selector + " " + text);
`;

let server, address;
const fronts = [];

/** A server of the chat's pages, which use these transports; gives its address. */
async function start_front(scheme, transports) {
  const headers_of = ({ rawHeaders: raw }) => raw.filter((_, i) => i % 2 === 0).map((name, i) => [name, raw[2 * i + 1]]);

  const forward = (request, response) => {
    const { method, url: path } = request;
    const page = path === "/chat.js";
    const headers = { ...request.headers, ...(page && { "accept-encoding": "identity" }) };
    const onward = http.request(address, { agent: false, method, path, headers }, async (answer) => {
      response.on("error", () => {});
      if (!page) {
        response.writeHead(answer.statusCode, answer.headers);
        answer.on("error", () => response.destroy()).pipe(response);
        return;
      }
      let text = "";
      for await (const piece of answer.setEncoding("utf8")) text += piece;
      assert.match(text, /io\(\{/);
      const with_transports = text.replace("io({", `io({ transports: ${JSON.stringify(transports)},`);
      response.setHeader("Content-Type", answer.headers["content-type"]).end(prelude + with_transports);
    });
    onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  };

  const upgrade = (request, socket, head) => {
    const onward = connect(new URL(address).port, "127.0.0.1");
    const lines = headers_of(request).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    onward.write(head);
    for (const [from, to] of [[onward, socket], [socket, onward]]) {
      from.on("error", () => {}).on("close", () => to.destroy()).pipe(to);
    }
  };

  const front = scheme === "https" ? https.createServer(certificates.server) : http.createServer();
  front.on("request", forward).on("upgrade", upgrade);
  fronts.push(front);
  await once(front.listen(0, "127.0.0.1"), "listening");
  return `${scheme}://localhost:${front.address().port}`;
}

before(async () => {
  if (program) ({ child: server, address } = await launch("--port", "0"));
});

after(async () => {
  for (const front of fronts) {
    front.close();
    front.closeAllConnections();
  }
  if (server) await kill(server);
});

// ---- what people do, in their pages

const shows = (page, selector, text) => page.run(([selector, text]) => window.shows(selector, text), [selector, text]);

const enter = (page, nick, room) => page.run(async ([nick, room]) => {
  document.getElementById("entry-nick").value = nick;
  document.getElementById("entry-room").value = room;
  await shows("#badge.polling, #badge.websocket", "");
  document.querySelector("#entry-form button:not([type])").click();
  await shows("#nick", nick);
}, [nick, room]);

const say = (page, text) => page.run((text) => {
  document.getElementById("text").value = text;
  document.getElementById("send").click();
}, text);

/** Sends a picture of this width, as if it had been chosen from a folder. */
const send_picture = (page, width) => page.run(async (width) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height: 300 });
  canvas.getContext("2d").fillRect(9, 9, 80, 80);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const chosen = new DataTransfer();
  chosen.items.add(new File([blob], "square.png", { type: "image/png" }));
  const input = document.getElementById("file");
  input.files = chosen.files;
  input.dispatchEvent(new Event("change"));
}, width);

/** The banner does not stay for long. */
const is_back = (page) => page.run(() => until(() => banners.includes("Back again"), "a banner"));

const width_of_picture = (page) => page.run(async () => {
  const image = () => document.querySelector(".bubble img");
  await until(image, "a picture");
  await image().decode();
  return image().naturalWidth;
});

// ---- the tests

for (const kind of kinds) {
  const skip = program ? kind.skip : "SOCKETIO_CHAT is not set";
  test(`people with ${kind.name} meet over every transport, and come back after the server was killed`,
    { skip, timeout: 120_000 }, async () => {
      const browser = await kind.start();
      try {
        const people = [];
        for (const scheme of ["http", "https"]) {
          for (const transports of ways) {
            const page = await browser.open(await start_front(scheme, transports));
            const nick = `${scheme} ${transports.join("+")}`;
            await enter(page, nick, kind.name);
            people.push({ page, nick, transport: transports.at(-1) });
          }
        }
        for (const { page, nick } of people) await say(page, `Grüße from ${nick} 😀`);
        await send_picture(people[0].page, 720);
        for (const { page, transport } of people) {
          await shows(page, "#count", "6 people");
          for (const { nick } of people) await shows(page, ".bubble", `Grüße from ${nick} 😀`);
          assert.equal(await width_of_picture(page), 720);
          await shows(page, "#badge", transport);
        }

        await kill(server);
        for (const { page } of people) await shows(page, "#badge", "offline");
        ({ child: server } = await launch("--port", new URL(address).port));
        for (const { page } of people) await is_back(page);
        for (const { page, transport } of people) {
          await shows(page, "#count", "6 people");
          await shows(page, "#badge", transport);
        }
        await say(people[0].page, "after the storm");
        for (const { page } of people) {
          await shows(page, ".bubble", "after the storm");
          assert.deepEqual(await page.run(() => window.faults), []);
        }
      } finally {
        await browser.stop();
      }
    });
}
