// The WebSocket transport with the ws package as peer.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, it } from "node:test";
import { Socket } from "./raw.mjs";
import { Fixture, within } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

const header = '451-["bin",{"_placeholder":true,"num":0}]';

it("F101 carries one packet per message, text as text", async () => {
  const socket = await Socket.connected(server);
  assert.match(socket.answer, /^40\{"sid":"[\w-]{20}"\}$/);
  socket.send('42["echo","Grüße 😀"]', '42["echo",2]');
  assert.equal(await socket.packet(), '42["echo","Grüße 😀"]');
  assert.equal(await socket.packet(), '42["echo",2]');
  socket.terminate();
});

it("F101 carries binary as binary, without a type byte", async () => {
  const socket = await Socket.connected(server);
  for (const bytes of [[], [0], [4, 52, 98], [255, 254, 253]]) {
    socket.send(header, Buffer.from(bytes));
    assert.equal(await socket.packet(), header);
    assert.deepEqual(await socket.packet(), Buffer.from(bytes));
  }
  socket.terminate();
});

it("carries messages of every length class, each way", async () => {
  const socket = await Socket.connected(server);
  for (const size of [0, 1, 100, 108, 112, 113, 125, 126, 127, 65_520, 65_535, 65_536, 300_000]) {
    const bytes = Buffer.alloc(size, size);
    socket.send(header, bytes);
    await socket.packet();
    assert.equal(Buffer.compare(await socket.packet(), bytes), 0);
    const text = `42["echo","${"x".repeat(size)}"]`;
    socket.send(text);
    assert.ok((await socket.packet()) === text);
  }
  socket.terminate();
});

it("takes fragmented messages, with pings between the fragments", async () => {
  const socket = await Socket.connected(server);
  const { ws } = socket;
  const whole = '42["echo","in pieces, ä"]';
  const bytes = Buffer.from(whole);
  for (const [i, byte] of bytes.entries()) {
    ws.send(Buffer.from([byte]), { binary: false, fin: i === bytes.length - 1 });
    if (i === 5) ws.ping("between");
  }
  const [pong] = await within(once(ws, "pong"), "the pong");
  assert.equal(pong.toString(), "between");
  assert.equal(await socket.packet(), whole);
  socket.terminate();
});

it("F108 answers pings", async () => {
  const socket = await Socket.connected(server);
  for (const data of ["", "x", "x".repeat(125)]) {
    const pong = once(socket.ws, "pong");
    socket.ws.ping(data);
    assert.equal((await within(pong, "the pong"))[0].toString(), data);
  }
  socket.terminate();
});

it("F103 R98 closes with 1009 when a message is too long", async () => {
  for (const pieces of [1, 5]) {
    const socket = await Socket.connected(server);
    for (let i = 0; i < pieces; i++) {
      socket.ws.send("4".repeat(1_000_005 / pieces), { fin: i === pieces - 1 });
    }
    assert.deepEqual(await socket.closed(), { code: 1009, reason: "" });
  }
});

it("F103 takes a message of exactly the largest size", async () => {
  const socket = await Socket.connected(server);
  const text = `42["echo","${"x".repeat(1_000_000 - 13)}"]`;
  assert.equal(text.length, 1_000_000);
  socket.send(text);
  assert.ok((await socket.packet()) === text);
  socket.terminate();
});

for (const [name, message] of [
  ["an unknown packet type", "x"],
  ["an empty message", ""],
  ["a ping from the client", "2"],
  ["a probe on a session of its own", "2probe"],
]) {
  it(`F104 F119 closes without a code on ${name}`, async () => {
    const socket = await Socket.connected(server);
    socket.send(message);
    assert.deepEqual(await socket.closed(), { code: 1005, reason: "" });
  });
}

it("F105 R108 closes with 1007 on bad UTF-8", async () => {
  const socket = await Socket.connected(server);
  socket.ws.send(Buffer.from([0x34, 0x32, 0xc3, 0x28]), { binary: false });
  assert.equal((await socket.closed()).code, 1007);
});

it("F107 ignores packets that mean nothing here", async () => {
  const socket = await Socket.connected(server);
  socket.send("6", "6noop", "5", "3", "3unasked", '42["echo",1]');
  assert.equal(await socket.packet(), '42["echo",1]');
  socket.terminate();
});

it("F109 closes without a code when the server ends the connection", async () => {
  const socket = await Socket.connected(server);
  socket.send('42["kick",true]');
  assert.equal(await socket.packet(), "41");
  assert.deepEqual(await socket.closed(), { code: 1005, reason: "" });
});

it("answers the client's close", async () => {
  for (const code of [1000, 1001, 3000, 4999, undefined]) {
    const socket = await Socket.connected(server);
    if (code) socket.ws.close(code, "bye");
    else socket.ws.close();
    assert.notEqual((await socket.closed()).code, 1006);
  }
});

it("R88 declines an extension and works without", async () => {
  const socket = new Socket(server, { perMessageDeflate: true });
  await within(socket.opening, "the WebSocket to open");
  assert.equal(socket.ws.extensions, "");
  assert.match(await socket.next(), /^0\{"sid"/);
  socket.terminate();
});

it("F030 takes a frame that follows the upgrade request at once", async () => {
  const socket = new Socket(server);
  socket.ws.once("open", () => socket.send("40"));
  assert.match(await socket.next(), /^0\{/);
  assert.match(await socket.next(), /^40\{/);
  socket.terminate();
});

it("is not blocked by a thousand messages in one write", async () => {
  const socket = await Socket.connected(server);
  socket.ws._socket.cork();
  for (let i = 0; i < 1000; i++) socket.send(`42["echo",${i}]`);
  socket.ws._socket.uncork();
  for (let i = 0; i < 1000; i++) assert.equal(await socket.packet(), `42["echo",${i}]`);
  socket.terminate();
});
