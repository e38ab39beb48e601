// Engine.IO revision 3: its own client, and its packets by hand.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import EngineClient from "engine.io-client-3";
import { Inbox, Socket, request } from "./raw.mjs";
import { Fixture, eventually, reference, transportSets, within } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ allowEio3: true, pingInterval: 400, pingTimeout: 2000 })));
after(() => server.stop());

const octets = { "Content-Type": "application/octet-stream" };

/** A session of engine.io-client 3.x, which knows nothing of Socket.IO, with its messages in an inbox. */
async function engine(t, options) {
  const socket = new EngineClient(server.url, { path: "/socket.io/", ...options });
  const inbox = new Inbox();
  socket.on("message", (message) => inbox.push(message));
  const upgrading = new Promise((resolve) => socket.once("upgrade", resolve));
  t.after(() => socket.close());
  await within(new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject)), "open");
  assert.equal(await inbox.next("the packet that joins the main namespace"), "0");
  return { socket, upgrading, next: () => inbox.next() };
}

for (const transports of transportSets) {
  for (const forceBase64 of [false, true]) {
    const name = `${transports.join(" then ")}${forceBase64 ? ", with base64" : ""}`;
    describe(`F158 engine.io-client 3.5 over ${name}`, () => {
      it("exchanges text and binary in order, while it upgrades and after", async (t) => {
        const { socket, upgrading, next } = await engine(t, { transports, forceBase64 });
        for (let round = 0; round < 2; round++) {
          for (let i = 0; i < 20; i++) {
            const event = '51-["echo",{"_placeholder":true,"num":0},"€😀"]';
            socket.send(event);
            socket.send(Buffer.from([i, 0, 255]));
            socket.send(`2["echo",${i}]`);
          }
          for (let i = 0; i < 20; i++) {
            assert.equal(await next(), '51-["echo",{"_placeholder":true,"num":0},"€😀"]');
            assert.deepEqual(Buffer.from(await next()), Buffer.from([i, 0, 255]));
            assert.equal(await next(), `2["echo",${i}]`);
          }
          if (transports.length > 1) await within(upgrading, "the upgrade");
        }
        assert.equal(socket.transport.name, transports.at(-1));
      });

      it("F120 pings, and is answered", async (t) => {
        const { socket } = await engine(t, { transports, forceBase64 });
        for (let i = 0; i < 3; i++) {
          await within(new Promise((resolve) => socket.once("pong", resolve)), "a pong");
        }
        assert.equal(socket.readyState, "open");
      });

      it("is told that the server closes", async (t) => {
        const { socket } = await engine(t, { transports, forceBase64 });
        const closed = new Promise((resolve) => socket.once("close", resolve));
        socket.send('2["kick",true]');
        assert.equal(await within(closed, "the end"), "transport close");
      });
    });
  }
}

/** A long-polling session, packet by packet. */
class Polling3 {
  static async open(query) {
    const session = new Polling3();
    session.query = { EIO: "3", transport: "polling", ...query };
    const { status, text } = await request(server, { query: session.query });
    assert.equal(status, 200, text);
    const [, length, packet] = /^(\d+):(0\{.*?\})/.exec(text);
    assert.equal(packet.length, Number(length));
    session.open = JSON.parse(packet.slice(1));
    session.query.sid = session.open.sid;
    if (!text.endsWith("2:40")) assert.equal((await session.get()).text, "2:40"); // the original's is late
    return session;
  }
  get(options) {
    return request(server, { query: this.query, ...options });
  }
  post(body, headers) {
    return request(server, { method: "POST", query: this.query, body, headers });
  }
  async gone() {
    const { status, text } = await this.get();
    return (status === 400 && JSON.parse(text).code === 1) || undefined;
  }
}

/** One packet of a binary payload. */
function part(flag, packet, length = String(Buffer.byteLength(packet))) {
  return Buffer.concat([Buffer.from([flag, ...length].map(Number)), Buffer.from([255]), Buffer.from(packet)]);
}

describe("long-polling of revision 3", () => {
  it("F062 opens with what revision 4 opens with", async () => {
    const { open } = await Polling3.open();
    assert.deepEqual(Object.keys(open), ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]);
    assert.deepEqual(open.upgrades, ["websocket"]);
  });

  it("F149 counts UTF-16 code units", async () => {
    const session = await Polling3.open();
    const packet = '42["echo","Grüße 😀"]';
    assert.equal((await session.post(`${packet.length}:${packet}`)).text, "ok");
    assert.equal((await session.get()).text, `${packet.length}:${packet}`);
  });

  it("F151 F152 F154 takes and sends bytes", async () => {
    const session = await Polling3.open();
    const event = '451-["echo","é",{"_placeholder":true,"num":0}]';
    const payload = Buffer.concat([part(0, event), part(1, Buffer.from([4, 1, 2, 255]))]);
    assert.equal((await session.post(payload, octets)).text, "ok");
    const { headers, body } = await session.get();
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.deepEqual(body, payload);
  });

  it("F150 sends base64 if asked to", async () => {
    const session = await Polling3.open({ b64: "1" });
    const payload = '42:451-["echo",{"_placeholder":true,"num":0}]6:b4AQID';
    await session.post(payload);
    const { headers, text } = await session.get();
    assert.equal(text, payload);
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
  });

  it("F120 answers pings", async () => {
    const session = await Polling3.open();
    for (const ping of ["1:2", "6:2probe"]) {
      await session.post(ping);
      assert.equal((await session.get()).text, "1:3");
    }
  });

  it("R77 a third of a million pings in one body hold nobody up", async () => {
    const session = await Polling3.open();
    const posted = session.post("1:2".repeat(333_333));
    const other = await Polling3.open();
    await other.post("1:2");
    assert.equal((await other.get()).text, "1:3");
    assert.equal((await posted).text, "ok");
    const { text } = await session.get();
    assert.match(text, /^(1:3)+$/);
    if (!reference) assert.equal(text, "1:3"); // one answer is enough for all
  });

  it("F120 ends with a pong", async () => {
    const session = await Polling3.open();
    await session.post("1:3");
    await eventually(() => session.gone(), "the session to be closed");
  });

  const wrong = {
    "R78 a length too long": "99999999:4hello",
    "R78 a negative length": "-1:2",
    "R78 no packet": "1:",
    "R78 no length": "4hello",
    "R78 a length without an end": "1",
    "R78 a million digits": "1".repeat(900_000),
    "F156 nothing": "",
    "F156 an unknown type": "1:7",
    "F156 something behind": "1:2x",
    "R79 wrong base64": ["4:b4!!", "strict"],
    "R78 an empty packet": ["0:", "strict"],
    "R78 half of a character": "2:4😀1:2",
    "R78 binary with a length of 300 digits": Buffer.concat([part(1, "\x04", "1".repeat(300))]),
    "R78 binary with a length too long": [part(1, "\x04", "9"), "strict"],
    "R78 binary without the end of its length": Buffer.from([1, 1, 1]),
    "R78 binary of another type": [part(1, "\x02"), "strict"],
    "R78 binary with text of no type": part(0, "x"),
  };
  for (const [name, given] of Object.entries(wrong)) {
    const [body, strict] = Array.isArray(given) ? given : [given];
    const skip = reference && strict && "Node reads a meaning into it";
    it(`${name} ends the session`, { skip }, async () => {
      const session = await Polling3.open();
      const { status, text } = await session.post(body, Buffer.isBuffer(body) ? octets : undefined);
      assert.deepEqual([status, text], [200, "ok"]);
      await eventually(() => session.gone(), "the session to be closed");
    });
  }

  it("R72 keeps its revision", async () => {
    const session = await Polling3.open();
    session.query.EIO = "4";
    const { status, text } = await session.get();
    assert.deepEqual([status, JSON.parse(text)], [400, { code: 3, message: "Bad request" }]);
  });

  it("R71 is no other than 3", { skip: reference && "Node takes anything for 3" }, async () => {
    for (const EIO of ["2", "5", "03", "3x"]) {
      const { status, text } = await request(server, { query: { EIO, transport: "polling" } });
      assert.deepEqual([status, JSON.parse(text).code], [400, 5]);
    }
    assert.equal((await request(server, { query: { transport: "polling" } })).status, 200);
  });
});

describe("WebSocket of revision 3", () => {
  const open = async (query) => {
    const socket = await Socket.open(server, { query: { EIO: "3", ...query } });
    assert.equal(await socket.next(), "40");
    return socket;
  };

  it("F155 has a type before binary", async () => {
    const socket = await open();
    for (const data of [Buffer.alloc(0), Buffer.from([1, 2]), Buffer.alloc(200, 1), Buffer.alloc(70_000, 2)]) {
      socket.send('451-["bin",{"_placeholder":true,"num":0}]', Buffer.concat([Buffer.from([4]), data]));
      assert.equal(await socket.next(), '451-["bin",{"_placeholder":true,"num":0}]');
      assert.deepEqual(await socket.next(), Buffer.concat([Buffer.from([4]), data]));
    }
    socket.terminate();
  });

  it("R80 ends with binary of another type", { skip: reference && "Node ignores it" }, async () => {
    for (const data of [Buffer.alloc(0), Buffer.from([2]), Buffer.from("4abc")]) {
      const socket = await open();
      socket.send(data);
      assert.equal((await socket.closed()).code, 1005);
    }
  });

  it("F120 F157 F122 is never pinged, and closed when it falls silent", async () => {
    const socket = await open();
    socket.send("2");
    assert.equal(await socket.next(), "3");
    await socket.closed();
    assert.equal(socket.size, 0);
  });
});
