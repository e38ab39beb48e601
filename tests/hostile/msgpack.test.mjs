// Hostile packets of clients that speak MessagePack: R133 and R134.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { growth } from "../interop/support.mjs";
import { Target, WsWire, frame, hostile } from "./wire.mjs";

// MessagePack by hand, in hexadecimal digits.
const hex = (text) => Buffer.from(text).toString("hex");
const str = (text) => (0xa0 + text.length).toString(16) + hex(text);
const map = (members) =>
  `8${members.length.toString(16)}` + members.map(([key, value]) => str(key) + value).join("");
const packet = ({ nsp = "/", ...members }) => map([...Object.entries(members), ["nsp", str(nsp)]]);
const event = (data, ...more) => map([["type", "02"], ["data", data], ["nsp", str("/")], ...more]);
const echo = (argument) => event("92" + str("echo") + argument);
const connect = packet({ type: "00" });
const binary = (digits) => frame(Buffer.from(digits, "hex"), { opcode: 2 });

/** A session whose client speaks MessagePack, joined. */
async function joined(fixture) {
  const wire = await WsWire.open(fixture);
  assert.match(await wire.text(), /^0\{"sid"/);
  await wire.send(binary(connect));
  const answer = await wire.next();
  assert.equal(answer.opcode, 2);
  assert.ok(answer.payload.includes("sid"));
  return wire;
}

const nested = (count, open, core) => open.repeat(count) + core;
const announcing = {
  "an array of 2^32-1 elements": "ddffffffff",
  "an object of 2^32-1 members": "dfffffffff",
  "2^32-1 bytes of binary": "c6ffffffff",
  "2^32-1 bytes of text": "dbffffffff",
  "2^32-1 bytes of an extension": "c9ffffffff00",
  "an array of 65,535 elements": "dcffff",
  "an object of 65,535 members": "deffff",
  "65,535 bytes of text": "daffff",
};

const violations = [
  ...Object.entries(announcing).flatMap(([name, head]) => [
    [`R133 ${name}, alone`, head],
    [
      `R133 ${name}, as an argument`,
      "83" + str("type") + "02" + str("nsp") + str("/") + str("data") + "92" + str("echo") + head,
    ],
    [
      `R133 ${name}, inside`,
      "83" +
        str("type") +
        "02" +
        str("nsp") +
        str("/") +
        str("data") +
        "92" +
        str("echo") +
        "81" +
        str("a") +
        "91" +
        head,
    ],
  ]),
  ["R133 0xc1", echo("c1")],
  ["R133 trailing bytes", echo("01") + "00"],
  ["R133 two packets in one message", echo("01") + echo("02")],
  ["R133 half a packet", echo("01").slice(0, -2)],
  ["R133 an empty message", ""],
  ...[
    "01",
    "ff",
    "c0",
    "c3",
    "90",
    "80",
    "c40161",
    "cb3ff0000000000000",
    "d40000",
    "d6ff00000000",
  ].map((key) => [`R133 the key ${key}`, echo(`81${key}01`)]),
  ["R133 a timestamp of three bytes", echo("c703ff000000")],
  ["R133 a timestamp with 2^30-1 nanoseconds", echo("d7fffffffffc00000000")],
  ...[127, 1000, 100_000, 900_000].flatMap((depth) => [
    [`R133 ${depth} nested arrays`, echo(nested(depth, "91", "90"))],
    [
      `R133 ${Math.min(depth, 300_000)} nested objects`,
      echo(nested(Math.min(depth, 300_000), "81a161", "80")),
    ],
  ]),
  ["R133 900,000 array heads, unclosed", "91".repeat(900_000)],
  ["R134 no type", packet({ data: "91a178" })],
  [
    "R134 no namespace",
    map([
      ["type", "02"],
      ["data", "91a178"],
    ]),
  ],
  ["R134 no data", packet({ type: "02" })],
  ["R134 an empty object", "80"],
  ["R134 a number", "02"],
  ["R134 an array", "93" + "02" + "91a178" + str("/")],
  ["R134 text", str("2")],
  ...[
    "05",
    "06",
    "ff",
    "ceffffffff",
    "cf0000000100000000",
    "cf0000000100000002",
    "cb3ff8000000000000",
    "cb7ff8000000000000",
    str("2"),
    "c0",
    "c3",
    "9102",
    "80",
  ].map((type) => [`R134 the type ${type}`, packet({ type, data: "92" + str("echo") + "01" })]),
  ...[
    str(""),
    str("admin"),
    str("/a,b"),
    "c0",
    "01",
    "90",
    "c4012f",
    "da0401" + hex("/".padEnd(1025, "n")),
  ].map((nsp) => [
    `R134 the namespace ${nsp.slice(0, 20)}`,
    map([
      ["type", "00"],
      ["nsp", nsp],
    ]),
  ]),
  ...[
    "ff",
    "cf0020000000000000",
    "cfffffffffffffffff",
    "cb3fe0000000000000",
    str("1"),
    "c3",
    "90",
  ].map((id) => [`R134 the id ${id}`, event("92" + str("ack") + "01", ["id", id])]),
  ...[
    "90",
    "9101",
    "91c0",
    "9180",
    "80",
    "c0",
    "01",
    str("x"),
    "91c40178",
    "91" + str("connect"),
    "91" + str("disconnecting"),
    "91da0101" + hex("n".repeat(257)),
  ].map((data) => [`R134 an event with the data ${data.slice(0, 20)}`, event(data)]),
  ["R134 an ack with an object", packet({ type: "03", data: "80", id: "00" })],
  ["R134 CONNECT with an array", packet({ type: "00", data: "90", nsp: "/multi-a" })],
  ["R134 CONNECT with an id", packet({ type: "00", id: "01", nsp: "/multi-a" })],
  ["R134 CONNECT twice", connect],
  ["R134 DISCONNECT with data", packet({ type: "01", data: "80" })],
  ["R134 CONNECT_ERROR", packet({ type: "04", data: "80" })],
  [
    "R134 an event where nothing was joined",
    packet({ type: "02", data: "91a178", nsp: "/multi-b" }),
  ],
];

describe("MessagePack that must be refused", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  for (const [name, digits] of violations) {
    it(name, async () => {
      const wire = await joined(target.fixture);
      await wire.send(binary(digits));
      assert.equal(await wire.closeCode(), 1005);
      await target.unharmed();
    });
  }

  it("R134 text from a client that speaks MessagePack", async () => {
    const wire = await joined(target.fixture);
    await wire.send(frame('42["echo",1]'));
    assert.equal(await wire.closeCode(), 1005);
    await target.unharmed();
  });

  it("R134 MessagePack from a client that speaks JSON", async () => {
    const wire = await WsWire.connected(target.fixture);
    await wire.send(binary(echo("01")));
    assert.equal(await wire.closeCode(), 1005);
    await target.unharmed();
  });

  it("R134 an event before CONNECT", async () => {
    for (const first of [echo("01"), packet({ type: "01" }), "00", "80"]) {
      const wire = await WsWire.open(target.fixture, { first: binary(first) });
      assert.equal(await wire.closeCode(), 1005, first);
    }
    await target.unharmed();
  });

  it("R115 twenty thousand CONNECTs to nowhere, in MessagePack", async () => {
    const wire = await joined(target.fixture);
    await wire.send(
      Buffer.concat(Array(20_000).fill(binary(packet({ type: "00", nsp: "/nope" }))))
    );
    let refusals = 0;
    for (let got; (got = await wire.next()) && got.opcode !== 8; refusals++) {
      assert.ok(got.payload.includes("Invalid namespace"));
    }
    assert.ok(refusals <= 101, `${refusals} refusals`);
    await wire.closed();
    await target.unharmed();
  });

  it("R133 takes no memory by announcement", async () => {
    const grown = await growth(target.fixture);
    for (let i = 0; i < 300; i++) {
      const wire = await joined(target.fixture);
      const [head] = [Object.values(announcing)[i % 5]];
      await wire.send(
        binary(
          "83" +
            str("type") +
            "02" +
            str("nsp") +
            str("/") +
            str("data") +
            "92" +
            str("echo") +
            head,
        ),
      );
      await wire.closeCode();
    }
    await target.unharmed();
    assert.ok((await grown()) < 20_000_000);
  });
});

describe("MessagePack that must be served", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  /** [name, argument of echo, what comes back]: the same unless told otherwise. */
  const rows = [
    ["numbers that are not as short as they can be", "cf0000000000000001", "01"],
    ["a float of 32 bits", "ca3fc00000", "cb3ff8000000000000"],
    ["R133 NaN", "cb7ff8000000000000", "c0"],
    ["R133 infinity", "cb7ff0000000000000", "c0"],
    ["R133 a timestamp", "d6ff00000000", "b8" + hex("1970-01-01T00:00:00.000Z")],
    ["R133 a timestamp that no Date can be", "c70cff000000007fffffffffffffff", "c0"],
    ["undefined", "d40000", "c0"],
    ["R133 text that is no UTF-8", "a2c328", "a4efbfbd28"],
    ["R133 a surrogate as text", "a3eda080", "a9efbfbdefbfbdefbfbd"],
    ["an unknown extension", "d405aa", "9205c401aa"],
    ["__proto__ as key", "81a9" + hex("__proto__") + "01"],
    ["a key twice", "82a16101a16102"],
    ["125 nested arrays", nested(125, "91", "90")],
    ["an empty string as key", "81a001"],
    ["R134 members that mean nothing", "01"],
  ];
  for (const [name, argument, expected = argument] of rows) {
    it(name, async () => {
      const wire = await joined(target.fixture);
      await wire.send(
        binary(event("92" + str("echo") + argument, ["attachments", "05"], ["options", "c0"])),
      );
      const answer = await wire.next();
      assert.equal(answer.payload.toString("hex"), echo(expected));
      wire.destroy();
      await target.unharmed();
    });
  }

  it("R125 R134 an ack without id", async () => {
    const wire = await joined(target.fixture);
    const ack = packet({ type: "03", data: "90" });
    await wire.send(Buffer.concat([binary(ack), binary(echo("01"))]));
    const answer = await wire.next();
    assert.equal(answer.payload.toString("hex"), echo("01"));
    wire.destroy();
    await target.unharmed();
  });

  it("a hundred thousand arrays", async () => {
    const wire = await joined(target.fixture);
    const many = "dd000186a0" + "9108".repeat(100_000);
    await wire.send(binary(event("92" + str("echo") + many)));
    const answer = await wire.next();
    assert.equal(answer.payload.toString("hex"), echo(many));
    wire.destroy();
    await target.unharmed();
  });
});
