// How connections end: reasons on both sides, dead peers, restarts, the graceful close.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once as nodeOnce } from "node:events";
import { Agent } from "node:http";
import { connect as tcpConnect } from "node:net";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Polling, Socket, request } from "./raw.mjs";
import {
  Fixture,
  ask,
  barrier,
  client,
  connected,
  once,
  reasonOf,
  reference,
  transportSets,
  upgraded,
  within,
} from "./support.mjs";

const over = (transports) => `over ${transports.join(" then ")}`;

describe("a disconnect", () => {
  let server;
  let observer;
  before(async () => {
    server = await Fixture.start();
    observer = await connected({ after() {} }, server);
  });
  after(async () => {
    observer.disconnect();
    await server.stop();
  });

  for (const transports of transportSets) {
    it(`F284 F334 F336 by the client is told to both sides, ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const { id } = socket;
      const gone = once(socket, "disconnect");
      socket.disconnect();
      assert.equal((await gone)[0], "io client disconnect");
      assert.equal(await reasonOf(observer, id), "client namespace disconnect");
    });

    it(`F283 F334 F336 by the server is told to both sides, ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const { id } = socket;
      const gone = once(socket, "disconnect");
      socket.emit("kick", false);
      assert.equal((await gone)[0], "io server disconnect");
      assert.equal(await reasonOf(observer, id), "server namespace disconnect");
    });

    it(`F283 F335 by the server closes the connection too, ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const other = await connected(t, server, { manager: socket.io, nsp: "/multi-a" });
      const ids = [socket.id, other.id];
      const gone = [once(socket, "disconnect"), once(other, "disconnect")];
      socket.emit("kick", true);
      for (const [reason] of await Promise.all(gone)) assert.equal(reason, "io server disconnect");
      for (const id of ids) {
        assert.equal(await reasonOf(observer, id), "server namespace disconnect");
      }
    });

    it(`F333 F336 of the transport is noticed, ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      if (transports.length > 1) await upgraded(socket);
      const { id } = socket;
      socket.io.engine.close();
      assert.equal(await reasonOf(observer, id), "transport close");
    });

    it(`of a killed process is noticed, ${over(transports)}`, async () => {
      const { peer, id } = await startPeer(server, transports);
      peer.kill("SIGKILL");
      const expected = transports[0] === "polling" && transports.length === 1 ? "error" : "close";
      assert.equal(await reasonOf(observer, id), `transport ${expected}`);
    });

    it(`F335 ends every namespace of the connection, ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const other = await connected(t, server, { manager: socket.io, nsp: "/multi-b" });
      const ids = [socket.id, other.id];
      if (transports.length > 1) await upgraded(socket);
      socket.io.engine.close();
      for (const id of ids) assert.equal(await reasonOf(observer, id), "transport close");
    });
  }

  it("F173 F251 F333 by a client that breaks the protocol is a parse error or a forced close", async () => {
    const broken = await Socket.connected(server);
    const { sid } = JSON.parse(broken.answer.slice(2));
    broken.send("4nonsense");
    await broken.closed();
    assert.equal(await reasonOf(observer, sid), "forced close");

    const garbled = await Socket.connected(server);
    const garbledId = JSON.parse(garbled.answer.slice(2)).sid;
    garbled.send("x");
    await garbled.closed();
    assert.equal(await reasonOf(observer, garbledId), "parse error");
  });

  it("of a half-read connection is noticed", async () => {
    const socket = await Socket.connected(server);
    const { sid } = JSON.parse(socket.answer.slice(2));
    socket.ws._socket.resetAndDestroy();
    assert.match(await reasonOf(observer, sid), /^transport (close|error)$/);
  });
});

async function startPeer(server, transports) {
  const program = fileURLToPath(new URL("peer.mjs", import.meta.url));
  const peer = spawn(process.execPath, [program, server.url, transports.join(",")]);
  const [id] = await within(
    nodeOnce(createInterface({ input: peer.stdout }), "line"),
    "the other process to connect",
  );
  return { peer, id };
}

describe("a heartbeat", () => {
  let server;
  before(async () => (server = await Fixture.start({ pingInterval: 400, pingTimeout: 1000 })));
  after(() => server.stop());

  for (const transports of transportSets) {
    it(
      `finds a frozen peer ${over(transports)}`,
      { skip: process.platform === "win32" },
      async (t) => {
        const observer = await connected(t, server);
        const { peer, id } = await startPeer(server, transports);
        try {
          peer.kill("SIGSTOP");
          assert.equal(await reasonOf(observer, id), "ping timeout");
        } finally {
          peer.kill("SIGKILL");
        }
      },
    );

    it(`keeps a living peer ${over(transports)}`, async (t) => {
      const socket = await connected(t, server, { transports });
      let pings = 0;
      socket.io.on("ping", () => pings++);
      socket.on("disconnect", assert.fail);
      while (pings < 4) await once(socket.io, "ping");
      await barrier(socket);
      socket.off("disconnect");
    });

    it(`lets the client find a frozen server ${over(transports)}`, async (t) => {
      const frozen = await Fixture.start({ pingInterval: 300, pingTimeout: 300 });
      try {
        const socket = await connected(t, frozen, { transports });
        const gone = once(socket, "disconnect");
        frozen.child.kill("SIGSTOP");
        assert.equal((await gone)[0], "ping timeout");
      } finally {
        await frozen.kill();
      }
    });
  }
});

describe("a server that comes back on its port", () => {
  for (const transports of transportSets) {
    for (const end of ["killed", "closed"]) {
      it(`finds its clients again after being ${end}, ${over(transports)}`, async (t) => {
        let server = await Fixture.start();
        const { port } = server;
        const socket = await connected(t, server, {
          transports,
          reconnection: true,
          reconnectionDelay: 50,
          reconnectionDelayMax: 200,
          randomizationFactor: 0,
        });
        const first = socket.id;
        assert.equal(await ask(socket, "join", "room"), "room");
        const gone = once(socket, "disconnect");
        if (end === "killed") await server.kill();
        else assert.deepEqual(await server.close(), { code: 0, signal: null });
        assert.match((await gone)[0], /^transport (close|error)$/);
        socket.emit("echo", "said while the server was away");

        server = await Fixture.start({ port });
        try {
          const heard = once(socket, "echo");
          if (!socket.connected) await once(socket.io, "reconnect");
          assert.deepEqual(await heard, ["said while the server was away"]);
          assert.notEqual(socket.id, first);
          assert.deepEqual(await ask(socket, "rooms"), [socket.id]);
        } finally {
          socket.disconnect();
          await server.stop();
        }
      });
    }
  }
});

describe("a connection that joins nothing", () => {
  let server;
  before(async () => (server = await Fixture.start({ connectTimeout: 400 })));
  after(() => server.stop());

  it("F199 is closed (WebSocket)", async () => {
    const socket = await Socket.open(server);
    assert.equal((await socket.closed()).code, 1005);
  });

  it("F199 is closed (polling)", async () => {
    const session = await Polling.open(server);
    assert.equal((await session.get()).text, "1");
    assert.ok(await session.gone());
  });

  it("F199 is closed although it tried, and was refused", async (t) => {
    const socket = client(t, server, { nsp: "/nope" });
    await once(socket, "connect_error");
    const raw = await Socket.open(server);
    raw.send("40/nope,");
    assert.equal(await raw.next(), '44/nope,{"message":"Invalid namespace"}');
    await raw.closed();
  });

  it("F199 is not closed once it had joined, even if it left again", async (t) => {
    const socket = await connected(t, server);
    const raw = await Socket.connected(server);
    raw.send("41");
    await (await Socket.open(server)).closed(); // one that came later is over its time
    await barrier(socket);
    raw.send("40");
    assert.match(await raw.packet(), /^40\{"sid":"[\w-]{20}"\}$/);
    raw.terminate();
  });
});

describe("a graceful close", () => {
  it("F204 F206 F208 F334 tells every client, and the process ends by itself", async (t) => {
    const server = await Fixture.start();
    // As in a browser, the next poll goes over a connection that is there: no new ones are accepted.
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const sockets = await Promise.all(
      transportSets.map((transports) => connected(t, server, { transports, agent })),
    );
    await upgraded(sockets[2]);
    const idle = await Polling.open(server);
    const gone = sockets.map((socket) => once(socket, "disconnect"));
    assert.deepEqual(await server.close(), { code: 0, signal: null });
    for (const [reason] of await Promise.all(gone)) assert.equal(reason, "transport close");
    await assert.rejects(idle.get(), { code: "ECONNREFUSED" });
  });

  it("F085 answers a held poll with a close packet", async () => {
    for (let attempt = 1; ; attempt++) {
      const server = await Fixture.start();
      const session = await Polling.connected(server);
      const poll = session.get().catch((error) => error);
      await request(server, { path: "/other" }); // the poll has arrived, too, if one loop serves both
      const ended = server.close();
      const { status, text, code } = await poll;
      assert.deepEqual(await ended, { code: 0, signal: null });
      if (code === "ECONNRESET" && attempt < 10) continue; // another loop had not accepted it yet
      assert.equal(status, 200);
      assert.match(text, /(^|\x1e)1$/);
      break;
    }
  });

  it("F174 sends what was emitted before it", async () => {
    const server = await Fixture.start();
    const socket = await Socket.connected(server);
    socket.send('42["stress",50,20000]');
    await socket.next();
    const ended = server.close();
    for (let i = 1; i < 50; i++) {
      assert.equal((await socket.next()).length, `42["s",${i},""]`.length + 20_000);
    }
    // "Going away" (RFC 6455 section 7.4.1), or no code as in the original.
    assert.ok([1001, 1005].includes((await socket.closed()).code));
    assert.deepEqual(await ended, { code: 0, signal: null });
  });

  it(
    "waits for nobody who stays silent",
    { skip: reference && "Node waits for them" },
    async () => {
      const server = await Fixture.start();
      const connections = Array.from({ length: 3 }, () => tcpConnect(server.port, "127.0.0.1"));
      for (const connection of connections) connection.on("error", () => {});
      connections[1].write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n");
      connections[2].write("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
      await nodeOnce(connections[2], "data");
      assert.deepEqual(await server.close(), { code: 0, signal: null });
      for (const connection of connections) connection.destroy();
    },
  );

  it("F208 with no client at all is immediate", async () => {
    const server = await Fixture.start();
    assert.deepEqual(await server.close(), { code: 0, signal: null });
  });

  it("F204 frees the port", async () => {
    const server = await Fixture.start();
    const { port } = server;
    const socket = await Socket.connected(server);
    await server.close();
    await socket.closed();
    const next = await Fixture.start({ port });
    await next.stop();
  });
});
