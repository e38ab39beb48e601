// Clients that lose their server go on with another one, of either kind: behind a balancer that breaks connections.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { startNode } from "./node.mjs";
import { Redis, startCpp, until } from "./support.mjs";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** Stands before several servers: `choose(n)` says which the next connection goes to, `spare()` after how many bytes it breaks. */
async function balancer(t, servers, { choose, spare = () => Infinity, closed = () => false }) {
  const open = new Set();
  const server = createServer((near) => {
    if (closed()) return near.on("error", () => {}).destroy();
    const far = createConnection(new URL(servers[choose()].url).port, "127.0.0.1");
    const end = () => [near, far].forEach((socket) => socket.destroy());
    let left = spare();
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", end).on("close", () => { open.delete(socket); end(); });
    }
    near.pipe(far);
    far.on("data", (data) => {
      if (data.length < left) near.write(data);
      else near.write(data.subarray(0, left), end); // in the midst of a frame
      left -= data.length;
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => open.forEach((socket) => socket.destroy());
  t.after(() => { server.close(); cut(); });
  return { url: `http://127.0.0.1:${server.address().port}`, cut };
}

async function cluster(t, kinds) {
  const ends = [];
  t.after(async () => { for (const end of ends.reverse()) await end(); });
  const redis = await Redis.start();
  ends.push(() => redis.end());
  const servers = [];
  for (const start of kinds) {
    const server = await start(redis.url, "streams", "recovery");
    servers.push(server);
    ends.push(start === startNode ? server.stop : server.kill);
  }
  return { redis, servers };
}

/** A client that must not be told anything twice, too late or not at all, unless it is told that it is new. */
function listener(t, url) {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 50 });
  const me = { socket, joined: false, last: undefined, wrong: [], recovered: 0, fresh: 0 };
  socket.on("connect", () => {
    if (socket.recovered) {
      me.recovered++;
    } else {
      me.fresh++;
      me.last = undefined;
      me.joined = false;
    }
    if (!me.joined) socket.emit("join", "numbers", () => { me.joined = true; }); // what was said before may be lost
  });
  socket.on("n", (n) => {
    if (me.last !== undefined && n !== me.last + 1) me.wrong.push(`${n} after ${me.last}`);
    me.last = n;
  });
  t.after(() => socket.disconnect());
  return me;
}

const kinds = { "C++": startCpp, JavaScript: startNode };
for (const [from, to] of [["C++", "C++"], ["C++", "JavaScript"], ["JavaScript", "C++"]]) {
  test(`P4 a client loses a server in ${from}, and goes on with one in ${to}`, async (t) => {
    const { servers } = await cluster(t, [kinds[from], kinds[to], startCpp]);
    let now = 0;
    const way = await balancer(t, servers, { choose: () => now });
    const me = listener(t, way.url);
    const witness = io(servers[2].url, { transports: ["websocket"], forceNew: true });
    t.after(() => witness.disconnect());
    const heard = [];
    me.socket.onAny((...event) => heard.push(event.slice(0, -1))); // the last is the offset
    await until(() => me.socket.connected && witness.connected, "both to connect");
    const { id } = me.socket;
    await me.socket.emitWithAck("name", "Ann");
    await me.socket.emitWithAck("join", "red"); // with which both are written down
    await witness.emitWithAck("emit", { rooms: ["red"] }, "before", 1);
    await until(() => heard.length === 1, "the first event");

    now = 1;
    if (from === "C++") servers[0].kill(); // without a word
    way.cut();
    await until(() => !me.socket.connected, "the loss to be noticed");
    await witness.emitWithAck("emit", { rooms: ["red"] }, "missed", Buffer.from([0, 255]));
    await witness.emitWithAck("emit", { rooms: ["blue"] }, "of others");
    await witness.emitWithAck("emit", { except: ["red"] }, "of others, too");
    await witness.emitWithAck("emit", {}, "missed", "text");
    await until(() => me.recovered === 1, "it to go on");
    await until(() => heard.length === 3, "what was missed");
    assert.equal(me.socket.id, id);
    assert.equal(me.fresh, 1);
    await witness.emitWithAck("emit", { rooms: ["red"] }, "after");
    await until(() => heard.length === 4, "what follows");
    assert.deepEqual(heard, [["before", 1], ["missed", Buffer.from([0, 255])], ["missed", "text"], ["after"]]);
    const found = await witness.emitWithAck("fetch", { rooms: ["red"] });
    assert.deepEqual(found.map((one) => one.id), [id]);
    assert.deepEqual(found[0].rooms.toSorted(), [id, "numbers", "red"].toSorted());
    if (from === "C++") assert.equal(found[0].data.name, "Ann");
  });
}

/** Cuts off those who wait for what comes next in the stream. */
function cutReaders(redis) {
  for (const line of redis.ask("client", "list").split("\n")) {
    if (/ cmd=xread /.test(line)) redis.ask("client", "kill", "id", line.match(/id=(\d+)/)[1]);
  }
}

for (const [seed, theirsToo] of [[1], [2], [3], [4, true]]) {
  test(`P4 P5 P6 nothing is lost, doubled or out of order while ${theirsToo ? "all " : ""}connections break, seed ${seed}`, async (t) => {
    const { servers, redis } = await cluster(t, [startCpp, startCpp]);
    const random = numbers(seed);
    let faults = true;
    const way = await balancer(t, servers, {
      choose: () => Math.floor(random() * servers.length),
      spare: () => (faults ? 400 + Math.floor(random() * 6_000) : Infinity),
    });
    const listeners = Array.from({ length: 8 }, () => listener(t, way.url));
    const speakers = servers.map(({ url }) => io(url, { transports: ["websocket"], forceNew: true }));
    t.after(() => speakers.forEach((one) => one.disconnect()));
    await until(() => speakers.every(({ connected }) => connected), "all to connect");
    const heard = speakers.map(() => -1);
    for (const [i, one] of speakers.entries()) {
      one.on("n", (n) => { heard[i] = n; });
      await one.emitWithAck("join", "numbers");
    }
    const sum = (of) => listeners.reduce((all, me) => all + of(me), 0);
    let n = 0;
    // What has no position, as its server did not hear the stream, makes those new who may miss it.
    const enough = () => (theirsToo ? n === 100 : sum((me) => me.recovered) >= 25);
    // From either server, but one number is in the stream before the next.
    for (const end = Date.now() + 60_000; !enough() && Date.now() < end;) {
      await speakers[Math.floor(random() * 2)].emitWithAck("emit", { rooms: ["numbers"] }, "n", n);
      await until(() => heard.every((one) => one === n), "both servers to have it");
      n++;
      if (random() < 0.2) await sleep(random() * 20);
      if (theirsToo && random() < 0.1) cutReaders(redis);
    }
    faults = false;
    const connections = (me) => me.recovered + me.fresh;
    const before = listeners.map(connections);
    way.cut();
    await until(() => listeners.every((me, i) => connections(me) > before[i] && me.joined), "all to be back");
    await speakers[0].emitWithAck("emit", { rooms: ["numbers"] }, "n", n);
    await until(() => listeners.every((me) => me.last === n), "all to be up to date");
    for (const me of listeners) assert.deepEqual(me.wrong, []);
    t.diagnostic(`${n} events, recovered ${sum((me) => me.recovered)}, new ${sum((me) => me.fresh)}`);
    assert.ok(enough());
  });
}

// Servers in JavaScript miss what is emitted in the very moment in which they restore a session, so here there is none.
for (const seed of [1, 2]) {
  test(`P4 P5 nothing is lost, doubled or out of order between servers of both kinds, seed ${seed}`, async (t) => {
    const { servers } = await cluster(t, [startCpp, startCpp, startNode, startNode]);
    const random = numbers(seed);
    let away = false;
    const way = await balancer(t, servers, { choose: () => Math.floor(random() * servers.length), closed: () => away });
    const listeners = Array.from({ length: 8 }, () => listener(t, way.url));
    const speaker = io(servers[0].url, { transports: ["websocket"], forceNew: true });
    t.after(() => speaker.disconnect());
    let n = 0;
    const say = () => speaker.timeout(10_000).emitWithAck("emit", { rooms: ["numbers"] }, "n", n++);
    const all = (condition, what) => until(() => listeners.every(condition), what);
    for (let round = 0; round < 12; round++) {
      await all(({ socket }) => socket.connected, "all to be back");
      await all((me) => me.joined, "who is new to have joined");
      await say();
      await all((me) => me.last === n - 1, "all to be up to date");
      away = true;
      way.cut();
      await all(({ socket }) => !socket.connected, "the loss to be noticed");
      for (let i = Math.floor(random() * 5); i > 0; i--) await say();
      away = false;
    }
    await all(({ socket, joined }) => socket.connected && joined, "all to be back");
    await say();
    await all((me) => me.last === n - 1, "all to be up to date");
    const sum = (of) => listeners.reduce((before, me) => before + of(me), 0);
    t.diagnostic(`${n} events, recovered ${sum((me) => me.recovered)}, new ${sum((me) => me.fresh)}`);
    for (const me of listeners) assert.deepEqual(me.wrong, []);
    assert.ok(sum((me) => me.recovered) > sum((me) => me.fresh));
  });
}
