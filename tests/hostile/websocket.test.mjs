// Hostile WebSocket peers: R87 to R102, R106, R108, R109. (No extension is offered, so R103 to R105 do not apply;
// R107 is in ../interop/heartbeat.test.mjs.)
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { growth, sleep } from "../interop/support.mjs";
import { P, Target, W, Wire, WsWire, frame, get, hostile, upgrade } from "./wire.mjs";

const handshake = (...headers) => get(W, ...headers);
const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const version = "Sec-WebSocket-Version: 13";
const both = ["Connection: Upgrade", "Upgrade: websocket"];

describe("the WebSocket handshake", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  const rows = [
    ["F057 R87 no key", handshake(...both, version), [400]],
    [
      "R87 a key of 15 bytes",
      handshake(...both, version, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA"),
      [400],
    ],
    [
      "R87 a key of 17 bytes",
      handshake(...both, version, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA="),
      [400],
    ],
    [
      "R87 a key that is not base64",
      handshake(...both, version, `Sec-WebSocket-Key: ${"!".repeat(22)}==`),
      [400],
    ],
    ["R87 an empty key", handshake(...both, version, "Sec-WebSocket-Key:"), [400]],
    ["R87 two keys", handshake(...both, version, key, key), [400]],
    [
      "R87 a key of 10 kB",
      handshake(...both, version, `Sec-WebSocket-Key: ${"A".repeat(10_000)}`),
      [400],
    ],
    ...[
      "constructor",
      '__proto__; a="',
      Array(1000).fill("x").join(", "),
      'permessage-deflate; a="b',
      "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
      "permessage-deflate; client_max_window_bits=16",
      ",,,;;;===",
    ].map((value) => [
      `R88 the extension ${value.slice(0, 30)}`,
      upgrade(W, `Sec-WebSocket-Extensions: ${value}`),
      [101, 400],
    ]),
    ...[`b${" ".repeat(12_000)}x`, "\xc3\xa9", "a, a", "", ","].map((value) => [
      `R89 the protocol ${JSON.stringify(value.slice(0, 10))}`,
      upgrade(W, `Sec-WebSocket-Protocol: ${value}`),
      [101, 400],
    ]),
    ["F057 R90 no Upgrade header", handshake("Connection: Upgrade", version, key), [400]],
    ["R90 no Connection header", handshake("Upgrade: websocket", version, key), [400]],
    [
      "R90 Connection: keep-alive, Upgrade",
      handshake("Connection: keep-alive, Upgrade", "Upgrade: websocket", version, key),
      [101],
    ],
    [
      "R90 Upgrade: WebSocket",
      handshake("Connection: upgrade", "Upgrade: WebSocket", version, key),
      [101],
    ],
    ["R90 an upgrade by POST", upgrade().replace("GET", "POST"), [400, 405]],
    ["R90 an upgrade in HTTP/1.0", upgrade().replace("HTTP/1.1", "HTTP/1.0"), [400, 426]],
    ["R90 an upgrade of transport=polling", upgrade(P), [400]],
    ...["7", "8", "0", "25", "13, 8", "013", "", "x"].map((value) => [
      `R91 version ${JSON.stringify(value)}`,
      handshake(...both, key, `Sec-WebSocket-Version: ${value}`),
      [426],
    ]),
    ["R91 no version", handshake(...both, key), [426]],
    [
      "R91 keys of Hixie-76",
      handshake(...both, "Sec-WebSocket-Key1: 1 2", "Sec-WebSocket-Key2: 3 4") + "8bytes..",
      [426],
    ],
  ];
  for (const [name, text, statuses] of rows) {
    it(name, async () => {
      const wire = await Wire.open(target);
      await wire.send(text);
      const answer = await wire.response();
      assert.ok(statuses.includes(answer?.status), `${answer?.status} ${answer?.text}`);
      if (answer.status === 101) {
        assert.equal(answer.headers["sec-websocket-extensions"], undefined);
        assert.equal(answer.headers["sec-websocket-protocol"], undefined);
      }
      if (answer.status === 426) assert.equal(answer.headers["sec-websocket-version"], "13");
      wire.destroy();
      await target.unharmed();
    });
  }
});

const close = (payload) => frame(payload, { opcode: 8 });
const code = (n, reason = "") =>
  Buffer.concat([Buffer.from([n >> 8, n & 255]), Buffer.from(reason, "latin1")]);
const text = '42["echo","x"]';

/** [name, frames, the close code that answers them] */
const violations = [
  ["R92 an unmasked frame", [frame(text, { masked: false })], 1002],
  ["R92 an unmasked ping", [frame("", { opcode: 9, masked: false })], 1002],
  ...[1, 2, 4, 7].map((rsv) => [`R93 reserved bits ${rsv}`, [frame(text, { rsv })], 1002]),
  ["R93 a reserved bit in a ping", [frame("", { opcode: 9, rsv: 4 })], 1002],
  [
    "R93 a reserved bit in a continuation",
    [frame("42[", { fin: false }), frame('"x"]', { opcode: 0, rsv: 4 })],
    1002,
  ],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [
    `R94 opcode ${opcode}`,
    [frame("", { opcode })],
    1002,
  ]),
  ["R95 a ping of 126 bytes", [frame("x".repeat(126), { opcode: 9 })], 1002],
  ["R95 a close of 126 bytes", [close(code(1000, "x".repeat(124)))], 1002],
  ["R95 a fragmented ping", [frame("", { opcode: 9, fin: false })], 1002],
  ["R95 a fragmented close", [frame("", { opcode: 8, fin: false })], 1002],
  ["R95 a continuation of nothing", [frame("x", { opcode: 0 })], 1002],
  ["R95 text inside a fragmented message", [frame("42[", { fin: false }), frame(text)], 1002],
  [
    "R95 binary inside a fragmented message",
    [frame("42[", { fin: false }), frame("x", { opcode: 2 })],
    1002,
  ],
  [
    "R95 a continuation after the end",
    [frame("3", { fin: false }), frame("", { opcode: 0 }), frame("", { opcode: 0 })],
    1002,
  ],
  ["R96 a length with the top bit", [frame("x", { length: 1n << 63n, form: 64 })], 1002],
  ["R96 all bits of the length", [frame("x", { length: (1n << 64n) - 1n, form: 64 })], 1002],
  ["R96 a length of 2^62", [frame("x".repeat(10), { length: 1n << 62n, form: 64 })], 1009],
  ["R96 a length of 2^53", [frame("x", { length: 1n << 53n, form: 64 })], 1009],
  ["R96 a length of 2^32", [frame("x", { length: 1n << 32n, form: 64 })], 1009],
  ["R96 a byte too long, announced", [frame("x", { length: 1_000_001n, form: 64 })], 1009],
  ["R97 a 16-bit length of 5", [frame("3xxxx", { form: 16 })], 1002],
  ["R97 a 16-bit length of 125", [frame("3".repeat(125), { form: 16 })], 1002],
  ["R97 a 64-bit length of 5", [frame("3xxxx", { form: 64 })], 1002],
  ["R97 a 64-bit length of 65,535", [frame("3".repeat(65_535), { form: 64 })], 1002],
  ["R98 a byte too long", [frame("4".repeat(1_000_001))], 1009],
  [
    "R98 a byte too long, in fragments",
    [
      frame("4".repeat(500_000), { fin: false }),
      frame("4".repeat(500_000), { opcode: 0, fin: false }),
      frame("4", { opcode: 0 }),
    ],
    1009,
  ],
  [
    "R101 empty continuations without end",
    [frame("3", { fin: false }), ...Array(2000).fill(frame("", { opcode: 0, fin: false }))],
    1008,
  ],
  ["R106 a close of one byte", [close("x")], 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((n) => [
    `R106 close code ${n}`,
    [close(code(n))],
    1002,
  ]),
  ["R106 a reason that is not UTF-8", [close(code(1000, "\xc3\x28"))], 1007],
  ["R108 bad UTF-8", [frame('42["echo","\xff"]')], 1007],
  ["R108 bad UTF-8, at once", [frame('42["echo","\xff', { fin: false })], 1007],
  ["R108 a code point cut at the end of a message", [frame('42["echo","\xf0\x9f\x98')], 1007],
  [
    "R108 bad UTF-8 across fragments",
    [frame("42\xc3", { fin: false }), frame("\x28", { opcode: 0, fin: false })],
    1007,
  ],
  [
    "R108 bad UTF-8 in the second of three fragments",
    [frame("42[", { fin: false }), frame("\x80", { opcode: 0, fin: false })],
    1007,
  ],
  ["R108 a surrogate in UTF-8", [frame("42\xed\xa0\x80")], 1007],
  ["R108 overlong UTF-8", [frame("42\xc0\xaf")], 1007],
  ["R108 beyond Unicode", [frame("42\xf4\x90\x80\x80")], 1007],
];

describe("WebSocket frames that must be refused", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  for (const [name, frames, expected] of violations) {
    it(name, async () => {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(Buffer.concat(frames));
      assert.equal(await wire.closeCode(), expected);
      await target.unharmed();
    });
  }

  it("R93 the first bytes after the handshake", async () => {
    for (const first of [
      frame("40", { rsv: 4 }),
      frame("40", { masked: false }),
      "GET / HTTP/1.1\r\n\r\n",
    ]) {
      const wire = await WsWire.open(target.fixture, { first });
      assert.equal(await wire.closeCode(), 1002);
      await target.unharmed();
    }
  });

  it("every violation, a byte at a time", async () => {
    for (const [name, frames, expected] of violations) {
      const data = Buffer.concat(frames);
      if (data.length > 200) continue;
      const wire = await WsWire.connected(target.fixture);
      for (const byte of data) wire.socket.write(Buffer.from([byte]));
      assert.equal(await wire.closeCode(), expected, name);
    }
    await target.unharmed();
  });
});

describe("WebSocket frames that must be served", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  it("R97 every small length, and those around 64 KiB, in one stream", async () => {
    const wire = await WsWire.connected(target.fixture);
    const lengths = [...Array(301).keys(), ...Array.from({ length: 11 }, (_, i) => 65_530 + i)];
    wire.send(Buffer.concat(lengths.map((n) => frame(`42["echo","${"x".repeat(n)}"]`))));
    for (const n of lengths) assert.equal((await wire.text())?.length, 13 - 1 + n + 1);
    await wire.echo();
    wire.destroy();
    await target.unharmed();
  });

  it("R99 pings of 0 and 125 bytes, and between fragments", async () => {
    const wire = await WsWire.connected(target.fixture);
    for (const payload of ["", "x".repeat(125)]) {
      await wire.send(frame(payload, { opcode: 9 }));
      const pong = await wire.next();
      assert.deepEqual([pong.opcode, pong.payload.toString()], [10, payload]);
    }
    await wire.send(frame('42["ec', { fin: false }), frame("between", { opcode: 9 }));
    assert.equal((await wire.next()).opcode, 10);
    await wire.send(frame('ho","x"]', { opcode: 0 }));
    assert.equal(await wire.text(), text);
    wire.destroy();
    await target.unharmed();
  });

  it("pongs that nobody asked for", async () => {
    const wire = await WsWire.connected(target.fixture);
    for (const payload of ["", "x".repeat(125)]) await wire.send(frame(payload, { opcode: 10 }));
    await wire.echo();
    wire.destroy();
  });

  it("R100 fragments of a byte cost no more than the message", async () => {
    const wire = await WsWire.connected(target.fixture);
    const grown = await growth(target.fixture);
    await wire.send(frame("4", { fin: false }));
    const piece = Buffer.concat(Array(10_000).fill(frame("x", { opcode: 0, fin: false })));
    for (let i = 0; i < 50; i++) await wire.send(piece);
    await wire.send(frame("", { opcode: 9 }));
    assert.equal((await wire.next())?.opcode, 10);
    assert.ok((await grown()) < 16e6);
    wire.destroy();
    await target.unharmed();
  });

  it("R102 pings of one who never reads the pongs do not pile up", async () => {
    const wire = await WsWire.connected(target.fixture);
    const grown = await growth(target.fixture);
    wire.socket.pause();
    const piece = Buffer.concat(Array(5000).fill(frame("x".repeat(125), { opcode: 9 })));
    let taken = true;
    for (let i = 0; i < 100 && taken && !wire.ended; i++) {
      taken = await Promise.race([wire.send(piece).then(() => true), sleep(1000, false)]);
    }
    assert.ok((await grown()) < 24e6);
    wire.destroy();
    await target.unharmed();
  });

  it("R106 a close with a reason of 123 bytes, and every code that is allowed", async () => {
    for (const n of [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ]) {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(close(code(n, "x".repeat(123))));
      assert.ok([n, 1005].includes(await wire.closeCode()), String(n));
    }
    const wire = await WsWire.connected(target.fixture);
    await wire.send(close(""));
    assert.equal(await wire.closeCode(), 1005);
    await target.unharmed();
  });

  it("R109 data after a close, and a second close, are ignored", async () => {
    const wire = await WsWire.connected(target.fixture);
    await wire.send(
      Buffer.concat([close(code(1000)), frame('42["all","after","x"]'), close(code(1000))]),
    );
    assert.equal(await wire.closeCode(), 1000);
    await target.unharmed();
  });

  it("R109 one who closes and never ends the connection is cut off", async () => {
    const wire = await WsWire.connected(target.fixture);
    wire.socket.allowHalfOpen = true;
    await wire.send(frame("4nonsense"));
    const answer = await wire.next();
    assert.deepEqual([answer.opcode, answer.payload.length], [8, 0]);
    // Only a connection that the server has forgotten answers with a reset.
    await wire.cutOff(frame("3"));
    await target.unharmed();
  });

  it("R109 one who ends the connection without a close", async () => {
    const wire = await WsWire.connected(target.fixture);
    wire.socket.end();
    await wire.closed();
    await target.unharmed();
  });

  it("R110 a hundred thousand tiny messages leave room for others", async () => {
    const wire = await WsWire.connected(target.fixture);
    const flood = Buffer.concat(Array(10_000).fill(frame("6")));
    const sent = (async () => {
      for (let i = 0; i < 10; i++) await wire.send(flood);
    })();
    for (let i = 0; i < 5; i++) await target.unharmed();
    await sent;
    await wire.echo();
    wire.destroy();
  });
});
