// The server's heartbeat, seen by clients that answer, do not answer, or answer oddly. Deadlines here are the
// server's own and generous: a test fails when something never happens, not when it happens late.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Polling, Socket } from "./raw.mjs";
import { Fixture, connected, reasonOf, sleep } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ pingInterval: 400, pingTimeout: 2000 })));
after(() => server.stop());

const idOf = (answer) => JSON.parse(answer.slice(2)).sid;

// They mostly wait: all at once.
describe("the heartbeat", { concurrency: true }, () => {
  it("F115 pings again and again as long as the client answers (WebSocket)", async () => {
    const socket = await Socket.connected(server);
    for (let i = 0; i < 5; i++) {
      assert.equal(await socket.next("a ping"), "2");
      socket.send("3");
    }
    socket.terminate();
  });

  it("F115 pings again and again as long as the client answers (polling)", async () => {
    const session = await Polling.connected(server);
    for (let i = 0; i < 5; i++) {
      assert.equal((await session.get()).text, "2");
      assert.equal((await session.post("3")).text, "ok");
    }
  });

  it("F116 F122 closes a WebSocket that does not answer", async (t) => {
    const observer = await connected(t, server);
    const socket = await Socket.connected(server);
    assert.equal((await socket.closed()).code, 1005);
    assert.equal(await socket.next(), "2");
    assert.equal(socket.size, 0);
    assert.equal(await reasonOf(observer, idOf(socket.answer)), "ping timeout");
  });

  it("F116 F122 closes a polling session that does not answer", async (t) => {
    const observer = await connected(t, server);
    const session = await Polling.connected(server);
    assert.equal((await session.get()).text, "2");
    const { status, text } = await session.get();
    assert.ok((status === 200 && text === "1") || status === 400, `${status} ${text}`);
    assert.equal(await reasonOf(observer, idOf(session.answer)), "ping timeout");
    assert.ok(await session.gone());
  });

  it("F092 closes a polling session that does not even poll", async (t) => {
    const observer = await connected(t, server);
    const session = await Polling.connected(server);
    assert.equal(await reasonOf(observer, idOf(session.answer)), "ping timeout");
    assert.ok(await session.gone());
  });

  it("closes a session that never joined a namespace and does not answer", async () => {
    const socket = await Socket.open(server);
    await socket.closed();
  });

  it("F117 takes a pong with data", async () => {
    const socket = await Socket.connected(server);
    for (let i = 0; i < 5; i++) {
      assert.equal(await socket.next("a ping"), "2");
      socket.send("3whatever");
    }
    socket.terminate();
  });

  it("R83 is not confused by pongs that nobody asked for", async () => {
    const socket = await Socket.connected(server);
    for (let i = 0; i < 1000; i++) socket.send("3");
    for (let i = 0; i < 4; i++) {
      assert.equal(await socket.next("a ping"), "2");
      socket.send("3", "3", "3");
    }
    socket.terminate();
  });

  it("F118 R107 other packets while a pong is awaited extend the wait, but only once", async (t) => {
    const observer = await connected(t, server);
    const socket = await Socket.connected(server);
    assert.equal(await socket.next("a ping"), "2");
    const talk = setInterval(() => socket.send('42["nobody listens"]'), 100);
    try {
      await socket.closed();
    } finally {
      clearInterval(talk);
    }
    assert.equal(await reasonOf(observer, idOf(socket.answer)), "ping timeout");
  });

  it("F118 R107 a client that is busy sending may be late with its pong", async () => {
    const socket = await Socket.connected(server);
    for (let i = 0; i < 2; i++) {
      assert.equal(await socket.next("a ping"), "2");
      await sleep(1400);
      socket.send('42["nobody listens"]');
      await sleep(1400); // 2,800 ms in all, where 2,000 are allowed
      socket.send("3");
    }
    socket.send('42["echo","alive"]');
    assert.equal(await socket.packet(), '42["echo","alive"]');
    socket.terminate();
  });

  it("F114 pings go out although much is being sent", async () => {
    const socket = await Socket.connected(server);
    socket.send('42["stress",100,65536]');
    let messages = 0;
    let pings = 0;
    while (messages < 100 || pings < 2) {
      if ((await socket.next()) === "2") {
        pings++;
        socket.send("3");
      } else messages++;
    }
    socket.terminate();
  });
});
