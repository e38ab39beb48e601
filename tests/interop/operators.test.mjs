// What is done to many sockets at once: acknowledgements of broadcasts, looking for sockets, moving
// and disconnecting them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  Fixture,
  ask,
  collect,
  connected,
  eventually,
  filled,
  once,
  transportSets,
} from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

let number = 0;

/** Sockets of every kind of transport in a room of their own, each voting for its name. */
async function jury(t) {
  const room = `jury-${number++}`;
  const sockets = await Promise.all(
    transportSets.map((transports) => connected(t, server, { nsp: "/operators", transports })),
  );
  for (const [i, socket] of sockets.entries()) {
    await ask(socket, "join", room);
    socket.on("vote", (asked, done) => done(`${asked}/${i}`));
  }
  const chair = await connected(t, server, { nsp: "/operators" });
  const votes = (...who) => who.map((i) => `${room}/${i}`);
  return { room, sockets, chair, votes };
}

describe("acknowledgements of a broadcast", () => {
  for (const form of ["vote", "vote-coro"]) {
    it(`F303 come from all: ${form}`, async (t) => {
      const { room, chair, votes } = await jury(t);
      assert.deepEqual(await ask(chair, form, room, 10_000), [true, votes(0, 1, 2)]);
      assert.deepEqual(await ask(chair, form, "nobody", 10_000), [true, []]);
    });

    it(`F305 are handed over with the error when some are missing: ${form}`, async (t) => {
      const { room, sockets, chair, votes } = await jury(t);
      sockets[1].off("vote");
      assert.deepEqual(await ask(chair, form, room, 300), [false, votes(0, 2)]);
    });
  }

  it("F302 F326 leave out the socket that asks, with its modifiers before the room", async (t) => {
    const { room, sockets, votes } = await jury(t);
    assert.deepEqual(await ask(sockets[0], "others", room), [true, votes(1, 2)]);
  });

  it("F307 do not mix with those of another broadcast at the same time", async (t) => {
    const juries = await Promise.all([jury(t), jury(t), jury(t)]);
    const outcomes = await Promise.all(
      juries.map(({ room, chair }) => ask(chair, "vote", room, 10_000)),
    );
    assert.deepEqual(
      outcomes,
      juries.map(({ votes }) => [true, votes(0, 1, 2)]),
    );
  });
});

describe("sockets of a room", () => {
  it("F329 F331 are found with their rooms, and join and leave several", async (t) => {
    const { room, sockets, chair } = await jury(t);
    const rooms = (...more) => sockets.map(({ id }) => [id, room, ...more].sort()).sort();
    const shows = (expected) =>
      eventually(async () => {
        const found = await ask(chair, "fetch", room);
        return JSON.stringify(found) === JSON.stringify(expected) || undefined;
      }, JSON.stringify(expected));
    await shows(rooms());
    chair.emit("sockets-join", room, [`${room}-a`, `${room}-b`]);
    await shows(rooms(`${room}-a`, `${room}-b`));
    chair.emit("sockets-leave", room, [`${room}-a`, `${room}-c`]);
    await shows(rooms(`${room}-b`));
    assert.deepEqual(await ask(chair, "fetch", "nobody"), []);
  });

  it("F331 F332 are disconnected, after what was emitted before", async (t) => {
    const { room, sockets, chair } = await jury(t);
    const last = sockets.map((socket) => collect(socket, "last"));
    const ends = sockets.map((socket) => once(socket, "disconnect"));
    chair.emit("kick-room", room);
    await Promise.all(last.map((list) => filled(list, 1)));
    for (const [reason] of await Promise.all(ends)) {
      assert.equal(reason, "io server disconnect");
    }
  });
});

describe("lossy events", () => {
  it("F309 F310 F311 are dropped while something waits, and whole with their bytes if they are not", async (t) => {
    const socket = await connected(t, server, { nsp: "/operators", transports: ["websocket"] });
    const ticks = collect(socket, "tick");
    socket.emit("lossy", 3);
    await filled(ticks, 2);
    assert.deepEqual(ticks, [[0, Buffer.alloc(3)], ["sure"]]);
  });
});
