// The chat example in a real browser. SOCKETIO_CHAT names the chat program; SCREENSHOTS, if set, a folder for pictures.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium_path, lacking, launch_chromium } from "./browsers.mjs";
import { kill, launch, program } from "./chat-program.mjs";

const screenshots = process.env.SCREENSHOTS;
const skip = !program ? "SOCKETIO_CHAT is not set" : lacking(chromium_path);

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 780 };

// ---- the chat program

let server;

async function start_server(port = 0) {
  const { child, address } = await launch("--port", String(port));
  server = child;
  return address;
}

const kill_server = () => kill(server);

// ---- people with browsers

let browser;
let url;

// Every page is watched: an error in its script, or anything that its Content-Security-Policy stops, fails the test.
async function open(options = {}) {
  const context = await browser.newContext({ viewport: desktop, locale: "en-GB", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (line) => {
    const lost = line.text().includes("net::ERR_") || line.text().includes("WebSocket connection to");
    if (line.type() === "error" && !lost) page.faults.push(line.text());
  });
  page.leave = async () => {
    await context.close();
    assert.deepEqual(page.faults, []);
  };
  return page;
}

async function enter(nick, room, options, prepare) {
  const page = await open(options);
  await prepare?.(page);
  await page.goto(url);
  await page.getByLabel("Your name").fill(nick);
  await page.getByLabel("Room", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.locator("#entry").waitFor({ state: "hidden" });
  return page;
}

async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.getByLabel("Message", { exact: true }).press("Enter");
}

const sees = (page, text) => page.locator(".bubble", { hasText: text }).waitFor();
const shows = (page, selector, text) => page.locator(selector, { hasText: text }).waitFor();
const people = (page) => page.locator("#people .name").allTextContents();

async function picture(page, name) {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, name), animations: "disabled" });
}

// A picture of mountains in the evening, painted by the browser.
async function paint(page) {
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 720, height: 400 });
    const g = canvas.getContext("2d");
    const sky = g.createLinearGradient(0, 0, 0, 400);
    ["#2b2a6e", "#8a4f9e", "#f2836b", "#ffd9a0"].forEach((color, i) => sky.addColorStop(i / 3, color));
    g.fillStyle = sky;
    g.fillRect(0, 0, 720, 400);
    g.fillStyle = "#fff3d6";
    g.beginPath();
    g.arc(490, 215, 42, 0, 7);
    g.fill();
    ["#7a4a86", "#4b3570", "#251f4a"].forEach((color, ridge) => {
      g.fillStyle = color;
      g.beginPath();
      g.moveTo(0, 400);
      for (let x = 0; x <= 720; x += 4) {
        const wave = Math.sin(x / (95 - 20 * ridge) + 2 * ridge) + Math.sin(x / 41 + ridge) / 2 + Math.sin(x / 13) / 9;
        g.lineTo(x, 260 + 42 * ridge - wave * (42 - 8 * ridge));
      }
      g.lineTo(720, 400);
      g.fill();
    });
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(data.split(",")[1], "base64");
}

before(async () => {
  if (skip) return;
  url = await start_server();
  browser = await launch_chromium();
}, { timeout: 20_000 });

after(async () => {
  await browser?.close();
  if (server) await kill_server();
});

const browser_test = (name, body) => test(name, { skip, timeout: 30_000 }, body);

// ---- the tests

browser_test("two people talk, send a picture, and a third finds it all", async () => {
  const ann = await enter("Ann", "mountains");
  const dora = await enter("Dora", "kitchen");
  const bob = await enter("Bob", "mountains");
  await shows(ann, ".notice", "Bob joined");
  await shows(ann, "#count", "2 people");
  assert.deepEqual(await people(ann), ["Ann", "Bob"]);
  assert.deepEqual(await people(bob), ["Ann", "Bob"]);
  await shows(bob, "#rooms .row[aria-current]", "mountains");

  await say(ann, "Good evening! Are you down from the hut already?");
  await sees(bob, "Good evening!");
  await say(bob, "Just now. The last hour was the best of the whole week.");
  await sees(ann, "Just now.");
  await say(bob, "Look at this:");

  await bob.locator("#file").setInputFiles({ name: "evening.png", mimeType: "image/png", buffer: await paint(bob) });
  for (const page of [ann, bob]) {
    const image = page.locator(".bubble img");
    await image.waitFor();
    assert.equal(await image.evaluate((it) => it.naturalWidth), 720);
    assert.equal(await image.getAttribute("alt"), "evening.png");
  }
  await bob.locator("#upload").waitFor({ state: "hidden" });

  await say(ann, "Oh, that light! Thank you. Tomorrow I come along.");
  await sees(bob, "Oh, that light!");
  await bob.getByLabel("Message", { exact: true }).pressSequentially("Bring a");
  await shows(ann, "#typing", "Bob is typing…");
  await picture(ann, "desktop.png");
  await ann.emulateMedia({ colorScheme: "dark" });
  await picture(ann, "desktop-dark.png");

  const carl = await enter("Carl", "mountains", { viewport: phone, isMobile: true, hasTouch: true });
  await sees(carl, "Good evening!");
  await sees(carl, "Oh, that light!");
  await carl.locator(".bubble img").waitFor();
  assert.equal(await carl.locator(".message").count(), 5);
  await shows(ann, "#count", "3 people");
  await picture(carl, "phone.png");

  assert.equal(await dora.locator(".message, .notice").count(), 0);

  await bob.leave();
  await shows(ann, ".notice", "Bob left");
  assert.deepEqual(await people(ann), ["Ann", "Carl"]);
  for (const page of [ann, carl, dora]) await page.leave();
});

browser_test("who joins before the connection stands is let in as soon as it does", async () => {
  const ann = await open();
  let hold;
  const held = new Promise((resolve) => { hold = resolve; });
  await ann.route(/transport=polling/, hold, { times: 1 });
  await ann.goto(url);
  await ann.getByLabel("Your name").fill("Ann");
  await ann.getByLabel("Your name").press("Enter");
  await shows(ann, "#entry-error", "Waiting for the connection");
  await (await held).continue();
  await ann.locator("#entry").waitFor({ state: "hidden" });
  await shows(ann, "#count", "just you");
  await ann.leave();
});

browser_test("a page with the client for MessagePack talks to others, and they send each other pictures", async () => {
  const said = [];
  const ann = await enter("Ann", "packed", {}, async (page) => {
    await page.route("**/socket.io.js", (route) => route.continue({
      url: route.request().url().replace("socket.io.js", "socket.io.msgpack.min.js"),
    }));
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => said.push(payload)));
  });
  const bob = await enter("Bob", "packed");
  await shows(ann, "#badge", "websocket");
  await shows(ann, ".notice", "Bob joined");
  await say(ann, "Übung 😀");
  await sees(bob, "Übung 😀");
  await say(bob, "<i>Grüße</i>");
  await sees(ann, "<i>Grüße</i>");
  assert.ok(said.some((frame) => Buffer.isBuffer(frame) && frame.includes("Übung")), "Ann speaks MessagePack");

  for (const [page, name] of [[ann, "hers.png"], [bob, "his.png"]]) {
    await page.locator("#file").setInputFiles({ name, mimeType: "image/png", buffer: await paint(page) });
    for (const reader of [ann, bob]) {
      const image = reader.getByAltText(name);
      await image.waitFor();
      assert.equal(await image.evaluate((it) => it.naturalWidth), 720);
    }
  }
  await ann.leave();
  await shows(bob, ".notice", "Ann left");
  await bob.leave();
});

browser_test("any file arrives whole, and its sender's words are never HTML", async () => {
  const name = "<img src=x onerror=a()>";
  const ann = await enter(name, "files");
  const bob = await enter("Bob", "files");
  const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, i) => (i * 7919) >> 3));
  await say(ann, "<b>bold</b>");
  await sees(bob, "<b>bold</b>");
  await ann.evaluate(() => {
    const bar = document.getElementById("progress");
    window.progress = [];
    new MutationObserver(() => window.progress.push(bar.value)).observe(bar, { attributes: true });
  });
  await ann.locator("#file").setInputFiles({ name: "notes <i>.html", mimeType: "text/html", buffer: bytes });
  const [download] = await Promise.all([
    bob.waitForEvent("download"),
    bob.getByRole("button", { name: "notes <i>.html" }).click(),
  ]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  assert.ok(Buffer.concat(parts).equals(bytes));
  const progress = await ann.evaluate(() => window.progress);
  assert.ok(progress.length >= 6 && progress.at(-1) === 1);
  assert.ok(progress.every((part, i) => i === 0 || part > progress[i - 1]), `${progress}`);

  assert.equal(await bob.locator(".from .name").first().textContent(), name);
  assert.equal(await bob.locator("#log img, #log b, #log i, #people img").count(), 0);

  const large = Buffer.alloc(5 * 1024 * 1024 + 1);
  await ann.locator("#file").setInputFiles({ name: "big.bin", mimeType: "", buffer: large });
  await shows(ann, ".notice", "big.bin is larger than 5.2 MB");
  await ann.leave();
  await bob.leave();
});

browser_test("rooms keep apart, are made by name, and count their people", async () => {
  const ann = await enter("Ann", "lobby");
  const bob = await enter("Bob", "lobby");
  await bob.getByLabel("Name of a new room").fill("kitchen");
  await bob.getByLabel("Name of a new room").press("Enter");
  await shows(bob, "#room", "kitchen");
  await shows(ann, ".notice", "Bob left");
  await shows(ann, "#count", "just you");
  const row = ann.getByRole("navigation").getByRole("button", { name: "kitchen 1" });
  await say(ann, "only the lobby hears this");
  await sees(ann, "only the lobby");
  await row.click();
  await shows(bob, ".notice", "Ann joined");
  await say(ann, "now the kitchen");
  await sees(bob, "now the kitchen");
  assert.equal(await bob.locator(".bubble").count(), 1);
  assert.equal(await ann.locator(".bubble").count(), 1);

  const other = await open();
  await other.goto(`${url}/#room=kitchen`);
  await other.getByLabel("Your name").fill("Ann");
  await other.getByRole("button", { name: "Join", exact: true }).click();
  await shows(other, "#entry-error", "Ann");
  await other.getByLabel("Your name").fill("Anna");
  await other.getByLabel("Your name").press("Enter");
  await shows(bob, ".notice", "Anna joined");
  for (const page of [ann, bob, other]) await page.leave();
});

browser_test("a page starts with polling and goes over to WebSocket", async () => {
  const page = await open();
  const polls = [];
  const sockets = [];
  page.on("request", (request) => { if (request.url().includes("transport=polling")) polls.push(request.method()); });
  page.on("websocket", (socket) => {
    const seen = { url: socket.url(), polls: polls.length, sent: [] };
    socket.on("framesent", ({ payload }) => seen.sent.push(String(payload)));
    sockets.push(seen);
  });
  await page.addInitScript(() => document.addEventListener("DOMContentLoaded", () => {
    const badge = document.getElementById("badge");
    window.badges = [];
    new MutationObserver(() => window.badges.push(badge.textContent)).observe(badge, { childList: true });
  }));
  await page.goto(url);
  await shows(page, "#badge", "websocket");
  assert.deepEqual(await page.evaluate(() => window.badges), ["polling", "websocket"]);
  await picture(page, "entry.png");
  assert.equal(sockets.length, 1);
  assert.match(sockets[0].url, /transport=websocket&sid=/);
  assert.ok(sockets[0].polls >= 1);
  assert.ok(polls.includes("GET") && polls.includes("POST"));
  assert.deepEqual(sockets[0].sent.slice(0, 2), ["2probe", "5"]);
  await page.leave();
});

browser_test("people come back by themselves after the server was killed", async () => {
  const ann = await enter("Ann", "harbour");
  const bob = await enter("Bob", "harbour");
  await say(ann, "before the storm");
  await sees(bob, "before the storm");

  await kill_server();
  await shows(ann, "#banner", "reconnecting");
  await shows(ann, "#badge", "offline");
  await say(ann, "kept while offline");
  await shows(ann, ".notice", "no connection");
  assert.equal(await ann.getByLabel("Message", { exact: true }).inputValue(), "kept while offline");

  await picture(ann, "offline.png");
  assert.equal(await start_server(new URL(url).port), url);
  await shows(ann, "#banner", "Back again");
  await shows(ann, "#count", "2 people");
  await shows(bob, "#count", "2 people");
  await ann.getByLabel("Message", { exact: true }).press("Enter");
  await sees(bob, "kept while offline");
  await say(bob, "after the storm");
  await sees(ann, "after the storm");
  assert.equal(await ann.locator(".message").count(), 3);
  await shows(ann, "#badge", "websocket");
  await ann.leave();
  await bob.leave();
});

browser_test("who comes back before the server knows of the loss keeps the name, with all that was said", async () => {
  const bob = await enter("Bob", "bridge");
  let cable;
  const ann = await enter("Ann", "bridge", {}, (page) => page.routeWebSocket(/socket\.io/, (socket) => {
    socket.connectToServer();
    socket.onClose(() => { /* the server is not told */ });
    cable = socket;
  }));
  await shows(ann, "#badge", "websocket");
  await say(bob, "one");
  await sees(ann, "one");

  await cable.close();
  await shows(ann, "#banner", "reconnecting");
  await say(bob, "two");
  await shows(ann, "#banner", "Back again");
  await sees(ann, "two");
  assert.deepEqual(await ann.locator(".bubble").allTextContents(), ["one", "two"]);
  assert.deepEqual(await people(ann), ["Ann", "Bob"]);
  await bob.locator(".notice", { hasText: "Ann joined" }).nth(1).waitFor();
  assert.deepEqual(await people(bob), ["Ann", "Bob"]);
  await say(ann, "three");
  await sees(bob, "three");
  await ann.leave();
  await bob.leave();
});

browser_test("without --port, the first free port from 3000 on is taken", async () => {
  const holder = createServer();
  await new Promise((resolve) => holder.once("error", resolve).listen(3000, resolve));   // or somebody else has it
  const { child, address } = await launch();
  try {
    assert.ok(Number(new URL(address).port) > 3000);
    assert.equal((await fetch(address)).status, 200);
  } finally {
    child.kill("SIGKILL");
    holder.close();
  }
});

browser_test("a phone scrolls in one direction only, its menu opens and closes", async () => {
  const small = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };
  const page = await enter("Ann", "a-room-with-a-long-name", small);
  await say(page, "W".repeat(300));
  await say(page, `https://example.org/${"very-long/".repeat(30)}`);
  await page.locator(".bubble").nth(1).waitFor();
  const width = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth, visualViewport.width]);
  assert.deepEqual(await width(), [320, 320, 320]);
  assert.ok(await page.locator("#log").evaluate((log) => log.scrollWidth <= log.clientWidth));
  assert.ok(await page.locator("#side").isHidden());
  await page.getByRole("button", { name: "Rooms and people" }).click();
  await page.locator("#people .name", { hasText: "Ann" }).waitFor({ state: "visible" });
  assert.deepEqual(await width(), [320, 320, 320]);
  await picture(page, "phone-menu.png");
  await page.keyboard.press("Escape");
  await page.locator("#side").waitFor({ state: "hidden" });
  await page.leave();
});
