// Three servers behind a balancer that knows nothing of sessions: each request goes to the next of them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";
import { startNginx } from "./nginx.mjs";
import { Redis, patience, startCpp, until, within } from "./support.mjs";

const large = Buffer.alloc(300_000, "0123456789");

const upgraded = ({ io: manager }) => manager.engine.transport.name === "websocket";

class Balanced {
  static async start() {
    const all = new Balanced();
    try {
      all.redis = await Redis.start();
      for (let i = 0; i < 3; i++) all.servers.push(await startCpp(all.redis.url, "sharded", "relay"));
      all.nginx = await startNginx(all.servers);
    } catch (failure) {
      await all.end().catch(() => {});
      throw failure;
    }
    return all;
  }

  servers = [];
  clients = [];

  client(options) {
    const socket = io(this.nginx.url, { forceNew: true, reconnection: false, ...options });
    socket.heard = [];
    socket.onAny((...event) => socket.heard.push(event));
    this.clients.push(socket);
    return socket;
  }

  /**
   * So many clients, all of which have connected, and upgraded. (One that loses its WebSocket in the middle of an
   * upgrade has stopped polling, and notices nothing until its ping timeout.)
   */
  async connect(count, options) {
    const clients = Array.from({ length: count }, () => this.client(options));
    await Promise.all(clients.map((each) => within(once(each, "connect"), "a client to connect")));
    if (options.transports.includes("websocket")) await until(() => clients.every(upgraded), "the upgrades");
    return clients;
  }

  async end() {
    for (const each of this.clients) each.disconnect();
    await Promise.allSettled(this.servers.map(({ kill }) => kill()));
    await this.nginx?.end();
    await this.redis?.end();
  }
}

const ask = (socket, ...args) => socket.timeout(patience).emitWithAck(...args);

for (const transports of [["polling"], ["polling", "websocket"], ["websocket"]]) {
  describe(`F368 F369 F371 behind a round-robin balancer, over ${transports.join(", then ")}`, () => {
    let all, clients;

    before(async () => {
      all = await Balanced.start();
      clients = await all.connect(20, { transports });
    });
    after(() => all?.end());

    test("the sessions are everywhere, and everybody is answered", async () => {
      assert.equal(new Set(await Promise.all(clients.map((each) => ask(each, "where")))).size, 3);
      for (let i = 0; i < 5; i++) {
        const sent = clients.map((_, n) => `${i} ${n} é`);
        assert.deepEqual(await Promise.all(clients.map((each, n) => ask(each, "echo", sent[n]))), sent);
      }
    });

    test("binary and large values, in both directions", async () => {
      for (const each of clients.slice(0, 6)) {
        assert.deepEqual(await ask(each, "echo", { deep: [Buffer.from([0, 255])] }), { deep: [Buffer.from([0, 255])] });
        assert.ok(large.equals(await ask(each, "echo", large)));
      }
    });

    test("broadcasts come once, and in order", async () => {
      for (const each of clients) each.heard = [];
      for (let i = 0; i < 30; i++) clients[0].emit("emit", {}, "news", i, Buffer.from([i]));
      await ask(clients[0], "emit", {}, "last");
      await until(() => clients.every(({ heard }) => heard.length >= 31), "everybody to hear");
      const expected = [...Array.from({ length: 30 }, (_, i) => ["news", i, Buffer.from([i])]), ["last"]];
      for (const { heard } of clients) assert.deepEqual(heard, expected);
    });

    test("many at the same time", async () => {
      await Promise.all(clients.map(async (each, n) => {
        const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(each, "echo", [n, i])));
        assert.deepEqual(answers, Array.from({ length: 50 }, (_, i) => [n, i]));
      }));
      assert.ok(clients.every(({ connected }) => connected));
    });
  });
}

test("R144 a server is killed: its clients come back, and so do those whose requests it has relayed", async (t) => {
  const all = await Balanced.start();
  t.after(() => all.end());
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
  const clients = [
    ...await all.connect(8, { ...options, transports: ["polling"] }),
    ...await all.connect(8, { ...options, transports: ["polling", "websocket"] }),
  ];
  const on = await Promise.all(clients.map((each) => ask(each, "where")));
  const [gone] = all.servers.splice(0, 1);
  await gone.kill();
  const lost = clients.filter((_, n) => on[n] === Number(new URL(gone.url).port));
  assert.notEqual(lost.length, 0);
  for (const each of clients) {
    await until(async () => each.connected && await each.timeout(2000).emitWithAck("where").then(() => true, () => false), "a client to be back");
  }
  for (const each of clients) assert.notEqual(await ask(each, "where"), Number(new URL(gone.url).port));
});

test("F371 a server is stopped: it ends by itself, and all its clients go on elsewhere", async (t) => {
  const all = await Balanced.start();
  t.after(() => all.end());
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
  const clients = [
    ...await all.connect(6, { ...options, transports: ["polling"] }),
    ...await all.connect(6, { ...options, transports: ["polling", "websocket"] }),
  ];
  const [stopped] = all.servers.splice(0, 1);
  await within(stopped.stop(), "the server to end");
  for (const each of clients) {
    await until(async () => each.connected && await each.timeout(2000).emitWithAck("where").then(() => true, () => false), "a client to be back");
    assert.notEqual(await ask(each, "where"), Number(new URL(stopped.url).port));
  }
});

test("R141 Redis stops and comes back: WebSockets at the right server stay, and the others come back", async (t) => {
  const all = await Balanced.start();
  t.after(() => all.end());
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
  const direct = await all.connect(6, { ...options, transports: ["websocket"] });
  const ids = direct.map(({ id }) => id);
  const polling = await all.connect(6, { ...options, transports: ["polling"] });
  await all.redis.stop();
  for (const each of direct) assert.equal(await ask(each, "echo", 1), 1);
  let refused = 0;
  for (const each of polling) each.on("disconnect", () => { refused++; });
  await until(() => {
    for (const each of polling) each.volatile.emit("anything"); // held requests may all be at the right server
    return refused > 0;
  }, "requests to be refused");
  await all.redis.run();
  for (const each of polling) await until(async () => each.connected && await each.timeout(2000).emitWithAck("echo", 1).catch(() => 0) === 1, "a client to be back");
  assert.deepEqual(direct.map(({ id }) => id), ids);
});

test("F035 a session id that nobody knows is answered at once, wherever it comes from", async (t) => {
  const all = await Balanced.start();
  t.after(() => all.end());
  for (const sid of ["abcdefghijklmnopqrst", "abcdefghijklmnopqrst.abcdef", "abcdefghijklmnopqrst.abc-_9"]) {
    for (let i = 0; i < 6; i++) {
      const answer = await fetch(`${all.nginx.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
      assert.equal(answer.status, 400);
      assert.deepEqual(await answer.json(), { code: 1, message: "Session ID unknown" });
    }
  }
});
