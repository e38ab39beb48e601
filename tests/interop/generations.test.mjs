// One contract for each generation of the official client, over each transport: whoever connects to the original
// connects here. All of them share one server, and its rooms.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once as nodeOnce } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  asked,
  connectedOf,
  generation,
  generations,
  heard,
  refusalOf,
  socketOf,
} from "./generations.mjs";
import {
  Fixture,
  collect,
  connected,
  eventually,
  filled,
  reasonOf,
  reference,
  transportSets,
  within,
} from "./support.mjs";

const heartbeat = { pingInterval: 500, pingTimeout: 1500 };
let server;
let observer;
before(async () => {
  server = await Fixture.start({ allowEio3: true });
  observer = await connected({ after() {} }, server);
});
after(async () => {
  observer.disconnect();
  await server.stop();
});

const over = (transports) => `over ${transports.join(" then ")}`;
const bytes = (...values) => Buffer.from(values);

async function inPlace(socket, transports) {
  if (transports.length === 1) return;
  if (socket.io.engine.transport.name === "polling") await heard(socket.io.engine, "upgrade");
}

async function echo(socket, ...args) {
  const answer = heard(socket, "echo");
  socket.emit("echo", ...args);
  return answer;
}

for (const kind of generations) {
  for (const transports of transportSets) {
    describe(`client ${kind.name} ${over(transports)}`, () => {
      it("has the id that the server knows it by", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        assert.deepEqual(await asked(socket, "rooms"), [[socket.id]]);
        if (kind.eio === "3") assert.equal(socket.id, socket.io.engine.id);
        else assert.notEqual(socket.id, socket.io.engine.id);
      });

      it("exchanges events of any text", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        for (const args of [[], [null, 1, -0.5, "", [], {}], ["Grüße, Ωμέγα, 你好, 😀\u2028\u0000\x1e"]]) {
          assert.deepEqual(await echo(socket, ...args), args);
        }
        const long = "😀ü".repeat(50_000);
        assert.deepEqual(await echo(socket, long), [long]);
      });

      it("exchanges many events in order, while it upgrades too", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        const list = collect(socket, "echo");
        const streamed = collect(socket, "s");
        socket.emit("stress", 300, 100);
        for (let i = 0; i < 300; i++) socket.emit("echo", i);
        await filled(list, 300);
        await filled(streamed, 300);
        assert.deepEqual(list.flat(), Array.from({ length: 300 }, (_, i) => i));
        assert.deepEqual(streamed.map(([i]) => i), Array.from({ length: 300 }, (_, i) => i));
        await inPlace(socket, transports);
        assert.equal(socket.io.engine.transport.name, transports.at(-1));
      });

      it("exchanges binary, whole and in order", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        for (const data of [bytes(), bytes(4), bytes(0, 1, 2, 254, 255), Buffer.alloc(300_000, 7)]) {
          assert.deepEqual(await echo(socket, data), [data]);
        }
        const nested = { a: [bytes(1), { b: bytes(2, 3) }], c: "text" };
        assert.deepEqual(await echo(socket, nested, bytes(4), 5), [nested, bytes(4), 5]);
        await inPlace(socket, transports);
        const list = collect(socket, "echo");
        for (let i = 0; i < 100; i++) socket.emit("echo", i % 2 ? i : bytes(i));
        await filled(list, 100);
        assert.deepEqual(list.flat(), Array.from({ length: 100 }, (_, i) => (i % 2 ? i : bytes(i))));
      });

      it("exchanges binary as base64 if it cannot do otherwise", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports, forceBase64: true });
        for (let i = 0; i < 2; i++) {
          for (const data of [bytes(), bytes(0, 1, 2, 254, 255), Buffer.alloc(10_000, 7)]) {
            assert.deepEqual(await echo(socket, data, "é"), [data, "é"]);
          }
          await inPlace(socket, transports);
        }
      });

      it("asks, and is asked", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        assert.deepEqual(await asked(socket, "ack", { a: [1] }), [{ a: [1] }]);
        assert.deepEqual(await asked(socket, "ack-many", 1, "zwei", null), [1, "zwei", null]);
        assert.deepEqual(await asked(socket, "bin-ack", bytes(1, 2)), [bytes(1, 2)]);
        socket.on("question", (x, answer) => answer(x));
        for (const x of ["plain", bytes(9), { deep: [bytes(8)] }]) {
          const answered = heard(socket, "answered");
          socket.emit("ask", x);
          assert.deepEqual(await answered, [null, x]);
        }
        socket.off("question");
        const answered = heard(socket, "answered");
        socket.emit("ask", "never");
        assert.deepEqual(await answered, ["timeout", null]);
      });

      it("is in rooms, and out of them", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        const room = `room of ${socket.id}`;
        assert.deepEqual(await asked(socket, "join", room), [room]);
        assert.deepEqual(await asked(socket, "rooms"), [[room, socket.id].sort()]);
        const told = heard(socket, "news");
        observer.emit("in", [room], "news", bytes(1));
        assert.deepEqual(await told, [bytes(1)]);
        await asked(socket, "leave", room);
        assert.deepEqual(await asked(socket, "rooms"), [[socket.id]]);
      });

      it("joins namespaces, with what it needs to be let in", async (t) => {
        const socket = await connectedOf(t, kind, server, { transports });
        const a = socket.io.socket("/multi-a");
        await heard(a, "connect");
        assert.notEqual(a.id, socket.id);
        assert.deepEqual(await echo(a, "a", bytes(1)), ["a", bytes(1)]);
        assert.deepEqual(await asked(a, "join", "x"), ["x"]);
        const shouted = heard(a, "shout");
        a.emit("shout", "x", "hey");
        assert.deepEqual(await shouted, ["hey"]);
        assert.deepEqual(await echo(socket, "main"), ["main"]);

        const admin = socketOf(t, kind, server, { nsp: "/admin", transports, auth: { token: "secret" } });
        await heard(admin, "connect");
        assert.deepEqual(await echo(admin, 1), [1]);
      });

      it("is refused in a namespace", async (t) => {
        const first = socketOf(t, kind, server, { nsp: "/admin", transports, auth: { token: "wrong" } });
        const [message, data] = await refusalOf(first, kind);
        assert.deepEqual(data, { code: 42 });
        if (kind.eio === "4") assert.equal(message, "not authorized");
        assert.equal(first.connected, false);

        const second = socketOf(t, kind, server, { nsp: "/mw-chain", transports });
        assert.deepEqual(await refusalOf(second, kind), ["first", undefined]);

        const third = socketOf(t, kind, server, { nsp: "/nowhere", transports });
        const refusal = await refusalOf(third, kind);
        assert.equal(refusal[0] ?? refusal[1].message, "Invalid namespace");
      });

      it("tells its handshake", async (t) => {
        const options = { transports, query: { color: "blue & red" }, extraHeaders: { "X-Probe": "p" } };
        const socket = await connectedOf(t, kind, server, options);
        const [shake] = await asked(socket, "handshake");
        assert.equal(shake.query.EIO, kind.eio);
        assert.equal(shake.query.transport, transports[0]);
        assert.equal(shake.query.color, "blue & red");
        assert.deepEqual(shake.headers, { "x-probe": "p" });
        assert.deepEqual(shake.auth, {});
      });

      describe("disconnects", () => {
        const cases = {
          "by itself": [(socket) => socket.disconnect(), "io client disconnect", "client namespace disconnect"],
          "by the server": [(socket) => socket.emit("kick", false), "io server disconnect",
            "server namespace disconnect"],
          "by the server, with its connection": [(socket) => socket.emit("kick", true), "io server disconnect",
            "server namespace disconnect"],
          "because its connection closes": [(socket) => socket.io.engine.close(), "forced close",
            "transport close"],
        };
        for (const [name, [deed, here, there]] of Object.entries(cases)) {
          it(name, async (t) => {
            const socket = await connectedOf(t, kind, server, { transports });
            await inPlace(socket, transports);
            const { id } = socket;
            const gone = heard(socket, "disconnect");
            deed(socket);
            assert.equal((await gone)[0], here);
            assert.equal(await reasonOf(observer, id), there);
          });
        }
      });
    });
  }
}

describe("clients of all generations in one room", () => {
  it("hear one broadcast, each in its own way", async (t) => {
    const sockets = [];
    for (const kind of generations) {
      for (const transports of transportSets) {
        for (const forceBase64 of [false, true]) {
          const socket = await connectedOf(t, kind, server, { transports, forceBase64 });
          await inPlace(socket, transports);
          await asked(socket, "join", "r");
          sockets.push(socket);
        }
      }
    }
    for (const x of ["text €😀", bytes(1, 2, 3), { a: [bytes(), bytes(255)], b: "é" }]) {
      const all = sockets.map((socket) => heard(socket, "bcast"));
      sockets[0].emit("bcast", x);
      for (const got of await Promise.all(all)) assert.deepEqual(got, [x]);
    }
    // and one of them speaks to the others
    for (const socket of sockets) await asked(socket, "leave", "r");
    for (const socket of sockets.slice(0, 9)) await asked(socket, "join", "some");
    const told = sockets.slice(1, 9).map((socket) => heard(socket, "hey"));
    sockets[0].emit("to", ["some"], [], "hey", bytes(7));
    for (const got of await Promise.all(told)) assert.deepEqual(got, [bytes(7)]);
  });
});

// ---- time

async function startPeer(url, kind, transports) {
  const program = fileURLToPath(new URL("peer.mjs", import.meta.url));
  const peer = spawn(process.execPath, [program, url, transports.join(","), kind.package]);
  const [id] = await within(
    nodeOnce(createInterface({ input: peer.stdout }), "line"),
    "the other process to connect",
  );
  return { peer, id };
}

describe("the heartbeat", { concurrency: true }, () => {
  let beating;
  let witness;
  before(async () => {
    beating = await Fixture.start({ allowEio3: true, ...heartbeat });
    witness = await connected({ after() {} }, beating, { reconnection: true });
  });
  after(async () => {
    witness.disconnect();
    await beating.stop();
  });

  for (const kind of generations) {
    for (const transports of transportSets) {
      it(`keeps client ${kind.name} ${over(transports)}`, async (t) => {
        const socket = await connectedOf(t, kind, beating, { transports });
        socket.on("disconnect", assert.fail);
        const types = [];
        socket.io.engine.on("packet", ({ type }) => types.push(type));
        const beats = kind.eio === "3" ? "pong" : "ping"; // in revision 3 it is the client that pings
        await eventually(() => types.filter((type) => type === beats).length > 5 || undefined, "heartbeats");
        assert.deepEqual(await echo(socket, "alive"), ["alive"]);
        socket.off("disconnect");
      });

      // The original stops the timer of revision 3 when the client upgrades.
      const forgotten = reference && kind.eio === "3" && transports.length > 1;
      it(`F121 F122 finds a frozen client ${kind.name} ${over(transports)}`, { skip: forgotten }, async () => {
        const { peer, id } = await startPeer(beating.url, kind, transports);
        try {
          peer.kill("SIGSTOP");
          assert.equal(await reasonOf(witness, id), "ping timeout");
        } finally {
          peer.kill("SIGKILL");
        }
      });

      it(`lets client ${kind.name} find a frozen server ${over(transports)}`, async (t) => {
        const frozen = await Fixture.start({ allowEio3: true, ...heartbeat });
        try {
          const socket = await connectedOf(t, kind, frozen, { transports });
          await inPlace(socket, transports);
          const gone = heard(socket, "disconnect");
          frozen.child.kill("SIGSTOP");
          assert.equal((await gone)[0], "ping timeout");
        } finally {
          await frozen.kill();
        }
      });
    }
  }
});

describe("a server that comes back", () => {
  for (const kind of generations) {
    for (const transports of transportSets) {
      for (const end of ["killed", "closed"]) {
        it(`after it was ${end} is found by client ${kind.name} ${over(transports)}`, async (t) => {
          let mortal = await Fixture.start({ allowEio3: true });
          const { port } = mortal;
          const socket = await connectedOf(t, kind, mortal, {
            transports,
            reconnection: true,
            reconnectionDelay: 50,
            reconnectionDelayMax: 200,
            randomizationFactor: 0,
          });
          await inPlace(socket, transports);
          const first = socket.id;
          await asked(socket, "join", "room");
          const gone = heard(socket, "disconnect");
          if (end === "killed") await mortal.kill();
          else assert.deepEqual(await mortal.close(), { code: 0, signal: null });
          assert.match((await gone)[0], /^transport (close|error)$/);
          socket.emit("echo", "said while the server was away", bytes(1));

          mortal = await Fixture.start({ allowEio3: true, port });
          try {
            assert.deepEqual(await heard(socket, "echo"), ["said while the server was away", bytes(1)]);
            assert.notEqual(socket.id, first);
            assert.deepEqual(await asked(socket, "rooms"), [[socket.id]]);
          } finally {
            socket.disconnect();
            await mortal.stop();
          }
        });
      }
    }
  }
});

describe("a server for clients of today alone", () => {
  let strict;
  before(async () => (strict = await Fixture.start()));
  after(() => strict.stop());

  for (const transports of transportSets) {
    it(`F356 refuses client 2.5 ${over(transports)}`, async (t) => {
      const socket = socketOf(t, generation("2.5"), strict, { transports });
      await heard(socket, "connect_error");
      assert.equal(socket.connected, false);
    });
  }
});
