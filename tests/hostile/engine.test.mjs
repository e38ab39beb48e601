// Hostile use of Engine.IO: R61 to R86, as far as it is no matter of ordinary clients. Those are in
// ../interop: R71 R72 R85 in handshake.test.mjs, R73 R82 R84 in polling.test.mjs, R86a to R86h in upgrade.test.mjs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Polling, request, separator } from "../interop/raw.mjs";
import { eventually } from "../interop/support.mjs";
import {
  P,
  Target,
  W,
  Wire,
  WsWire,
  frame,
  get,
  hostile,
  parseResponse,
  post,
  upgrade,
} from "./wire.mjs";

describe("Engine.IO", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  /** A close may wait for a poll that takes it. */
  const gone = (session) =>
    eventually(async () => {
      if (await session.gone()) return true;
      await session.get();
    }, "the session to be closed");

  /** [name, target of a GET, status, code] */
  const queries = [
    ...[
      "",
      "constructor",
      "__proto__",
      "toString",
      "polling,polling",
      "webtransport",
      "POLLING",
      "%00",
    ].map((transport) => [
      `R61 the transport "${transport}"`,
      `/socket.io/?EIO=4&transport=${transport}`,
      400,
      0,
    ]),
    ["R61 no transport", "/socket.io/?EIO=4", 400, 0],
    ["R61 no query", "/socket.io/", 400, 0],
    ["R61 a transport of a megabyte", `/socket.io/?EIO=4&transport=${"x".repeat(1 << 20)}`, 414],
    ...[
      "unknown",
      "__proto__",
      "constructor",
      "%00",
      "a%00b",
      "x".repeat(5000),
      "%2e%2e%2f",
      "%0d%0a",
    ].map((sid) => [`R62 the sid "${sid.slice(0, 20)}"`, `${P}&sid=${sid}`, 400, 1]),
    ["R62 a sid of 100 kB", `${P}&sid=${"x".repeat(100_000)}`, 414],
  ];
  for (const [name, path, status, code] of queries) {
    it(name, async () => {
      const wire = await Wire.open(target);
      await wire.send(get(path));
      const answer = await wire.response();
      assert.equal(answer?.status, status);
      if (code !== undefined) assert.equal(JSON.parse(answer.text).code, code);
      wire.destroy();
      await target.unharmed();
    });
  }

  it("R62 a sid's beginning, its end, or another case is not the sid", async () => {
    const sid = await target.session();
    const swapped = sid.replace(/[a-z]/gi, (c) =>
      c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
    );
    for (const guess of [sid.slice(1), sid.slice(0, -1), `${sid}x`, swapped]) {
      const { status, text } = await request(target.fixture, {
        query: { EIO: "4", transport: "polling", sid: guess },
      });
      assert.equal(status, 400);
      assert.equal(JSON.parse(text).code, 1);
    }
  });

  it("R64 ten thousand guesses are all refused alike", async () => {
    const wire = await Wire.open(target);
    const count = 10_000;
    let asked = "";
    for (let i = 0; i < count; i++) asked += get(`${P}&sid=${"A".repeat(15)}${10_000 + i}`);
    wire.send(asked);
    for (let i = 0; i < count; i++) {
      const { status, text } = await wire.response();
      assert.equal(status, 400);
      assert.equal(text, '{"code":1,"message":"Session ID unknown"}');
    }
    wire.destroy();
    await target.unharmed();
  });

  /** Bodies that end the session; each is answered exactly once. */
  const bodies = [
    ["R76 a million separators", separator.repeat(999_999)],
    ["R79 bad base64", "b!!!"],
    ["R79 base64 cut short", "bA"],
    ["R79 base64 with white space", "bAA AA=="],
    ["R79 base64 for URLs", "b-_-_"],
    ["R79 padding in the middle", "bAA==AA=="],
    ["R79 700 kB of base64, out of turn", `b${"AAAA".repeat(175_000)}`],
    ["R80 an unknown type", "x"],
    ["R80 nothing", ""],
    ["R80 an open packet", "0{}"],
    ["R81 a ping", "2"],
    ["R81 a probe", "2probe"],
    ["a NUL", "\x00"],
    ["a type beyond ASCII", "\xff"],
    ["text that is not UTF-8", '42["echo","\xc3\x28"]'],
  ];
  for (const [name, body] of bodies) {
    it(name, async () => {
      const session = await Polling.connected(target.fixture);
      const wire = await Wire.open(target);
      const text = post([`Content-Length: ${body.length}`, "Connection: close"], body);
      await wire.send(text.replace("%SID", session.sid));
      const answers = await wire.responses();
      assert.deepEqual(
        answers.map(({ status }) => status).filter((s) => s !== 200 && s !== 400),
        [],
      );
      assert.equal(answers.length, 1);
      await gone(session);
      await target.unharmed();
    });
  }

  it("R74 a body without any length is empty, and ends the session", async () => {
    const session = await Polling.connected(target.fixture);
    const wire = await Wire.open(target);
    await wire.send(post([]).replace("%SID", session.sid));
    assert.equal((await wire.response())?.status, 200);
    wire.destroy();
    await gone(session);
    await target.unharmed();
  });

  it("R75 a large body in segments of a byte", async () => {
    const session = await Polling.connected(target.fixture);
    const body = `42["echo","${"x".repeat(50_000)}"]`;
    const wire = await Wire.open(target);
    const text = post([`Content-Length: ${body.length}`], body).replace("%SID", session.sid);
    for (let i = 0; i < text.length; i++) wire.socket.write(text[i]);
    assert.equal((await wire.response())?.status, 200);
    assert.equal((await session.packets((all) => all.length > 0))[0], body);
    wire.destroy();
    await target.unharmed();
  });

  it("R77 half a million pongs in one body", async () => {
    const session = await Polling.connected(target.fixture);
    const body = Array(500_000).fill("3").join(separator);
    const posted = session.post(body);
    await target.unharmed();
    const { status } = await posted;
    // Served, or too many packets for one payload (L15).
    assert.ok([200, 400, 413].includes(status), String(status));
    await target.unharmed();
  });

  it("R77 seventy thousand events in one body", async () => {
    const session = await Polling.connected(target.fixture);
    const posted = session.post(Array(70_000).fill('42["nobody"]').join(separator));
    await target.unharmed();
    await posted;
    await target.unharmed();
  });

  it("R83 a hundred thousand pongs that nobody asked for", async () => {
    const wire = await WsWire.connected(target.fixture);
    const pongs = Buffer.concat(Array.from({ length: 10_000 }, () => frame("3")));
    for (let i = 0; i < 10; i++) await wire.send(pongs);
    await wire.echo();
    wire.destroy();
    await target.unharmed();
  });

  for (const [name, request] of [
    ["an unknown sid", upgrade(`${W}&sid=unknown`)],
    ["another path", upgrade("/other/?EIO=4&transport=websocket")],
    ["an unknown transport", upgrade("/socket.io/?EIO=4&transport=x")],
    ["a good one", upgrade()],
    ["half a request", upgrade().slice(0, 60)],
  ]) {
    it(`R86 an upgrade and a reset at once: ${name}`, async () => {
      for (let i = 0; i < 20; i++) {
        const wire = await Wire.open(target);
        await wire.send(request);
        if (i % 2) await new Promise(setImmediate);
        wire.reset();
      }
      await target.unharmed();
    });
  }

  it("R86 a reset in every state of a polling session", async () => {
    for (const text of [
      get(),
      get(`${P}&sid=%SID`),
      post(["Content-Length: 10"], "42["),
      post(["Content-Length: 2"], "40"),
    ]) {
      for (let i = 0; i < 10; i++) {
        const wire = await Wire.open(target);
        await wire.send(text.replace("%SID", await target.session()));
        if (i % 2) await new Promise(setImmediate);
        wire.reset();
      }
    }
    await target.unharmed();
  });

  it("R86h a whole conversation in one segment", async () => {
    const wire = await Wire.open(target);
    await wire.send(
      Buffer.concat([Buffer.from(upgrade()), frame("40"), frame('420["ack","glued"]')]),
    );
    await wire.until(() => (wire.bytes.includes('430["glued"]') ? true : undefined), "the answer");
    assert.equal(parseResponse(wire.bytes).status, 101);
    assert.ok(wire.bytes.includes('430["glued"]'));
    wire.destroy();
    await target.unharmed();
  });
});

describe("R45 a valid request, cut at every byte", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  const glued = Buffer.concat([Buffer.from(upgrade()), frame("40"), frame('420["ack","x"]')]);
  const chunk = '420["ack","x"]';
  const cases = {
    "a handshake": { data: Buffer.from(get()), answer: /^HTTP\/1\.1 200 OK\r\n[^]*0\{"sid":.*\}$/ },
    "an upgrade with frames behind it": { data: glued, answer: /^HTTP\/1\.1 101 [^]*430\["x"\]$/ },
    "a chunked post": {
      data: () =>
        post(
          ["Transfer-Encoding: chunked"],
          `${chunk.length.toString(16)};x=y\r\n${chunk}\r\n0\r\nT: t\r\n\r\n`,
        ),
      answer: /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/,
    },
    "two requests": {
      data: Buffer.from(get("/other") + get("/socket.io/")),
      answer: /^HTTP\/1\.1 404 [^]*HTTP\/1\.1 400 [^]*"Transport unknown"\}$/,
    },
  };
  for (const [name, { data, answer }] of Object.entries(cases)) {
    it(name, async () => {
      const session = await Polling.connected(target.fixture);
      const whole = Buffer.isBuffer(data) ? data : Buffer.from(data().replace("%SID", session.sid));
      const check = async (pieces) => {
        const wire = await Wire.open(target);
        for (const piece of pieces) {
          await wire.send(piece);
          await new Promise(setImmediate);
        }
        await wire.until(
          () => (answer.test(wire.bytes.toString("latin1")) ? true : undefined),
          name,
        );
        assert.match(wire.bytes.toString("latin1"), answer);
        wire.destroy();
      };
      await check([whole]);
      for (let cut = 1; cut < whole.length; cut++) {
        await check([whole.subarray(0, cut), whole.subarray(cut)]);
      }
      await check(Array.from(whole, (byte) => Buffer.from([byte])));
      await target.unharmed();
    });
  }
});
