// Connection state recovery with connections that break in every way, at random, from a seed: whoever is told that it
// has recovered has got everything, once and in order; whoever has not is told so.
import assert from "node:assert/strict";
import { createConnection, createServer } from "node:net";
import { test } from "node:test";
import { Fixture, ask, client, connected, eventually, latestFirst, reference } from "./support.mjs";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), seed | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Stands before the server, and breaks connections after so many bytes of its answers. */
async function faultyProxy(port, random) {
  const proxy = { faults: true, broken: { cut: 0, torn: 0, stalled: 0 } };
  const open = new Set();
  proxy.server = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    const end = () => [near, far].forEach((socket) => socket.destroy());
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", end).on("close", () => open.delete(socket));
    }
    let left = 500 + Math.floor(random() * 6_000);
    const kind = ["cut", "torn", "stalled"][Math.floor(random() * 3)];
    let stalled = false;
    near.on("data", (data) => stalled || far.write(data));
    near.on("close", () => stalled || far.destroy());
    far.on("close", () => near.destroy());
    far.on("data", (data) => {
      left -= data.length;
      if (stalled) return;
      if (left > 0 || !proxy.faults) return near.write(data);
      proxy.broken[kind]++;
      if (kind === "torn") near.write(data.subarray(0, Math.floor(data.length * random())));
      if (kind !== "stalled") return end();
      stalled = true; // neither side hears of the other, until one of them misses a heartbeat
    });
  });
  await new Promise((done) => proxy.server.listen(0, "127.0.0.1", done));
  proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
  proxy.end = () => new Promise((done) => {
    proxy.server.close(done);
    for (const socket of open) socket.destroy();
  });
  return proxy;
}

// Not for the original: it sends what was missed before it answers, which its client keeps for the next connection, too.
for (const seed of reference ? [] : [1, 2, 3]) {
  test(`F340 F341 P1 P2 nothing is lost, doubled or out of order, seed ${seed}`, async (context) => {
    const t = latestFirst(context);
    const server = await Fixture.start({ recovery: 10_000, shards: 1, pingInterval: 300, pingTimeout: 1_000 });
    t.after(() => server.stop());
    const random = numbers(seed);
    const proxy = await faultyProxy(server.port, random);
    t.after(proxy.end);
    const witness = await connected(t, server);
    const room = "numbers";
    const listeners = [];
    for (let n = 0; n < 8; ++n) {
      const transports = [["websocket"], ["polling"], ["polling", "websocket"]][n % 3];
      const socket = client(t, { url: proxy.url }, {
        transports, reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 100, timeout: 2_000,
      });
      const me = { socket, last: undefined, gap: true, recovered: 0, told: 0, wrong: [] };
      listeners.push(me);
      socket.on("connect", () => {
        if (socket.recovered) return me.recovered++;
        me.gap = true; // it is told
        me.told++;
        socket.emit("join", room, () => {});
      });
      socket.on("number", (i) => {
        const fits = me.gap ? me.last === undefined || i > me.last : i === me.last + 1;
        if (!fits) me.wrong.push([me.last, i]);
        me.last = i;
        me.gap = false;
      });
    }
    const sum = (of) => listeners.reduce((total, me) => total + of(me), 0);
    let count = 0; // until enough has happened to show something
    await eventually(async () => {
      for (let n = 0; n < 10; ++n) witness.emit("in", [room], "number", ++count);
      await ask(witness, "ack", 0);
      const often = Object.values(proxy.broken).every((times) => times >= 5);
      return (often && sum((me) => me.recovered) >= 30) || undefined;
    }, "thirty recoveries");
    proxy.faults = false;
    // The last number reaches everybody who is there; who is not yet there is told of the next.
    let i = count;
    await eventually(async () => {
      witness.emit("in", [room], "number", ++i);
      await ask(witness, "ack", 0);
      return listeners.every((me) => me.socket.connected && me.last >= count) || undefined;
    }, "all to be up to date");

    for (const me of listeners) assert.deepEqual(me.wrong, []);
    context.diagnostic(`${JSON.stringify(proxy.broken)}, recovered ${sum((me) => me.recovered)}, new ${sum((me) => me.told)}`);
  });
}
