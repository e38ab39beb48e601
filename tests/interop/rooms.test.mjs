// Rooms and broadcasts, as every member and every outsider hears them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, ask, barrier, collect, connected, shards, transportSets } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

/** Three sockets, one for each way of transport, and what each hears of "news" from now on. */
async function crowd(t) {
  const sockets = await Promise.all(
    transportSets.map((transports) => connected(t, server, { transports })),
  );
  const heard = sockets.map((socket) => collect(socket, "news"));
  return { sockets, heard };
}

/** Room names of this test alone: the server is shared. */
let number = 0;
const fresh = () => `room-${number++}`;

describe("rooms", () => {
  it("F316 begin with the socket's own, named by its id", async (t) => {
    const socket = await connected(t, server);
    assert.deepEqual(await ask(socket, "rooms"), [socket.id]);
  });

  it("F317 are joined and left, once however often asked", async (t) => {
    const socket = await connected(t, server);
    assert.equal(await ask(socket, "join", "~b"), "~b");
    await ask(socket, "join", "~a");
    await ask(socket, "join", "~a");
    assert.deepEqual(await ask(socket, "rooms"), [socket.id, "~a", "~b"].sort());
    assert.equal(await ask(socket, "leave", "~a"), "~a");
    assert.equal(await ask(socket, "leave", "never joined"), "never joined");
    assert.deepEqual(await ask(socket, "rooms"), [socket.id, "~b"].sort());
  });

  it("may have any name", async (t) => {
    const socket = await connected(t, server);
    const names = ["", " ", "/", ",", "{}", "😀", "\u0000", "x".repeat(1000), "__proto__"];
    for (const name of names) await ask(socket, "join", name);
    const rooms = await ask(socket, "rooms");
    assert.deepEqual(new Set(rooms), new Set([...names, socket.id]));
    const heard = collect(socket, "news");
    for (const name of names) socket.emit("in", [name], "news", name);
    await barrier(socket);
    assert.deepEqual(
      heard,
      names.map((name) => [name]),
    );
  });

  it("F317 end with the socket", async (t) => {
    const { sockets, heard } = await crowd(t);
    const room = fresh();
    for (const socket of sockets) await ask(socket, "join", room);
    sockets[2].disconnect();
    sockets[0].emit("in", [room], "news", 1);
    await barrier(sockets[0], sockets[1]);
    assert.deepEqual(heard, [[[1]], [[1]], []]);
  });

  it("number in the hundreds for one socket", async (t) => {
    const socket = await connected(t, server);
    for (let i = 0; i < 500; i++) socket.emit("join", `many-${i}`, () => {});
    assert.equal((await ask(socket, "rooms")).length, 501);
  });
});

describe("a broadcast", () => {
  const cases = {
    "io.to(room), the sender included": {
      members: [0, 1],
      say: (sockets, room) => sockets[0].emit("in", [room], "news", "x"),
      hear: [1, 1, 0],
    },
    "socket.to(room), the sender left out": {
      members: [0, 1],
      say: (sockets, room) => sockets[0].emit("to", [room], [], "news", "x"),
      hear: [0, 1, 0],
    },
    "socket.to(room) from outside": {
      members: [0, 1],
      say: (sockets, room) => sockets[2].emit("to", [room], [], "news", "x"),
      hear: [1, 1, 0],
    },
    "socket.to(room).except(a socket's own room)": {
      members: [0, 1, 2],
      say: (sockets, room) => sockets[0].emit("to", [room], [sockets[1].id], "news", "x"),
      hear: [0, 0, 1],
    },
    "a private message": {
      members: [],
      say: (sockets) => sockets[0].emit("to", [sockets[2].id], [], "news", "x"),
      hear: [0, 0, 1],
    },
    "a message to oneself": {
      members: [],
      say: (sockets) => sockets[0].emit("in", [sockets[0].id], "news", "x"),
      hear: [1, 0, 0],
    },
    "an empty room": {
      members: [],
      say: (sockets, room) => sockets[0].emit("in", [room], "news", "x"),
      hear: [0, 0, 0],
    },
  };
  for (const [name, { members, say, hear }] of Object.entries(cases)) {
    it(`F202 F321 F327 reaches the right ones: ${name}`, async (t) => {
      const { sockets, heard } = await crowd(t);
      const room = fresh();
      for (const i of members) await ask(sockets[i], "join", room);
      say(sockets, room);
      await barrier(...sockets, ...sockets);
      assert.deepEqual(
        heard,
        hear.map((count) => Array(count).fill(["x"])),
      );
    });
  }

  it("F321 reaches the union of rooms, each socket once, less the excepted rooms", async (t) => {
    const { sockets, heard } = await crowd(t);
    const [a, b, muted] = [fresh(), fresh(), fresh()];
    await ask(sockets[0], "join", a);
    await ask(sockets[0], "join", b);
    await ask(sockets[1], "join", b);
    await ask(sockets[2], "join", a);
    await ask(sockets[2], "join", muted);
    sockets[0].emit("in", [a, b], "news", "all three");
    await barrier(sockets[0]);
    sockets[1].emit("to", [a, b], [muted], "news", "only the first");
    await barrier(...sockets, ...sockets);
    assert.deepEqual(heard, [
      [["all three"], ["only the first"]],
      [["all three"]],
      [["all three"]],
    ]);
  });

  for (const [event, hear] of [
    ["all", [1, 1, 1]],
    ["local", [1, 1, 1]],
    ["others", [0, 1, 1]],
  ]) {
    it(`F260 F328 reaches everybody it should: ${event}`, async (t) => {
      const { sockets, heard } = await crowd(t);
      sockets[0].emit(event, "news", { event });
      await barrier(...sockets, ...sockets);
      assert.deepEqual(
        heard,
        hear.map((count) => Array(count).fill([{ event }])),
      );
    });
  }

  it("goes to the room r of the benchmark", async (t) => {
    const { sockets } = await crowd(t);
    const heard = sockets.map((socket) => collect(socket, "bcast"));
    await ask(sockets[0], "join", "r");
    await ask(sockets[2], "join", "r");
    sockets[1].emit("bcast", { user: "u", text: "t" });
    await barrier(...[1, 0, 2].map((i) => sockets[i]));
    assert.deepEqual(heard, [[[{ user: "u", text: "t" }]], [], [[{ user: "u", text: "t" }]]]);
  });

  it("F315 carries binary data and text of every script", async (t) => {
    const { sockets, heard } = await crowd(t);
    const room = fresh();
    for (const socket of sockets) await ask(socket, "join", room);
    const news = { picture: Buffer.from([0, 255, 1]), name: "Übung 😀", more: [Buffer.from("m")] };
    sockets[0].emit("in", [room], "news", news);
    await barrier(...sockets);
    assert.deepEqual(heard, Array(3).fill([[news]]));
  });

  it("keeps its order for every member, whoever speaks", async (t) => {
    const { sockets, heard } = await crowd(t);
    const room = fresh();
    for (const socket of sockets) await ask(socket, "join", room);
    for (let i = 0; i < 300; i++) sockets[i % 3].emit("in", [room], "news", [i % 3, i]);
    await barrier(...sockets, ...sockets);
    for (const list of heard) {
      assert.equal(list.length, 300);
      for (const speaker of [0, 1, 2]) {
        const numbers = list.filter(([[who]]) => who === speaker).map(([[, i]]) => i);
        assert.deepEqual(
          numbers,
          Array.from({ length: 100 }, (_, k) => k * 3 + speaker),
        );
      }
    }
    // On one loop, a broadcast reaches all members before the next one starts.
    if (shards !== 1) return;
    assert.deepEqual(heard[1], heard[0]);
    assert.deepEqual(heard[2], heard[0]);
  });
});
