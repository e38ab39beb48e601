// Hostile Socket.IO packets: R111 to R132. What ../interop/protocol.test.mjs already says to both servers is not repeated.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { growth } from "../interop/support.mjs";
import { Target, WsWire, bytes, frame, hostile } from "./wire.mjs";

const blob = (text) => ({ binary: bytes(text) });
const asFrame = (packet) => (packet.binary ? frame(packet.binary, { opcode: 2 }) : frame(packet));
const nested = (count, open, close, core = "") => open.repeat(count) + core + close.repeat(count);
const placeholder = (num) => `{"_placeholder":true,"num":${num}}`;
const one = placeholder(0);

/** What closes the connection, without a code, when said after "40" was answered. */
const violations = [
  ["R111 an event where nothing was joined", '42/multi-b,["echo",1]'],
  ["R112 type 9", "49"],
  ["R112 type 7", "47"],
  ["R112 type x", "4x"],
  ["R112 no type", "4"],
  ["R112 an empty frame", ""],
  ["R113 a megabyte of digits as attachment count", `45${"1".repeat(999_000)}`],
  ["R113 a megabyte of digits as id", `42${"1".repeat(999_000)}["echo"]`],
  ["R114 a second CONNECT", "40"],
  ["R115 a namespace of 900 kB", `40/${"x".repeat(900_000)},`],
  ...[
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ].map((name) => [`R116 the event ${name}`, `42["${name}"]`]),
  ["R116 a reserved name, escaped", '42["\\u0063onnect"]'],
  ...[
    "[]",
    "[{}]",
    "[null]",
    "[[]]",
    '{"a":1}',
    "[1,2]",
    "[true]",
    '"x"',
    "1",
    "null",
    "[",
    '["a"',
    '["a"]]',
    '["a"] x',
    '["a",]',
    "[,]",
    "{",
    "'a'",
    '["a" "b"]',
    '["a":1]',
    '["\\x"]',
    '["\\u12"]',
    '["a\nb"]',
    '["a\tb"]',
    "[/**/]",
    "\ufeff[]",
  ].map((json) => [
    `R117 the payload ${JSON.stringify(json)}`,
    `42${Buffer.from(json).toString("latin1")}`,
  ]),
  ["R118 an event without a payload", "42"],
  ["R118 an ack without a payload", "430"],
  ...["[1]", '"a"', "1", "{", "nonsense", "true", "null"].map((json) => [
    `R119 CONNECT with ${json}`,
    `40/multi-a,${json}`,
  ]),
  ["R120 auth of depth 100,000", `40/multi-a,${nested(100_000, '{"a":', "}", "1")}`],
  ...[130, 1000, 100_000].flatMap((depth) => [
    [`R122 ${depth} nested arrays`, `42["echo",${nested(depth, "[", "]")}]`],
    [`R122 ${depth} nested objects`, `42["echo",${nested(depth, '{"a":', "}", "1")}]`],
    [`R122 ${depth} nested arrays to be acknowledged`, `421["ack",${nested(depth, "[", "]")}]`],
    [`R122 ${depth} nested arrays in an ack`, `430[${nested(depth, "[", "]")}]`],
  ]),
  ["R122 half a million brackets, unclosed", `42["echo",${"[".repeat(500_000)}`],
  ...[
    "01",
    "+1",
    "NaN",
    "Infinity",
    "-Infinity",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "--1",
    "-",
    "1a",
  ].map((number) => [`R123 the number ${number}`, `42["echo",${number}]`]),
  ["R124 an id of 30 digits", `42${"1".repeat(30)}["ack",1]`],
  ["R124 an id of 400 digits", `42${"1".repeat(400)}["ack",1]`],
  ["R124 an id past 2^53", '429007199254740993["ack",1]'],
  ["R125 an ack that is an object", '430{"a":1}'],
  ["R126 eleven attachments", '4511-["bin"]'],
  ["R126 a hundred million attachments", '4599999999-["bin"]'],
  ["R127 no attachments, and then some", '450-["bin"]', blob("x"), blob("x")],
  ...["1e1-", "1 1-", "10x1-", "1.5-", "+1-", "", "-", "-1-", "0x1-", "01"].map((count) => [
    `R129 the attachment count ${JSON.stringify(count)}`,
    `45${count}["bin",${one}]`,
  ]),
  ["R129 a space before the count", `45 1-["bin",${one}]`],
  ...[
    "1",
    "-1",
    "1.5",
    '"0"',
    '"__proto__"',
    "null",
    "1e400",
    "99999999999",
    "true",
    "{}",
    "[0]",
  ].map((num) => [`R130 placeholder number ${num}`, `451-["bin",${placeholder(num)}]`, blob("x")]),
  ["R130 a placeholder without a number", '451-["bin",{"_placeholder":true}]', blob("x")],
  ["R131 a placeholder as event name", `451-[${one}]`, blob("x")],
  ["R131 a thousand places for one attachment", `451-["echo",${Array(1000).fill(one)}]`, blob("x")],
  ["R132 text among attachments", `451-["bin",${one}]`, '42["echo",1]'],
  ["R132 a CONNECT among attachments", `451-["bin",${one}]`, "40/multi-a,"],
  ["R132 a DISCONNECT among attachments", `451-["bin",${one}]`, "41"],
  ["R132 binary that nothing announced", blob("x")],
  ["R132 one attachment too many", `451-["nobody",${one}]`, blob("x"), blob("x")],
];

describe("Socket.IO packets that must be refused", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  for (const [name, ...packets] of violations) {
    it(name, async () => {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(Buffer.concat(packets.map(asFrame)));
      assert.equal(await wire.closeCode(), 1005);
      await target.unharmed();
    });
  }

  it("R111 packets before CONNECT", async () => {
    for (const packet of ['42["echo",1]', "41", '430["x"]', '451-["bin",{}]', "44", "4"]) {
      const wire = await WsWire.open(target.fixture, { first: frame(packet) });
      assert.equal(await wire.closeCode(), 1005, packet);
    }
    await target.unharmed();
  });

  it("R111 an event right after DISCONNECT", async () => {
    const wire = await WsWire.connected(target.fixture);
    await wire.send(Buffer.concat([frame("41"), frame('42["echo",1]')]));
    assert.equal(await wire.closeCode(), 1005);
    await target.unharmed();
  });

  it("R115 twenty thousand CONNECTs to nowhere", async () => {
    const wire = await WsWire.connected(target.fixture);
    await wire.send(Buffer.concat(Array(20_000).fill(frame("40/nope,"))));
    let refusals = 0;
    for (let got; (got = await wire.next()) && got.opcode !== 8; refusals++) {
      assert.equal(got.payload.toString(), '44/nope,{"message":"Invalid namespace"}');
    }
    assert.ok(refusals <= 101, `${refusals} refusals`);
    await wire.closed();
    await target.unharmed();
  });
});

describe("Socket.IO packets that must be served", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  /** [name, packets, what is answered]: a text, a parsed payload ({json}), or nothing at all. */
  const rows = [
    [
      "R115 a namespace with odd characters",
      ['40/a"b\\c{}[],'],
      ['44/a"b\\c{}[],{"message":"Invalid namespace"}'],
    ],
    [
      "R115 a namespace with line breaks and NUL",
      ["40/a\r\nb\x00,"],
      ['44/a\r\nb\x00,{"message":"Invalid namespace"}'],
    ],
    [
      "R115 a namespace like a path",
      ["40/../multi-a,"],
      ['44/../multi-a,{"message":"Invalid namespace"}'],
    ],
    [
      "R120 an auth of nearly a megabyte",
      [`40/multi-a,{"a":"${"x".repeat(999_900)}"}`],
      [/^40\/multi-a,\{"sid":/],
    ],
    [
      "R121 __proto__ as key",
      ['42["echo",{"__proto__":{"x":1},"constructor":2}]'],
      ['42["echo",{"__proto__":{"x":1},"constructor":2}]'],
    ],
    [
      "R121 a key twice: the last counts",
      ['421["typed-message",{"user":"a","user":"b","text":"t"}]'],
      ['431[{"user":"b","text":"t","length":1}]'],
    ],
    [
      "R121 a key of 900 kB",
      [`42["echo",{"${"k".repeat(900_000)}":1}]`],
      [`42["echo",{"${"k".repeat(900_000)}":1}]`],
    ],
    [
      "R121 NUL in texts and keys",
      ['42["echo","a\\u0000b",{"\\u0000":1}]'],
      ['42["echo","a\\u0000b",{"\\u0000":1}]'],
    ],
    [
      "R122 120 nested arrays",
      [`42["echo",${nested(120, "[", "]")}]`],
      [`42["echo",${nested(120, "[", "]")}]`],
    ],
    ["R123 numbers near zero", ['42["echo",1E-999,0.0,0e9]'], ['42["echo",0,0,0]']],
    [
      "R123 a lone surrogate",
      ['42["echo","\\ud800","\\udc00x","\\ud83d\\ud83d\\ude00"]'],
      ['42["echo","\xef\xbf\xbd","\xef\xbf\xbdx","\xef\xbf\xbd\xf0\x9f\x98\x80"]'],
    ],
    ["R125 acks that nobody waits for", ['430["x"]', '439007199254740991["x"]'], []],
    ["R125 an ack without an id", ['43["x"]'], []],
    [
      "R125 the answer to a question, twice",
      ['42["ask",1]'],
      ['420["question",1]', { say: ['430["a"]', '430["b"]'] }, '42["answered",null,"a"]'],
    ],
    [
      "R131 two placeholders for one attachment",
      [`451-["echo",${one},${one}]`, blob("x")],
      [/^45[12]-\["echo",/, /^x$/, { perhaps: /^x$/ }],
    ],
    ["R131 a placeholder in a plain event", [`42["echo",${one}]`], [`42["echo",${one}]`]],
    [
      "R131 keys beside those of a placeholder",
      ['451-["bin",{"a":[{}],"num":0,"_placeholder":true}]', blob("x")],
      [`451-["bin",${one}]`, /^x$/],
    ],
    [
      "R132 a pong among attachments",
      [`451-["bin",${one}]`, "3", blob("x")],
      [`451-["bin",${one}]`, /^x$/],
    ],
    [
      "R140 names with the marks of formats and patterns",
      ['42["%s%n%x{}{0}$1"]', '421["join","%s%n{}*?[a]"]'],
      ['431["%s%n{}*?[a]"]'],
    ],
  ];
  for (const [name, packets, answers] of rows) {
    it(name, async () => {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(
        Buffer.concat(
          [...packets, ...(answers.some((a) => a.say) ? [] : ['4299["ack","end"]'])].map(asFrame),
        ),
      );
      const next = async () => (await wire.next())?.payload.toString("latin1");
      let peeked;
      for (const answer of answers) {
        if (answer.say) {
          await wire.send(Buffer.concat([...answer.say, '4299["ack","end"]'].map(asFrame)));
          continue;
        }
        const got = await next();
        if (answer.perhaps) {
          if (!answer.perhaps.test(got)) peeked = got;
        } else if (answer instanceof RegExp) assert.match(got, answer);
        else assert.equal(got, answer);
      }
      assert.equal(peeked ?? (await next()), '4399["end"]');
      wire.destroy();
      await target.unharmed();
    });
  }

  for (const number of [
    "1e400",
    "-1e400",
    "1".repeat(900_000),
    `0.${"1".repeat(900_000)}`,
    `1e${"9".repeat(1000)}`,
  ]) {
    it(`R123 the number ${number.slice(0, 20)}: refused, or something finite or null`, async () => {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(frame(`42["echo",${number}]`));
      const got = await wire.next();
      if (got?.opcode === 1) {
        const [, value] = JSON.parse(got.payload.toString().slice(2));
        assert.ok(value === null || Number.isFinite(value), String(value));
      }
      wire.destroy();
      await target.unharmed();
    });
  }

  it("R125 one client cannot answer for another", async () => {
    const [asked, other] = [
      await WsWire.connected(target.fixture),
      await WsWire.connected(target.fixture),
    ];
    await asked.send(frame('42["ask","who?"]'));
    const question = await asked.text();
    const id = /^42(\d+)\["question"/.exec(question)[1];
    await other.send(frame(`43${id}["me"]`));
    await other.echo();
    await asked.send(frame(`43${id}["I"]`));
    assert.equal(await asked.text(), '42["answered",null,"I"]');
    asked.destroy();
    other.destroy();
  });

  it("R131 more or fewer attachments than placeholders", async () => {
    for (const [packet, count] of [
      [`452-["bin",${one}]`, 2],
      [`451-["echo",${one},${placeholder(1)}]`, 1],
      ['451-["echo","none"]', 1],
    ]) {
      const wire = await WsWire.connected(target.fixture);
      await wire.send(Buffer.concat([packet, ...Array(count).fill(blob("x"))].map(asFrame)));
      const got = await wire.next();
      assert.equal(got.opcode, 8);
      wire.destroy();
      await target.unharmed();
    }
  });

  it("R58 sixty thousand distinct keys in one object", async () => {
    const wire = await WsWire.connected(target.fixture);
    const keys = Array.from({ length: 60_000 }, (_, i) => `"key${i}":${i % 10}`).join(",");
    await wire.send(frame(`42["echo",{${keys}}]`));
    assert.ok((await wire.text()) === `42["echo",{${keys}}]`);
    wire.destroy();
    await target.unharmed();
  });

  it("R136 R137 fifty thousand rooms, joined, left, joined, and forgotten with their socket", async () => {
    for (let round = 0; round < 2; round++) {
      const wire = await WsWire.connected(target.fixture);
      for (let i = 0; i < 50_000; i += 5000) {
        const joins = Array.from({ length: 5000 }, (_, k) => frame(`42["join","room ${i + k}"]`));
        await wire.send(Buffer.concat(joins));
      }
      await wire.echo();
      wire.destroy();
      await target.unharmed();
    }
    const wire = await WsWire.connected(target.fixture);
    const both = Buffer.concat([frame('42["join","r"]'), frame('42["leave","r"]')]);
    const grown = await growth(target.fixture);
    for (let i = 0; i < 10; i++) await wire.send(Buffer.concat(Array(5000).fill(both)));
    await wire.echo();
    assert.ok((await grown()) < 8e6);
    wire.destroy();
  });
});
