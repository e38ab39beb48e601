// TLS with the official clients, with Node's own TLS, and with curl.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import net from "node:net";
import tls from "node:tls";
import { promisify } from "node:util";
import { io } from "socket.io-client";
import { io as io3 } from "socket.io-client-3";
import io2 from "socket.io-client-2";
import { SecureFixture, available } from "./secure/support.mjs";
import { ask, collect, filled, growth, once, sleep, transportSets, upgraded, within } from "./support.mjs";

const run = promisify(execFile);

describe("TLS", { skip: available ? false : "no SOCKETIO_SECURE_FIXTURE" }, async () => {
  if (!available) return;
  const { authority, ca, folder, server: certificate, signed } = await import(
    "./secure/certificates.mjs"
  );
  const alice = signed(ca, "alice");
  const one = signed(ca, "one", { names: "DNS:one.test" });
  const mallory = signed(authority("nobody"), "mallory");

  let server;
  before(async () => {
    server = await SecureFixture.start([certificate, one]);
  });
  after(() => server.stop());

  /** A socket of the official client that ends with the test. */
  async function connected(t, { at = server, make = io, ...options } = {}) {
    const socket = make(at.url, {
      forceNew: true,
      reconnection: false,
      transports: ["websocket"],
      ca: ca.cert,
      ...options,
    });
    t.after(() => socket.disconnect());
    await once(socket, "connect");
    return socket;
  }

  /** A TLS connection of Node's, once its handshake is complete. */
  function secured(t, options = {}, at = server) {
    const socket = tls.connect({
      port: at.port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: ca.cert,
      ...options,
    });
    t.after(() => socket.destroy());
    return within(
      new Promise((resolve, reject) => {
        socket.once("secureConnect", () => resolve(socket));
        socket.once("error", reject);
      }),
      "the handshake",
    );
  }

  const curl = async (...args) => {
    const base = ["--silent", "--show-error", "--max-time", "15", "--cacert", ca.chainFile];
    return (await run("curl", [...base, ...args])).stdout;
  };

  for (const transports of transportSets) {
    it(`F029 serves the client over ${transports.join(" and ")}`, async (t) => {
      const socket = await connected(t, { transports });
      if (transports.length > 1) await upgraded(socket);
      const seen = await ask(socket, "describe");
      assert.equal(seen.secure, true);
      assert.equal(seen.address, "127.0.0.1");
      assert.equal(seen.transport, transports.at(-1));
      assert.equal(seen.subject, undefined);
      // More than one record, in both directions, text and binary.
      const text = "äöü€".repeat(100_000);
      assert.equal(await ask(socket, "ack", text), text);
      const bytes = Buffer.alloc(500_000, "binary");
      assert.deepEqual(await ask(socket, "ack", bytes), bytes);
      const heard = collect(socket, "s");
      socket.emit("stress", 2000, 500);
      await filled(heard, 2000);
      assert.deepEqual(heard.map(([i]) => i), [...Array(2000).keys()]);
    });
  }

  for (const [name, make] of Object.entries({ 3: io3, 2: io2 })) {
    it(`serves client ${name}.x`, async (t) => {
      const at = await SecureFixture.start([certificate], { allowEio3: true });
      t.after(() => at.stop());
      for (const transports of transportSets) {
        const socket = await connected(t, { at, make, transports });
        const answer = new Promise((resolve) => socket.emit("ack", "hello", resolve));
        assert.equal(await within(answer, "the acknowledgement"), "hello");
        socket.disconnect();
      }
    });
  }

  it("is one server for all its clients", async (t) => {
    const sockets = await Promise.all(transportSets.map((transports) => connected(t, { transports })));
    const heard = sockets.map((socket) => once(socket, "shout"));
    for (const socket of sockets) socket.emit("join", "room");
    for (const socket of sockets) await ask(socket, "ack", 0);
    sockets[0].emit("shout", "room", "hello");
    assert.deepEqual(await Promise.all(heard), [["hello"], ["hello"], ["hello"]]);
  });

  it("is verified by its client", async (t) => {
    await assert.rejects(connected(t, { ca: mallory.cert }), /websocket error/);
    await assert.rejects(connected(t, { ca: mallory.cert, transports: ["polling"] }), /xhr poll/);
  });

  it("answers curl, which would rather speak HTTP/2", async () => {
    const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
    assert.match(await curl("--http2", url), /^0\{"sid":/);
    assert.match(await curl("--tls-max", "1.2", url), /^0\{"sid":/);
    const { sid } = JSON.parse((await curl(url)).slice(1));
    const at = `${url}&sid=${sid}`;
    assert.equal(await curl("--data", "40", at), "ok");
    await curl(at);
    const big = join(folder, "big");
    writeFileSync(big, `42${JSON.stringify(["shout", "", "x".repeat(900_000)])}`);
    assert.equal(await curl("--data-binary", `@${big}`, at), "ok");
    // The server closes politely: curl would complain about an end without close_notify.
    const one = ["--no-keepalive", "--header", "Connection: close"];
    assert.match(await curl(...one, url), /^0\{"sid":/);
  });

  it("SNI: shows the certificate of the name that is asked for", async (t) => {
    const subject = async (servername) => {
      const socket = await secured(t, { servername, checkServerIdentity: () => undefined });
      return socket.getPeerCertificate().subject.CN;
    };
    assert.equal(await subject("one.test"), "one");
    assert.equal(await subject("localhost"), "server");
    assert.equal(await subject("unknown.test"), "server");
  });

  it("ALPN: agrees on HTTP/1.1, and on nothing else", async (t) => {
    const chosen = async (...ALPNProtocols) => (await secured(t, { ALPNProtocols })).alpnProtocol;
    assert.equal(await chosen("h2", "http/1.1"), "http/1.1");
    await assert.rejects(chosen("h2"), /no application protocol/i);
  });

  for (const version of ["TLSv1.2", "TLSv1.3"]) {
    it(`resumes a session of ${version}`, async (t) => {
      const first = await secured(t, { minVersion: version, maxVersion: version });
      let session = first.getSession();
      first.on("session", (s) => (session = s));
      first.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await once(first, "data");
      assert.equal(first.isSessionReused(), false);
      const second = await secured(t, { minVersion: version, maxVersion: version, session });
      assert.equal(second.isSessionReused(), true);
    });
  }

  it("R166 refuses old versions and weak ciphers", async () => {
    const attempt = (...args) =>
      run("sh", ["-c", `openssl s_client -connect 127.0.0.1:${server.port} ${args.join(" ")} </dev/null`]);
    for (const old of ["-tls1", "-tls1_1"]) {
      await assert.rejects(attempt(old, "-cipher", "DEFAULT@SECLEVEL=0"));
    }
    for (const weak of ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "NULL", "aNULL"]) {
      await assert.rejects(attempt("-tls1_2", "-cipher", `${weak}@SECLEVEL=0`), weak);
    }
    await attempt("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256");
  });

  it("R168 refuses to renegotiate", async (t) => {
    const socket = await secured(t, { maxVersion: "TLSv1.2" });
    const refused = new Promise((resolve) => {
      socket.on("error", resolve);
      socket.renegotiate({}, (error) => error && resolve(error));
    });
    assert.match((await within(refused, "an answer")).message, /renegotiation/i);
  });

  it("R41 closes plain HTTP, and R154 a reset in the middle of a record", async (t) => {
    await assert.rejects(run("curl", ["--silent", `http://127.0.0.1:${server.port}/`]));
    const below = net.connect(server.port, "127.0.0.1");
    const socket = await secured(t, { socket: below, port: undefined, host: undefined });
    socket.on("error", () => {});
    socket.write("GET /socket.io/?EIO=4&transp");
    await sleep(50);
    below.resetAndDestroy();
    await connected(t);
  });

  describe("client certificates", () => {
    const asking = async (t, clients) => {
      const at = await SecureFixture.start([certificate], { clients, clientCa: ca.chainFile });
      t.after(() => at.stop());
      return at;
    };

    it("F029 are told to the handlers", async (t) => {
      const at = await asking(t, "optional");
      const about = new X509Certificate(alice.cert);
      for (const transports of transportSets) {
        const socket = await connected(t, { at, transports, cert: alice.cert, key: alice.key });
        const seen = await ask(socket, "describe");
        assert.equal(seen.subject, "CN=alice");
        assert.equal(seen.issuer, "CN=authority");
        assert.equal(seen.fingerprint, about.fingerprint256.replaceAll(":", "").toLowerCase());
        assert.equal(seen.pem, about.toString());
      }
      const anybody = await connected(t, { at });
      assert.equal((await ask(anybody, "describe")).subject, undefined);
    });

    it("are demanded if required, and always verified", async (t) => {
      const foreign = { cert: mallory.cert, key: mallory.key };
      const required = await asking(t, "required");
      await connected(t, { at: required, cert: alice.cert, key: alice.key });
      await assert.rejects(connected(t, { at: required }));
      await assert.rejects(connected(t, { at: required, ...foreign }));
      const optional = await asking(t, "optional");
      await assert.rejects(connected(t, { at: optional, ...foreign }));
    });

    it("are shown by curl", async (t) => {
      const at = await asking(t, "required");
      const url = `${at.url}/socket.io/?EIO=4&transport=polling`;
      await assert.rejects(curl(url));
      const shown = ["--cert", alice.chainFile, "--key", alice.keyFile];
      assert.match(await curl(...shown, url), /^0\{"sid":/);
    });
  });

  it("R170 reloads under load, with 1,000 connections, and stays small", async (t) => {
    const current = { chainFile: join(folder, "current.pem"), keyFile: join(folder, "current.key") };
    const use = ({ chainFile, keyFile }) => {
      copyFileSync(chainFile, current.chainFile);
      copyFileSync(keyFile, current.keyFile);
    };
    use(certificate);
    const at = await SecureFixture.start([current]);
    t.after(() => at.stop());

    /** Idle WebSockets without a client library, which would cost this process too much. */
    const open = async (count) => {
      const sockets = [];
      for (let i = 0; i < count; i += 25) {
        const some = Array.from({ length: 25 }, async () => {
          const socket = await secured(t, {}, at);
          socket.setMaxListeners(20);
          socket.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n" +
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
          );
          let text = "";
          while (!text.includes('"sid"')) text += (await once(socket, "data"))[0];
          return socket;
        });
        sockets.push(...(await Promise.all(some)));
      }
      return sockets;
    };
    /** Joins the main namespace, and is told so, over this connection. */
    const alive = async (socket) => {
      socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30])); // "40", masked with zeros
      const [answer] = await once(socket, "data");
      assert.match(String(answer), /40\{"sid"/);
    };
    const subject = async () => (await secured(t, {}, at)).getPeerCertificate().serialNumber;

    await open(200); // what the first ones cost beside themselves
    const grown = await growth(at);
    const sockets = await open(1000);
    const each = (await grown()) / 1000;
    t.diagnostic(`${(each / 1000).toFixed(1)} KB for each idle TLS connection with its session`);
    assert.ok(each < 20_000, `${each} bytes for each connection`);

    const serial = await subject();
    const renewed = signed(ca, "renewed", { names: "DNS:localhost,IP:127.0.0.1" });
    let loading = true;
    const load = (async () => {
      let count = 0;
      for (; loading; ++count) (await connected(t, { at })).disconnect();
      return count;
    })();
    for (let i = 0; i < 10; ++i) {
      use(i % 2 === 0 ? renewed : certificate);
      assert.equal(await at.tell("reload"), "reloaded");
      await sleep(20);
      assert.equal((await subject()) === serial, i % 2 === 1);
    }
    copyFileSync(alice.keyFile, current.keyFile);
    assert.equal(await at.tell("reload"), "kept: key values mismatch");
    writeFileSync(current.keyFile, "");
    assert.match(await at.tell("reload"), /^kept: no private key/);
    assert.equal(await subject(), serial);
    loading = false;
    assert.ok((await load) > 0);
    for (const socket of sockets) await alive(socket);
  });
});
