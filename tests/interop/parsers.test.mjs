// Clients with either official parser, of every generation and over every transport, on one server and in one room.
// The original server has one parser for all of its clients.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectedOf, generation } from "./generations.mjs";
import {
  Fixture,
  ask,
  barrier,
  collect,
  connected,
  filled,
  once,
  parsers,
  reference,
  shards,
  sleep,
  transportSets,
  upgraded,
} from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ allowEio3: true })));
after(() => server.stop());

const kinds = Object.entries(parsers).flatMap(([name, parser]) =>
  transportSets.map((transports) => ({
    name: `${name} over ${transports.join(" then ")}`,
    parser,
    transports,
  })),
);

const text = (t, options) => connected(t, server, { parser: parsers.json, ...options });
const packed = (t, options) => connected(t, server, { parser: parsers.msgpack, ...options });

/** One client of each kind, all of them in a room, and what each hears of "news" from now on. */
let number = 0;
async function crowd(t) {
  const room = `mixed-${number++}`;
  const sockets = await Promise.all(kinds.map((kind) => connected(t, server, kind)));
  for (const version of ["2.5", "3.1"]) {
    sockets.push(await connectedOf(t, generation(version), server));
  }
  sockets.push(await connectedOf(t, generation("3.1"), server, { parser: parsers.msgpack }));
  for (const socket of sockets) {
    await new Promise((joined) => socket.emit("join", room, joined));
  }
  return { room, sockets, heard: sockets.map((socket) => collect(socket, "news")) };
}

const news = {
  "text of every script": { text: "Übung 😀 \u0000 \u2028", ключ: "значение" },
  "nested values": [{ a: [1, { b: [null, true, { c: "d" }] }], e: {} }, [[], [[]]], -1.5, 1e-7],
  "integers of every width": [
    0, 127, 128, 255, 256, 65536, 4294967296, 9007199254740991, -1, -33, -129, -32769, -2147483649,
  ],
  "one attachment": Buffer.from([0, 255, 1]),
  "attachments among other things": {
    a: Buffer.from("a"),
    list: [Buffer.from("b"), "text", [Buffer.from("")]],
    n: 1,
  },
  "something that looks like an attachment": { _placeholder: true, num: 5 },
  "long text": "x".repeat(70_000),
  "many values": Array.from({ length: 3000 }, (_, i) => ({ i })),
  "100,000 bytes": Buffer.alloc(100_000, "0123456789"),
};

describe("a room of clients with different parsers", { skip: reference }, () => {
  it("hears the same, whoever says it", async (t) => {
    const { room, sockets, heard } = await crowd(t);
    for (const [name, value] of Object.entries(news)) {
      for (const socket of sockets) socket.emit("in", [room], "news", value);
      for (const [i, list] of heard.entries()) {
        await filled(list, sockets.length);
        assert.deepEqual(list, Array(sockets.length).fill([value]), `${name}, client ${i}`);
        list.length = 0;
      }
    }
  });

  it("hears it in the same order", async (t) => {
    const { room, sockets, heard } = await crowd(t);
    const rounds = 40;
    for (let i = 0; i < rounds; i++) {
      sockets.forEach((socket, who) =>
        socket.emit("in", [room], "news", { who, i, b: i % 4 ? i : Buffer.from([i]) }),
      );
    }
    for (const list of heard) await filled(list, rounds * sockets.length);
    // Loops hear each other's speakers a little later than their own: only each one's order is kept.
    const by = (list, who) => list.filter(([news]) => news.who === who);
    const order = (list) => (shards === 1 ? list : sockets.map((_, who) => by(list, who)));
    for (const list of heard) assert.deepEqual(order(list), order(heard[0]));
  });

  it("hears what JSON lacks as JSON clients do", async (t) => {
    const { room, sockets, heard } = await crowd(t);
    const given = [
      undefined,
      NaN,
      -Infinity,
      -0,
      { gone: undefined, kept: 1 },
      new Date(0),
      new Date(NaN),
    ];
    const date = new Date(0).toJSON();
    // (An invalid date is the first second of 1970 for the MessagePack of the client.)
    for (const [i, invalid] of [
      [0, null],
      [3, date],
    ]) {
      sockets[i].emit("in", [room], "news", given);
      for (const list of heard) {
        await filled(list, 1);
        assert.deepEqual(list.pop(), [[null, null, null, 0, { kept: 1 }, date, invalid]]);
      }
    }
  });

  it("goes on when some of it leaves", async (t) => {
    const { room, sockets, heard } = await crowd(t);
    const stay = sockets.filter((_, i) => i % 2);
    for (const [i, socket] of sockets.entries()) if (i % 2 === 0) socket.disconnect();
    stay[0].emit("in", [room], "news", 1);
    await barrier(stay[0]);
    for (const [i, list] of heard.entries()) if (i % 2) await filled(list, 1);
    assert.deepEqual(
      heard,
      sockets.map((_, i) => (i % 2 ? [[1]] : [])),
    );
  });
});

describe("a msgpack client", { skip: reference }, () => {
  it("is asked and answers beside JSON clients", async (t) => {
    const sockets = [await packed(t), await text(t), await packed(t, { transports: ["polling"] })];
    for (const socket of sockets) {
      socket.on("question", (x, answer) => answer({ x, more: Buffer.from("more") }));
      const answered = once(socket, "answered");
      socket.emit("ask", { a: [1] });
      assert.deepEqual(await answered, [null, { x: { a: [1] }, more: Buffer.from("more") }]);
    }
  });

  it("is refused by a middleware with its data", async (t) => {
    for (const transports of transportSets) {
      const socket = await packed(t, { transports });
      const refused = socket.io.socket("/admin", { auth: { token: "wrong" } });
      const [error] = await once(refused, "connect_error");
      assert.equal(error.message, "not authorized");
      assert.deepEqual(error.data, { code: 42 });
      refused.auth = { token: "secret" };
      refused.connect();
      await once(refused, "connect");
      refused.disconnect();
    }
  });

  it("may come back with the other parser", async (t) => {
    for (const parser of [parsers.msgpack, parsers.json, parsers.msgpack]) {
      const socket = await connected(t, server, { parser });
      assert.equal(await ask(socket, "ack", "x"), "x");
      socket.disconnect();
    }
  });

  it("comes back by itself after its connection was cut", async (t) => {
    const socket = await packed(t, { reconnection: true, reconnectionDelay: 10 });
    const first = socket.id;
    const again = once(socket, "connect");
    socket.io.engine.transport.ws.terminate();
    await again;
    assert.notEqual(socket.id, first);
    assert.equal(await ask(socket, "ack", "x"), "x");
  });

  it("keeps the order of text and bytes while it upgrades", async (t) => {
    const socket = await packed(t, { transports: ["polling", "websocket"] });
    const heard = collect(socket, "echo");
    const given = Array.from({ length: 300 }, (_, i) => [i % 3 ? i : Buffer.from([i & 255])]);
    for (const [i, [x]] of given.entries()) {
      socket.emit("echo", x);
      if (i % 50 === 0) await sleep(1);
    }
    await upgraded(socket);
    await barrier(socket);
    assert.deepEqual(heard, given);
  });

  it("sends messages up to the limit, and none above it", async (t) => {
    const { Encoder } = parsers.msgpack;
    const empty = {
      type: 2,
      data: ["echo", "x".repeat(70_000)],
      options: { compress: true },
      nsp: "/",
    };
    const framing = new Encoder().encode(empty)[0].length - 70_000;
    const socket = await packed(t);
    for (const size of [999_999, 1_000_000]) {
      const given = "x".repeat(size - framing);
      const heard = once(socket, "echo");
      socket.emit("echo", given);
      assert.ok((await heard)[0] === given);
    }
    socket.emit("echo", "x".repeat(1_000_001 - framing));
    const [reason] = await once(socket, "disconnect");
    assert.match(reason, /^transport (close|error)$/);
  });
});
