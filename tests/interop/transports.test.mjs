// examples/many_transports: official clients over TCP, TLS and a Unix domain socket in one room.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import {
  ask,
  collect,
  connected,
  eventually,
  filled,
  shards,
  transportSets,
  upgraded,
  within,
} from "./support.mjs";

const run = promisify(execFile);
const program = process.env.SOCKETIO_MANY_TRANSPORTS;

describe("many transports", { skip: program ? false : "no SOCKETIO_MANY_TRANSPORTS" }, async () => {
  if (!program) return;
  const { ca, server: certificate } = await import("./secure/certificates.mjs");
  let folder, path, child, exited, places;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "transports-"));
    path = join(folder, "socket");
    const files = [certificate.chainFile, certificate.keyFile, path];
    child = spawn(program, [...files, "0", "0", String(shards)], { stdio: ["ignore", "pipe", "inherit"] });
    exited = new Promise((resolve) => child.once("exit", resolve));
    const lines = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    await filled(lines, 3);
    places = [
      { url: lines[0].replace("localhost", "127.0.0.1") },
      { url: lines[1], options: { ca: ca.cert } },
      { url: "http://localhost", local: true },
    ];
  });
  after(async () => {
    child.kill("SIGTERM");
    assert.equal(await within(exited, "the server to end"), 0);
    assert.ok(!existsSync(path), "the socket's file is still there");
    await rm(folder, { recursive: true });
  });

  const meet = (t, { url, options, local }, transports, more = {}) =>
    connected(t, { url }, {
      transports,
      ...options,
      ...(local && { agent: new http.Agent({ socketPath: path, keepAlive: true }) }),
      ...more,
    });

  it("clients on all of them chat in one room", async (t) => {
    const sockets = [];
    for (const place of places) {
      for (const transports of transportSets) {
        const socket = await meet(t, place, transports);
        if (transports.length === 2) await upgraded(socket);
        const who = await ask(socket, "hello");
        const here = ["127.0.0.1", "127.0.0.1 over TLS", "unix:"][places.indexOf(place)];
        assert.ok(who === here || (place.options && who === "::1 over TLS"), who);
        sockets.push(socket);
      }
    }
    const heard = sockets.map((socket) => collect(socket, "said"));
    for (const [i, socket] of sockets.entries()) socket.emit("say", `from ${i}`);
    for (const list of heard) {
      const texts = (await filled(list, sockets.length)).map(([text]) => text);
      assert.deepEqual(texts.sort(), sockets.map((_, i) => `from ${i}`));
    }
  });

  it("a proxy at the Unix domain socket, and no other, is believed", async (t) => {
    const extraHeaders = { "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https" };
    const [plain, , local] = places;
    for (const transports of transportSets) {
      const near = await meet(t, local, transports, { extraHeaders });
      assert.equal(await ask(near, "hello"), "203.0.113.7 over TLS");
      const far = await meet(t, plain, transports, { extraHeaders });
      assert.equal(await ask(far, "hello"), "127.0.0.1");
    }
  });

  it("nginx over the Unix domain socket, as docs/deploy.md says", async (t) => {
    const site = (await readFile(new URL("../../examples/deploy/nginx.conf", import.meta.url), "utf8"))
      .replace(/(\s+server 127\.0\.0\.1:\d+;)+/, `\n    server unix:${path};`)
      .replace("listen 80", `listen unix:${folder}/front`);
    await writeFile(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
      events {}
      http {
        access_log off;
        client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        ${site.replace("X-Forwarded-For $remote_addr", "X-Forwarded-For 203.0.113.9")}
      }`,
    );
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    const nginx = spawn("nginx", ["-c", join(folder, "nginx.conf")], { env, stdio: "inherit" });
    const gone = new Promise((resolve) => nginx.once("exit", resolve));
    t.after(() => {
      nginx.kill("SIGTERM");
      return within(gone, "nginx to end");
    });
    await eventually(() => existsSync(join(folder, "front")) || undefined, "nginx");
    const through = new http.Agent({ socketPath: join(folder, "front"), keepAlive: true });
    for (const transports of transportSets) {
      const socket = await meet(t, places[2], transports, { agent: through });
      if (transports.length === 2) await upgraded(socket);
      assert.equal(await ask(socket, "hello"), "203.0.113.9");
      const heard = collect(socket, "said");
      socket.emit("say", transports.join());
      assert.deepEqual(await filled(heard, 1), [[transports.join()]]);
    }
  });

  it("HAProxy over the Unix domain socket", async (t) => {
    const config = (await readFile(new URL("../../examples/deploy/haproxy.cfg", import.meta.url), "utf8"))
      .replace("bind :80", `bind unix@${folder}/front-haproxy`)
      .replace(" send-proxy-v2 check-send-proxy", "")
      .replace(/ +server \w+ 127.0.0.1:\d+ cookie \w+\n/g, "")
      .replace("default_backend socketio", `default_backend socketio
    http-request set-header X-Forwarded-For 203.0.113.10
    http-request del-header X-Forwarded-Proto
    http-request del-header X-Forwarded-Host`)
      .concat(`    server one unix@${path} cookie one no-check\n`);
    await writeFile(join(folder, "haproxy.cfg"), config);
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    const haproxy = spawn("haproxy", ["-q", "-db", "-f", join(folder, "haproxy.cfg")], { env, stdio: "inherit" });
    const gone = new Promise((resolve) => haproxy.once("exit", resolve));
    t.after(() => {
      haproxy.kill("SIGTERM");
      return within(gone, "HAProxy to end");
    });
    await eventually(() => existsSync(join(folder, "front-haproxy")) || undefined, "HAProxy");
    const through = new http.Agent({ socketPath: join(folder, "front-haproxy"), keepAlive: true });
    for (const transports of transportSets) {
      const socket = await meet(t, places[2], transports, { agent: through, withCredentials: true });
      if (transports.length === 2) await upgraded(socket);
      assert.equal(await ask(socket, "hello"), "203.0.113.10");
    }
  });

  it("curl --unix-socket", async () => {
    const url = "http://localhost/socket.io/?EIO=4&transport=polling";
    const { stdout } = await run("curl", ["-sS", "--max-time", "15", "--unix-socket", path, url]);
    assert.match(stdout, /^0\{"sid":"/);
  });
});
