// F008, F112: permessage-deflate with the WebSocket of `ws`, and with the official clients on it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deflateRawSync } from "node:zlib";
import WebSocket from "ws";
import { Socket, search } from "./raw.mjs";
import { connectedOf, generations, heard } from "./generations.mjs";
import { Fixture, echoesAllSizes, within } from "./support.mjs";

const threshold = 1024;
let server;
before(async () => (server = await Fixture.start({ allowEio3: true, perMessageDeflate: threshold })));
after(() => server.stop());

const query = { EIO: 4, transport: "websocket" };
const echo = (size) => `42["echo","${"x".repeat(size - '42["echo",""]'.length)}"]`;

/** A session of `ws` with these options for the extension, and a count of the bytes it has read. */
async function session(options) {
  const socket = new Socket(server, { perMessageDeflate: options });
  await within(socket.opening, "the WebSocket to open");
  assert.match(await socket.next(), /^0\{"sid"/);
  socket.send("40");
  assert.match(await socket.next(), /^40\{/);
  return socket;
}

const bytesRead = (socket) => socket.ws._socket.bytesRead;

describe("F112 the offers that ws makes", () => {
  const rows = [
    {},
    { threshold: 0 },
    { serverNoContextTakeover: true, clientNoContextTakeover: true },
    { serverMaxWindowBits: 10 },
    { clientMaxWindowBits: 9, threshold: 0 },
    { serverMaxWindowBits: 9, clientMaxWindowBits: 15, threshold: 0 },
  ];
  for (const options of rows) {
    it(JSON.stringify(options), async () => {
      const socket = await session(options);
      assert.match(socket.ws.extensions, /permessage-deflate/);
      for (const size of [20, threshold - 1, threshold, 5000, 200_000]) {
        const had = bytesRead(socket);
        socket.send(echo(size));
        assert.equal(await socket.packet(), echo(size));
        const came = bytesRead(socket) - had;
        if (size < threshold) assert.ok(came >= size);
        else assert.ok(came < size / 5, `${came} bytes for ${size}`);
      }
      socket.terminate();
    });
  }
});

it("F112 a client that offers nothing gets everything as it is", async () => {
  const socket = await session(false);
  assert.equal(socket.ws.extensions, "");
  const had = bytesRead(socket);
  socket.send(echo(5000));
  assert.equal(await socket.packet(), echo(5000));
  assert.ok(bytesRead(socket) - had >= 5000);
  socket.terminate();
});

for (const kind of generations) {
  for (const transports of [["websocket"], ["polling", "websocket"]]) {
    it(`F112 F312 client ${kind.name} over ${transports} gets text and binary, compressed or not`, async (t) => {
      const socket = await connectedOf(t, kind, server, { transports, perMessageDeflate: { threshold } });
      const { engine } = socket.io;
      if (engine.transport.name === "polling") await heard(engine, "upgrade");
      const { ws } = engine.transport;
      assert.match(ws.extensions, /permessage-deflate/);
      await echoesAllSizes(socket);
      const binary = kind.eio === "3" ? 103_010 : 0; // which has its type in front, and is sent as it is
      const came = ws._socket.bytesRead - binary;
      assert.ok(came < 20_000, `${came} bytes`);

      const had = ws._socket.bytesRead;
      const echo = heard(socket, "echo");
      socket.emit("as-is", "x".repeat(50_000));
      assert.deepEqual(await echo, ["x".repeat(50_000)]);
      assert.ok(ws._socket.bytesRead - had > 50_000);
    });
  }
}

it("R103, R105 bombs and broken data end the connection, and nothing else", async () => {
  const witness = await session({});
  const rows = [
    [deflateRawSync(Buffer.alloc(200_000_000, 120)), [1009]],
    [Buffer.from([0xff, 0xff, 0xff]), [1007, 1002]],
  ];
  for (const [data, codes] of rows) {
    const socket = await session({});
    const head = Buffer.alloc(14); // with a mask of zeros
    head[0] = 0xc1; // FIN, RSV1, text
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(data.length), 2);
    const short = Buffer.from([0xc1, 0x80 | (data.length & 127), 0, 0, 0, 0]);
    socket.ws._socket.write(Buffer.concat([data.length < 126 ? short : head, data]));
    assert.ok(codes.includes((await socket.closed()).code));
  }
  witness.send(echo(3000));
  assert.equal(await witness.packet(), echo(3000));
  witness.terminate();
});

it("R88 a malformed offer is refused with 400, one that cannot be met is declined", async () => {
  const url = `${server.url.replace("http", "ws")}/socket.io/${search(query)}`;
  const opened = (value) => {
    const headers = { "sec-websocket-extensions": value };
    const ws = new WebSocket(url, { perMessageDeflate: false, headers });
    const result = new Promise((resolve) => {
      ws.on("error", () => {});
      ws.on("upgrade", (response) => resolve(response));
      ws.on("unexpected-response", (_, response) => resolve(response));
    });
    return within(result, "an answer").finally(() => ws.terminate());
  };
  assert.equal((await opened('permessage-deflate; a="b')).statusCode, 400);
  const declined = await opened("permessage-deflate; server_max_window_bits=7");
  assert.equal(declined.statusCode, 101);
  assert.equal(declined.headers["sec-websocket-extensions"], undefined);
});
