// From polling to WebSocket, in every order of events.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Socket as EngineClient } from "engine.io-client";
import { NodeWebSocket, NodeXHR } from "socket.io-client";
import { Polling, Socket, request, separator } from "./raw.mjs";
import {
  Fixture,
  barrier,
  collect,
  connected,
  reference,
  sleep,
  upgraded,
  within,
} from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ upgradeTimeout: 700 })));
after(() => server.stop());

/** A WebSocket for a polling session. */
const candidate = (session) => Socket.open(server, { query: { sid: session.sid } });

async function probed(session) {
  const socket = await candidate(session);
  socket.send("2probe");
  assert.equal(await socket.next("the probe's answer"), "3probe");
  return socket;
}

async function assertPollingWorks(session, x = "still polling") {
  await session.post(`42["echo",${JSON.stringify(x)}]`);
  assert.deepEqual(await session.packets((all) => all.some((packet) => packet.startsWith("42"))), [
    `42["echo",${JSON.stringify(x)}]`,
  ]);
}

async function assertWorks(socket, x = "over WebSocket") {
  socket.send(`42["echo",${JSON.stringify(x)}]`);
  assert.equal(await socket.packet(), `42["echo",${JSON.stringify(x)}]`);
}

/** Takes its time, so that polling is busy meanwhile. */
class LateWebSocket extends NodeWebSocket {
  static waiting = [];
  doOpen() {
    LateWebSocket.waiting.push(() => super.doOpen());
  }
  static open() {
    for (const open of this.waiting.splice(0)) open();
  }
}
const lateUpgrade = { transports: [NodeXHR, LateWebSocket] };

describe("the official client", () => {
  it("F125 upgrades, and its connection survives", async (t) => {
    const socket = await connected(t, server, { transports: ["polling", "websocket"] });
    const { id } = socket;
    await upgraded(socket);
    assert.equal(socket.io.engine.transport.name, "websocket");
    await barrier(socket);
    assert.equal(socket.id, id);
  });

  it("F128 loses and doubles nothing while it upgrades", async (t) => {
    for (let round = 0; round < 5; round++) {
      const socket = await connected(t, server, lateUpgrade);
      assert.equal(socket.io.engine.transport.name, "polling");
      const heard = collect(socket, "echo");
      let done = false;
      const upgrade = upgraded(socket).then(() => (done = true));
      let sent = 0;
      while (!done) {
        socket.emit("echo", sent++, sent % 3 ? "text" : Buffer.from([sent]));
        if (sent === 20) LateWebSocket.open();
        await sleep(1);
      }
      await upgrade;
      for (let i = 0; i < 20; i++) socket.emit("echo", sent++, "after");
      await barrier(socket);
      assert.deepEqual(
        heard.map(([i]) => i),
        Array.from({ length: sent }, (_, i) => i),
      );
      socket.disconnect();
    }
  });

  it("F128 hears a burst from the server once and in order while it upgrades", async (t) => {
    const socket = await connected(t, server, lateUpgrade);
    const heard = collect(socket, "s");
    let done = false;
    const upgrade = upgraded(socket).then(() => (done = true));
    let bursts = 0;
    for (; !done; await sleep(5), bursts++) {
      socket.emit("stress", 20, 1000);
      if (bursts === 5) LateWebSocket.open();
    }
    await upgrade;
    socket.emit("stress", 20, 10);
    await barrier(socket);
    const numbers = Array.from({ length: bursts + 1 }, () => [...Array(20).keys()]).flat();
    assert.deepEqual(
      heard.map(([i]) => i),
      numbers,
    );
  });

  it("as an Engine.IO client alone, sees open, upgrade and close", async (t) => {
    const engine = new EngineClient(server.url, { path: "/socket.io/" });
    t.after(() => engine.close());
    const events = [];
    for (const event of ["open", "upgrading", "upgrade", "message", "close"]) {
      engine.on(event, (x) => events.push(event === "message" ? x.slice(0, 2) : event));
    }
    engine.on("open", () => engine.send("0"));
    await within(new Promise((resolve) => engine.once("upgrade", resolve)), "the upgrade");
    engine.send('2["echo",1]');
    await within(
      new Promise((resolve) => engine.on("message", (x) => x.startsWith("2") && resolve())),
      "the echo",
    );
    engine.close();
    assert.deepEqual(
      events.filter((event) => !["0{"].includes(event)),
      ["open", "upgrading", "upgrade", "2[", "close"],
    );
  });
});

describe("an upgrade step by step", () => {
  it("F125 F136 probe, answer, upgrade; then polling is over", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    socket.send("5");
    await assertWorks(socket);
    const { status, text } = await session.get();
    assert.deepEqual([status, JSON.parse(text).code], [400, 3]); // R86f
    await assertWorks(socket, "not disturbed by the late poll");
    socket.terminate();
  });

  it("F126 frees a poll that is held", async () => {
    const session = await Polling.connected(server);
    const poll = session.get();
    const socket = await probed(session);
    const { status, text } = await poll;
    assert.deepEqual([status, text], [200, "6"]);
    socket.send("5");
    await assertWorks(socket);
    socket.terminate();
  });

  it("F126 frees every further poll while the upgrade is under way", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    for (let i = 0; i < 2; i++) assert.equal((await session.get()).text, "6");
    socket.send("5");
    await assertWorks(socket);
    socket.terminate();
  });

  it("F133 answers a poll still held when the upgrade completes", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    const poll = session.get();
    socket.send("5");
    const { status, text } = await poll;
    // Noop, or the close packet of the transport; or the poll came too late for the session.
    assert.ok((status === 200 && /^[16]$/.test(text)) || status === 400, `${status} ${text}`);
    await assertWorks(socket);
    socket.terminate();
  });

  it("R86g delivers once and in order what is emitted between probe and upgrade", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    const all = [];
    for (let i = 0; i < 6; i++) {
      await session.post(`42["echo",${i}]`);
      if (i === 2) {
        const { text } = await session.get();
        all.push(...text.split(separator).filter((packet) => packet !== "6"));
      }
    }
    socket.send("5");
    while (all.length < 6) all.push(await socket.packet());
    assert.deepEqual(
      all,
      [0, 1, 2, 3, 4, 5].map((i) => `42["echo",${i}]`),
    );
    await assertWorks(socket);
    assert.equal(socket.size, 0);
    socket.terminate();
  });

  it("R86g delivers binary packets whole across the upgrade", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    const header = '451-["bin",{"_placeholder":true,"num":0}]';
    await session.post([header, "bAAEC"].join(separator));
    socket.send("5");
    assert.equal(await socket.packet(), header);
    assert.deepEqual(await socket.packet(), Buffer.from([0, 1, 2]));
    socket.terminate();
  });

  it("R86h takes the probe glued to the upgrade request's end", async () => {
    const session = await Polling.connected(server);
    const socket = new Socket(server, { query: { sid: session.sid } });
    socket.ws.once("upgrade", () =>
      process.nextTick(() => socket.send("2probe", "5", '42["echo",1]')),
    );
    assert.equal(await socket.next(), "3probe");
    assert.equal(await socket.packet(), '42["echo",1]');
    socket.terminate();
  });

  it("F132 R86c an upgrade without a probe completes, or only the candidate ends", async () => {
    const session = await Polling.connected(server);
    const socket = await candidate(session);
    socket.send("5");
    if (reference) await assertWorks(socket);
    else {
      // An upgrade that was not probed is none: no official client does so.
      await socket.closed();
      await assertPollingWorks(session);
    }
    socket.terminate();
  });
});

describe("an upgrade that fails", () => {
  for (const [name, start] of [
    ["F130 R86d is never begun", (socket) => socket],
    ["F130 R86e is probed and not completed", (socket) => socket.send("2probe")],
  ]) {
    it(`${name}: the candidate is closed, polling lives`, async () => {
      const session = await Polling.connected(server);
      const socket = await candidate(session);
      start(socket);
      await socket.closed();
      await assertPollingWorks(session);
      const next = await probed(session);
      next.send("5");
      await assertWorks(next);
      next.terminate();
    });
  }

  it("R86e vanishes after the probe: nothing is lost", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    await session.post('42["echo","meanwhile"]');
    socket.terminate();
    const packets = await session.packets((all) => all.some((packet) => packet.startsWith("42")));
    assert.deepEqual(
      packets.filter((packet) => packet !== "6"),
      ['42["echo","meanwhile"]'],
    );
    await assertPollingWorks(session);
  });

  for (const [name, message] of [
    ["a message", '42["echo",1]'],
    ["a close packet", "1"],
    ["another ping", "2other"],
    ["an unknown packet", "x"],
    ["binary", Buffer.from([1, 2, 3])],
  ]) {
    it(`F131 speaks out of turn (${name}): the candidate is closed, polling lives`, async () => {
      const session = await Polling.connected(server);
      const socket = await candidate(session);
      socket.send(message);
      await socket.closed();
      assert.equal(socket.size, 0);
      await assertPollingWorks(session);
    });
  }

  it("F055 R86a a second WebSocket for a WebSocket session is closed, the first lives", async () => {
    const session = await Polling.connected(server);
    const first = await probed(session);
    first.send("5");
    await assertWorks(first);
    const second = await candidate(session);
    second.send("2probe");
    await second.closed();
    await assertWorks(first, "not disturbed");
    first.terminate();
  });

  it("F055 R86b of two candidates one wins", async () => {
    const session = await Polling.connected(server);
    const first = await probed(session);
    const second = await candidate(session);
    second.send("2probe");
    await second.closed();
    first.send("5");
    await assertWorks(first);
    first.terminate();
  });

  it("F059 leaves a session that began on WebSocket alone", async () => {
    const first = await Socket.connected(server);
    const second = await candidate(first);
    second.send('42["echo",1]');
    await second.closed();
    await assertWorks(first);
    first.terminate();
  });

  it("F134 ends with its session", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    await session.post("1");
    await socket.closed();
    assert.ok(await session.gone());
  });

  it("F135 completes when the server closes meanwhile, or ends with the session", async () => {
    const session = await Polling.connected(server);
    const socket = await probed(session);
    await session.post('42["kick",true]');
    socket.send("5");
    await socket.closed();
    await session.packets((all) => all.includes("1")).catch(() => {});
    assert.equal((await request(server, { query: session.query })).status, 400);
  });
});
