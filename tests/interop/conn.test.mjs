// A client's connection as handlers see it: transports, the upgrade, packets, its end.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { NodeWebSocket, NodeXHR } from "socket.io-client";
import { Fixture, ask, collect, connected, filled, once, upgraded } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ pingInterval: 100 })));
after(() => server.stop());

const polling = { transports: ["polling"] };
const websocket = { transports: ["websocket"] };
const socketOf = (t, options) => connected(t, server, { nsp: "/conn", ...options });

/** What was noted of these kinds. */
async function trace(socket, ...kinds) {
  const all = await ask(socket, "trace");
  return all.filter((line) => kinds.some((kind) => line.startsWith(kind)));
}

describe("socket.conn", () => {
  for (const options of [polling, websocket]) {
    const [name] = options.transports;
    it(`F066 F067 F167 F276 says what it is, over ${name}`, async (t) => {
      const socket = await socketOf(t, options);
      const { url, ...facts } = await ask(socket, "conn");
      assert.deepEqual(facts, {
        id: socket.io.engine.id,
        transport: name,
        upgraded: false,
        open: true,
        protocol: 4,
        address: "127.0.0.1",
      });
      assert.match(url, new RegExp(`^/socket.io/\\?EIO=4&transport=${name}`));
    });

    it(`F168 F169 shows each packet, over ${name}`, async (t) => {
      const socket = await socketOf(t, options);
      const echoes = collect(socket, "echo");
      for (const x of ["a", "b"]) socket.emit("echo", x);
      await filled(echoes, 2);
      const packets = ["a", "b"].map((x) => `message:2/conn,["echo","${x}"]`);
      assert.deepEqual(await trace(socket, "created:message:2/conn,[\"echo"), packets.map((x) => `created:${x}`));
      assert.deepEqual(await trace(socket, "packet:message:2/conn,[\"echo"), packets.map((x) => `packet:${x}`));
    });

    it(`F124 notes each heartbeat, over ${name}`, async (t) => {
      const socket = await socketOf(t, options);
      for (let i = 0; i < 2; ++i) await once(socket.io.engine, "ping");
      const seen = await trace(socket, "heartbeat", "packet:pong", "created:ping");
      const first = seen.indexOf("created:ping:");
      assert.deepEqual(seen.slice(first, first + 3), ["created:ping:", "packet:pong:", "heartbeat"]);
    });
  }

  it("F067 F127 tells of the upgrade, and is the same before and after", async (t) => {
    let connects;
    const connection = new Promise((resolve) => (connects = resolve));
    class LateWebSocket extends NodeWebSocket {
      doOpen() {
        connection.then(() => super.doOpen());
      }
    }
    const socket = await socketOf(t, { transports: [NodeXHR, LateWebSocket] });
    connects();
    await upgraded(socket);
    const { transport, upgraded: changed, id, url } = await ask(socket, "conn");
    assert.deepEqual([transport, changed, id], ["websocket", true, socket.io.engine.id]);
    assert.match(url, /transport=polling/);
    assert.deepEqual(await trace(socket, "upgrad"), ["upgrading", "upgrade:websocket"]);
  });

  it("F168 closes, and tells of its end", async (t) => {
    const witness = await socketOf(t, websocket);
    const closed = collect(witness, "closed");
    const expected = [];
    for (const options of [websocket, polling]) {
      const [one, other] = [await socketOf(t, options), await socketOf(t, options)];
      const ids = [one.io.engine.id, other.io.engine.id];
      one.emit("close");
      assert.equal((await once(one, "disconnect"))[0], "transport close");
      expected.push([ids[0], "forced close"]);
      await filled(closed, expected.length);
      other.io.engine.close();
      expected.push([ids[1], "transport close"]);
      await filled(closed, expected.length);
    }
    assert.deepEqual(closed, expected);
  });
});
