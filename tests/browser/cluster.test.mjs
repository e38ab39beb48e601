// The cluster example, started by its own command: people in a browser and programs with the official client chat across
// three servers through nginx, over every transport. SOCKETIO_CHAT names the chat program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";
import { chromium_path, lacking, launch_chromium } from "./browsers.mjs";
import { program } from "./chat-program.mjs";

const start = fileURLToPath(new URL("../../examples/cluster/start.mjs", import.meta.url));
const skip = !program ? "SOCKETIO_CHAT is not set" : lacking(chromium_path, "/usr/sbin/nginx", "/usr/bin/redis-server");
const names = ["C++ 1", "C++ 2", "Node.js"];

async function until(condition, what) {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
    const value = await condition();
    if (value) return value;
  }
  assert.fail(`waited for ${what}`);
}

describe("the cluster example", { skip, timeout: 120_000 }, () => {
  let cluster, url, browser, page;
  const pids = new Map(), clients = [];

  before(async () => {
    cluster = spawn(process.execPath, [start, program, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    cluster.gone = once(cluster, "exit");
    process.once("exit", () => pids.forEach((pid) => { try { process.kill(pid, "SIGKILL"); } catch { /* as it should be */ } }));
    cluster.lines = [];
    createInterface(cluster.stdout).on("line", (line) => {
      cluster.lines.push(line);
      const [, name, pid] = /^(.+): process (\d+)$/.exec(line) ?? [];
      if (name) pids.set(name, Number(pid));
      url ??= /http:\/\/localhost:\d+/.exec(line)?.[0];
    });
    await until(() => url, "the cluster");
    browser = await launch_chromium();
  });
  after(async () => {
    for (const each of clients) each.disconnect();
    await browser?.close();
    if (cluster?.exitCode === null) cluster.kill("SIGTERM");
    await cluster?.gone;
  });

  /** A client at the server of this name: some `tab` leads there. */
  async function client_at(name, transports) {
    for (let tab = 1; tab < 200; tab++) {
      const socket = io(url, { forceNew: true, transports, query: { tab: `${name} ${tab}` }, reconnectionDelay: 50 });
      socket.heard = [];
      socket.onAny((event, ...args) => { if (event !== "rooms") socket.heard.push([event, ...args]); });
      socket.on("rooms", (rooms) => { socket.rooms = rooms; });
      const [where] = await once(socket, "server");
      if (where === name) {
        clients.push(socket);
        return socket;
      }
      socket.disconnect();
    }
    return assert.fail(`no tab leads to ${name}`);
  }

  const ask = async (socket, event, ...args) => {
    const reply = await socket.timeout(20_000).emitWithAck(event, ...args);
    assert.equal(reply.error, "");
    return reply;
  };
  const texts = (socket) => socket.heard.filter(([event]) => event === "message").map(([, { from, text }]) => `${from}: ${text}`);

  test("people in a browser and programs chat across three servers, over every transport", async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    page.faults = [];
    page.on("pageerror", ({ message }) => page.faults.push(message));
    await page.goto(`${url}/#room=mountains`);
    await page.getByLabel("Your name").fill("Ada");
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.locator("#nick", { hasText: "Ada" }).waitFor();
    const where = await page.locator("#server").textContent();
    assert.ok(names.includes(where.slice(3)), where);

    const ways = [["polling"], ["websocket"], ["polling", "websocket"]];
    for (const [i, name] of names.entries()) {
      const socket = await client_at(name, ways[i]);
      const { people, history } = await ask(socket, "join", name, "mountains", `key ${i}`);
      assert.deepEqual(people.sort(), ["Ada", ...names.slice(0, i + 1)].sort());
      assert.deepEqual(history.map(({ text }) => text), names.slice(0, i).map((each) => `from ${each}`));
      await ask(socket, "say", `from ${name}`);
    }
    await until(() => clients[2].io.engine.transport.name === "websocket", "the upgrade");
    await page.locator("#text").fill("from Ada");
    await page.keyboard.press("Enter");
    for (const from of [...names, "Ada"]) await page.locator(".bubble", { hasText: `from ${from}` }).waitFor();
    await page.locator("#count", { hasText: "4 people" }).waitFor();
    for (const [i, socket] of clients.entries()) {
      const expected = [...names.slice(i).map((name) => `${name}: from ${name}`), "Ada: from Ada"];
      await until(() => texts(socket).length >= expected.length, "all to be heard");
      assert.deepEqual(texts(socket), expected);
      await until(() => socket.rooms?.find(({ name }) => name === "mountains")?.people === 4, "all to be counted");
    }
  });

  test("a name is taken once, on whatever server", async () => {
    for (const [i, socket] of clients.entries()) {
      const { error } = await socket.timeout(20_000).emitWithAck("join", names[(i + 1) % 3], "mountains", "another key");
      assert.equal(error, `Somebody called ${names[(i + 1) % 3]} is already in mountains.`);
    }
  });

  test("a file is at one server, and can be had from all", async () => {
    const bytes = Buffer.alloc(200_000, "picture");
    for (const socket of clients) {
      const { id } = await ask(socket, "upload-start", { name: "f", type: "", size: bytes.length });
      for (let at = 0; at < bytes.length; at += 131072) await ask(socket, "upload-chunk", id, bytes.subarray(at, at + 131072));
      for (const other of clients) {
        const parts = [];
        for (let got = 0; got < bytes.length; got += parts.at(-1).length) {
          parts.push(await other.timeout(20_000).emitWithAck("download", id, got));
          assert.notEqual(parts.at(-1).length, 0);
        }
        assert.ok(Buffer.concat(parts).equals(bytes));
        assert.equal((await other.timeout(20_000).emitWithAck("download", `no ${id}`, 0)).length, 0);
      }
    }
  });

  test("R147 people of a server that is killed come back to another, in their places", async () => {
    const lost = (await page.locator("#server").textContent()).slice(3);
    process.kill(pids.get(lost), "SIGKILL");
    await page.waitForFunction((name) => document.getElementById("server").textContent !== `on ${name}`, lost);
    await page.waitForFunction(() => document.getElementById("badge").textContent !== "offline");
    // Nobody has answered for the dead server meanwhile: its people are found where they are now.
    const speaker = clients[names.findIndex((name) => name !== lost)];
    await until(async () => {
      const { people } = await ask(speaker, "join", "Eve", "mountains", "key of Eve");
      return people.includes("Ada");
    }, "Ada to be back");
    await ask(speaker, "say", "still here?");
    await page.locator(".bubble", { hasText: "still here?" }).waitFor();
    assert.deepEqual(page.faults, []);
  });

  test("Ctrl-C ends all of it", async () => {
    const rest = [...pids.values()].filter((pid) => existsSync(`/proc/${pid}`));
    assert.equal(rest.length, 4);
    const folder = readdirSync(`/proc/${pids.get("nginx")}/fd`) && readFileSync(`/proc/${pids.get("nginx")}/cmdline`, "utf8").split("\0")[2];
    assert.ok(existsSync(folder));
    cluster.kill("SIGINT");
    assert.deepEqual(await cluster.gone, [0, null]);
    for (const pid of rest) assert.ok(!existsSync(`/proc/${pid}`), `process ${pid} is left`);
    assert.ok(!existsSync(folder));
  });
});
