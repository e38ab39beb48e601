// Listeners that come and go, those for all events, and middlewares of one socket.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, ask, collect, connected, filled } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

const socketOf = (t) => connected(t, server, { nsp: "/listeners" });

/** What was noted of events with such a name. */
async function trace(socket, ...names) {
  const all = await ask(socket, "trace");
  return all.filter((line) => names.includes(line.split(":")[1]));
}

describe("listeners", () => {
  it("F279 once hears once, off hears no more", async (t) => {
    const socket = await socketOf(t);
    const heard = collect(socket, "heard");
    socket.emit("once", "a").emit("once", "b").emit("mortal");
    await ask(socket, "off");
    socket.emit("mortal").emit("once", "c");
    await ask(socket, "trace");
    assert.deepEqual(heard, [["a"], ["mortal"]]);
  });

  it("F288 F289 see all that comes and all that is sent, the prepended first", async (t) => {
    const socket = await socketOf(t);
    socket.emit("once", "a", 2).emit("no handler");
    assert.deepEqual(await trace(socket, "once", "heard", "no handler"), [
      "first in:once:2",
      "in:once:2",
      "first out:heard:1",
      "out:heard:1",
      "first in:no handler:0",
      "in:no handler:0",
    ]);
  });

  it("F289 see broadcasts too, each for its socket", async (t) => {
    const [one, other] = [await socketOf(t), await socketOf(t)];
    const news = [collect(one, "news"), collect(other, "news")];
    one.emit("all", "x");
    await Promise.all(news.map((list) => filled(list, 1)));
    for (const socket of [one, other]) {
      assert.deepEqual(await trace(socket, "news"), ["first out:news:1", "out:news:1"]);
    }
  });

  it("F290 are removed one by one or all at once", async (t) => {
    const socket = await socketOf(t);
    await ask(socket, "off");
    socket.emit("once", "a");
    assert.deepEqual(await trace(socket, "heard"), ["out:heard:1"]);
    await ask(socket, "off any");
    socket.emit("unseen");
    assert.deepEqual(await trace(socket, "unseen"), []);
  });

  it("F295 a middleware of the socket keeps an event from its handlers", async (t) => {
    const socket = await socketOf(t);
    const heard = collect(socket, "heard");
    socket.emit("forbidden");
    assert.deepEqual(await trace(socket, "forbidden"), [
      "first in:forbidden:0",
      "in:forbidden:0",
      "refused:forbidden",
    ]);
    assert.deepEqual(heard, []);
  });
});
