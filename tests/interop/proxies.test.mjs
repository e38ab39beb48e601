// Real proxies in front of three servers, with the configurations of examples/deploy.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import { P, Wire, get, post } from "../hostile/wire.mjs";
import { request } from "./raw.mjs";
import { SecureFixture, available } from "./secure/support.mjs";
import {
  Fixture,
  ask,
  client,
  connected,
  eventually,
  once,
  reference,
  transportSets,
  upgraded,
  within,
} from "./support.mjs";

const deploy = new URL("../../examples/deploy/", import.meta.url);

const secureSkip = available ? false : "no SOCKETIO_SECURE_FIXTURE";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A proxy in front of `servers`; its configuration is a file of examples/deploy with our ports. */
class Proxy {
  /** `edit` changes the text of the configuration. */
  static async start(kind, servers, edit = (text) => text) {
    const proxy = new Proxy();
    proxy.scheme = kind.scheme ?? "http";
    proxy.port = await freePort();
    proxy.folder = await mkdtemp(join(tmpdir(), "proxy-"));
    const file = join(proxy.folder, "conf");
    let text = edit(await readFile(new URL(kind.file, deploy), "utf8"));
    servers.forEach(({ port }, i) => {
      text = text.replaceAll(`127.0.0.1:${3000 + i}`, `127.0.0.1:${port}`);
    });
    text = text.replace(kind.listen, `$1127.0.0.1:${proxy.port}`);
    await writeFile(file, kind.whole(text, proxy.folder));
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    proxy.child = spawn(...kind.command(file), { env, stdio: ["ignore", "inherit", "inherit"] });
    proxy.exited = new Promise((resolve) => proxy.child.once("exit", resolve));
    const up = ({ status }) => status === 200 || undefined;
    const there = kind.there ?? (() => request(proxy, { path: "/health" }).then(up));
    await eventually(() => there(proxy).catch(() => {}), "the proxy");
    return proxy;
  }

  get url() {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  async stop() {
    this.child.kill("SIGTERM");
    await within(this.exited, "the proxy to end");
    await rm(this.folder, { recursive: true });
  }
}

const nginx = {
  file: "nginx.conf",
  listen: /^(\s*listen )80/m,
  whole: (site, folder) => `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      ${site}
    }`,
  command: (file) => ["nginx", ["-c", file]],
};

const haproxy = {
  file: "haproxy.cfg",
  listen: /^(\s*bind ):80/m,
  whole: (text) => text,
  command: (file) => ["haproxy", ["-q", "-db", "-f", file]],
};

/** A handshake through it must succeed. */
const haproxyTls = {
  ...haproxy,
  scheme: "https",
  file: "haproxy-tls.cfg",
  listen: /^(\s*bind ):443/m,
  there: async ({ port }) => {
    const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    await within(new Promise((resolve, reject) => {
      socket.once("secureConnect", resolve).once("error", reject).once("close", reject);
    }), "a handshake").finally(() => socket.destroy());
    return true;
  },
};

/** Options of a client that has this address. */
const from = (localAddress, { Agent } = http) => ({ agent: new Agent({ localAddress, keepAlive: true }) });

/** One that closes what is silent for a second. */
const impatient = (text) => text.replace("proxy_read_timeout 60s", "proxy_read_timeout 1s");

/** One that lets no WebSocket pass. */
const withoutUpgrade = (text) => text.replace(/.*proxy_set_header (Upgrade|Connection).*/g, "");

/** Whether this server has the session. */
async function has(server, sid) {
  const query = { EIO: "4", transport: "websocket", sid };
  const { text } = await request(server, { query });
  return JSON.parse(text).message !== "Session ID unknown";
}

describe("behind proxies", { skip: reference && "for the C++ library" }, () => {
  describe("nginx", () => {
    const servers = [];
    before(async () => {
      for (let i = 0; i < 3; i++) {
        servers.push(await Fixture.start({ trusted: "127.0.0.1", pingInterval: 400 }));
      }
    });
    after(async () => {
      for (const server of servers) await server.stop();
    });

    const behind = async (t, edit) => {
      const proxy = await Proxy.start(nginx, servers, edit);
      t.after(() => proxy.stop());
      return proxy;
    };

    it("keeps each client's sessions with one server, which knows the client's address", async (t) => {
      const proxy = await behind(t);
      const owners = new Set();
      for (let i = 1; i <= 9; i++) {
        const address = `127.0.${i}.1`;
        const socket = await connected(t, proxy, {
          transports: transportSets[i % 3],
          ...from(address),
        });
        if (i % 3 === 2) await upgraded(socket);
        assert.equal((await ask(socket, "handshake")).address, address);
        const { id } = socket.io.engine;
        const found = await Promise.all(servers.map((server) => has(server, id)));
        assert.equal(found.filter(Boolean).length, 1);
        owners.add(found.indexOf(true));
        assert.deepEqual(await ask(socket, "ack", { still: "there" }), { still: "there" });
      }
      assert.ok(owners.size > 1, "all of them at one server");
    });

    for (const [name, edit] of [
      ["buffers", (text) => text.replace("proxy_buffering off", "proxy_buffering on")],
      ["speaks HTTP/1.0", (text) => withoutUpgrade(text).replace("proxy_http_version 1.1;", "")],
    ]) {
      it(`long-polling through one that ${name}`, async (t) => {
        const proxy = await behind(t, edit);
        const socket = await connected(t, proxy, { transports: ["polling"] });
        assert.equal(await ask(socket, "ack", "x".repeat(100_000)), "x".repeat(100_000));
        socket.emit("echo", Buffer.from("bytes"), 2);
        assert.deepEqual(await once(socket, "echo"), [Buffer.from("bytes"), 2]);
      });
    }

    it("heartbeats keep a connection that the proxy would close when idle", async (t) => {
      const proxy = await behind(t, impatient);
      for (const transports of [["websocket"], ["polling"]]) {
        const socket = await connected(t, proxy, { transports });
        let lost;
        socket.on("disconnect", (reason) => (lost = reason));
        for (let pings = 0; pings < 4; pings++) await once(socket.io, "ping");
        assert.equal(lost, undefined);
        assert.equal(await ask(socket, "ack", 1), 1);
      }
    });

    it("a client whose connection the proxy has closed comes back", async (t) => {
      const slow = await Fixture.start({ pingInterval: 20_000 });
      t.after(() => slow.stop());
      const proxy = await Proxy.start(nginx, [slow, slow, slow], impatient);
      t.after(() => proxy.stop());
      const socket = await connected(t, proxy, { reconnection: true, reconnectionDelay: 50 });
      const { id } = socket;
      assert.deepEqual((await once(socket, "disconnect")).slice(0, 1), ["transport close"]);
      await once(socket, "connect");
      assert.notEqual(socket.id, id);
      assert.equal(await ask(socket, "ack", 1), 1);
    });

    it("without WebSockets a client falls back to polling, and stays there", async (t) => {
      const proxy = await behind(t, withoutUpgrade);
      const socket = client(t, proxy, { transports: ["polling", "websocket"] });
      const failed = new Promise((resolve) =>
        socket.io.on("open", () => socket.io.engine.once("upgradeError", resolve)),
      );
      await once(socket, "connect");
      await within(failed, "the upgrade to fail");
      for (let i = 0; i < 5; i++) {
        assert.equal(await ask(socket, "ack", i), i);
        assert.equal(socket.io.engine.transport.name, "polling");
      }
    });
  });

  // As docs/scaling.md says: what tells apart clients that have one address.
  const byTab = (text) => text.replace("ip_hash", "hash $arg_tab consistent");
  const byTabToo = (text) => text
    .replace(/cookie server insert.*/, "balance url_param tab\n    hash-type consistent")
    .replace(/ cookie (one|two|three)| send-proxy-v2 check-send-proxy/g, "");
  for (const [name, kind, edit] of [
    ["nginx, by a cookie", { ...nginx, file: "nginx-cookie.conf" }, (text) => text],
    ["nginx, by the query", nginx, byTab],
    ["HAProxy, by the query", haproxy, byTabToo],
  ]) {
    it(`clients of one address come to several servers, and stay there: ${name}`, async (t) => {
      const servers = [];
      for (let i = 0; i < 3; i++) {
        servers.push(await Fixture.start({ trusted: "127.0.0.1" }));
        t.after(() => servers[i].stop());
      }
      const proxy = await Proxy.start(kind, servers, edit);
      t.after(() => proxy.stop());
      const owners = new Set();
      for (let i = 0; i < 12; i++) {
        const socket = await connected(t, proxy, { transports: transportSets[i % 3], query: { tab: `tab ${i}` }, withCredentials: true });
        if (i % 3 === 2) await upgraded(socket);
        for (let n = 0; n < 3; n++) assert.equal(await ask(socket, "ack", n), n);
        const found = await Promise.all(servers.map((server) => has(server, socket.io.engine.id)));
        assert.equal(found.filter(Boolean).length, 1);
        owners.add(found.indexOf(true));
      }
      assert.ok(owners.size > 1, "all of them at one server");
    });
  }

  // HAProxy 2.6 has no `option forwarded` yet.
  const forwarding = [
    [nginx, (text) => text.replace('Forwarded ""', 'Forwarded "for=$remote_addr;proto=https;host=$host"')],
    [haproxy, (text) => text.replace("default_backend socketio",
      String.raw`http-request set-header Forwarded "for=%[src];proto=https;host=\"%[req.hdr(Host)]\""
    default_backend socketio`)
      .replace(/ send-proxy-v2 check-send-proxy/, "")],
  ];
  for (const [kind, edit] of forwarding) {
    it(`Forwarded (RFC 7239) as ${kind.file.split(".")[0]} writes it, over what the client wrote`, async (t) => {
      const server = await Fixture.start({ forwarded: "127.0.0.1" });
      t.after(() => server.stop());
      const proxy = await Proxy.start(kind, [server, server, server], edit);
      t.after(() => proxy.stop());
      for (const transports of transportSets) {
        const socket = await connected(t, proxy, {
          transports,
          extraHeaders: { Forwarded: "for=203.0.113.7", "X-Forwarded-For": "203.0.113.8" },
          ...from("127.0.5.1"),
        });
        const { address, secure } = await ask(socket, "handshake");
        assert.deepEqual({ address, secure }, { address: "127.0.5.1", secure: true });
      }
    });
  }

  it("a PROXY header that names nobody is enough, whichever loop a request comes to", async (t) => {
    const server = await Fixture.start({ proxyProtocol: "127.0.0.1", shards: 3 });
    t.after(() => server.stop());
    const ask = async (text) => {
      const wire = await Wire.open(server);
      await wire.send(`PROXY UNKNOWN\r\n${text}`);
      const answer = await wire.response();
      wire.destroy();
      return answer;
    };
    const { sid } = JSON.parse((await ask(get(P))).text.slice(1));
    const message = post(["Content-Length: 1"], "6").replace("%SID", sid);
    for (let i = 0; i < 30; i++) assert.equal((await ask(message))?.status, 200);
  });

  describe("HAProxy", () => {
    for (const version of ["send-proxy-v2", "send-proxy"]) {
      it(`passes TLS on as it is, and tells of clients by ${version}`, { skip: secureSkip }, async (t) => {
        const { ca, server: certificate } = await import("./secure/certificates.mjs");
        const server = await SecureFixture.start([certificate], { proxyProtocol: "127.0.0.1" });
        t.after(() => server.stop());
        const proxy = await Proxy.start(haproxyTls, [server, server, server], (text) =>
          text.replaceAll("send-proxy-v2", version),
        );
        t.after(() => proxy.stop());
        for (const transports of transportSets) {
          const { agent } = from("127.0.0.9", https);
          Object.assign(agent.options, { ca: ca.cert, servername: "localhost" });
          const socket = await connected(t, proxy, { transports, agent });
          if (transports.length === 2) await upgraded(socket);
          const { address, secure, transport } = await ask(socket, "describe");
          assert.deepEqual([address, secure, transport], ["127.0.0.9", true, transports.at(-1)]);
          assert.equal(await ask(socket, "ack", "x".repeat(100_000)), "x".repeat(100_000));
        }
        // Without the PROXY header, or with something else in front of the handshake, there is no connection.
        for (const begin of ["", "GET / HTTP/1.1\r\n\r\n"]) {
          const wire = await Wire.open(server);
          const hello = tls.connect({ socket: wire.socket, servername: "localhost", ca: ca.cert });
          if (begin) wire.socket.write(begin);
          await within(new Promise((resolve) => hello.once("error", resolve).once("close", resolve)), "the end");
          wire.destroy();
        }
      });
    }

    for (const version of ["send-proxy-v2", "send-proxy"]) {
      it(`keeps sessions by a cookie, and tells of clients by ${version}`, async (t) => {
        const servers = [];
        t.after(async () => {
          for (const server of servers) if (!server.ended) await server.stop();
        });
        for (let i = 0; i < 3; i++) {
          servers.push(await Fixture.start({ proxyProtocol: "127.0.0.1" }));
        }
        const proxy = await Proxy.start(haproxy, servers, (text) =>
          text.replace("send-proxy-v2", version).replace("inter 2s", "inter 100ms"),
        );
        t.after(() => proxy.stop());

        const sockets = [];
        for (let i = 0; i < 6; i++) {
          const socket = await connected(t, proxy, {
            transports: transportSets[i % 3],
            withCredentials: true,
            ...from(`127.0.0.${i + 1}`),
          });
          if (i % 3 === 2) await upgraded(socket);
          assert.equal((await ask(socket, "handshake")).address, `127.0.0.${i + 1}`);
          assert.equal(await ask(socket, "ack", i), i);
          sockets.push(socket);
        }
        // A server that closes fails its health check: its clients come back to the others.
        await servers[0].close();
        const socket = await eventually(
          () => sockets.find(({ connected }) => !connected),
          "a client of the server that closed",
        );
        assert.ok(sockets.some(({ connected }) => connected), "all of them at one server");
        await eventually(() => {
          const back = once(socket, "connect");
          socket.connect();
          return back.then(
            () => true,
            () => undefined,
          );
        }, "another server");
        assert.equal(await ask(socket, "ack", "again"), "again");
      });
    }
  });
});
