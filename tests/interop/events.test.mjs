// Events, acknowledgements and binary data between the official client and the server, over every transport.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  Fixture,
  ask,
  barrier,
  collect,
  connected,
  once,
  parser,
  reference,
  transportSets,
  upgraded,
} from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

async function echo(socket, ...args) {
  const heard = once(socket, "echo");
  socket.emit("echo", ...args);
  return heard;
}

const values = {
  "no argument": [],
  "null, true, false": [null, true, false],
  "empty string, array, object": ["", [], {}],
  "small integers": [0, 1, -1, 127, 128, -128, 255, 256, 65535, 65536],
  "integers at the edge of int32": [2147483647, -2147483648, 2147483648, 4294967295, 4294967296],
  "integers at the edge of exactness": [9007199254740991, -9007199254740991, 9007199254740992],
  "integers past int64": [9223372036854775807, 18446744073709551615, 1e20, 123456789012345680000],
  fractions: [0.5, -0.25, 0.1, 1 / 3, 1.5e-9, 3.141592653589793, 123456.789],
  "the range of doubles": [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON],
  "the forms of large numbers": [1e21, 1.5e300, 1e-7, 1e-6, 5e-324, 1e5, 1000000],
  "escapes in strings": ['"', "\\", "/", "\b\f\n\r\t", "\u0000\u0001\u001f\u007f", "\u2028\u2029"],
  "strings that look like protocol": [
    "42",
    "451-",
    ",",
    "/nsp,",
    "_placeholder",
    "b64",
    "\x1e",
    "1:2",
  ],
  "Latin, Greek, Cyrillic, CJK": ["Grüße", "Ωμέγα", "Привет", "你好，世界", "こんにちは", "한국어"],
  "astral characters": ["😀", "👩‍👩‍👧‍👦", "𝒳𝔘𐍈", "a😀b😀c", "\u{10ffff}", "\uffff\ufffe"],
  "right-to-left and combining": ["שלום", "مرحبا", "e\u0301", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A"],
  nested: [{ a: [1, { b: [null, { c: "d" }] }], e: {} }, [[[]]], [[], [[]]]],
  "odd keys": [{ "": 1, " ": 2, "a.b": 3, "\n": 4, "😀": 5, 0: 6, "-1": 7, __proto__x: 8 }],
  "key order": [JSON.parse('{"z":1,"a":2,"m":{"y":1,"b":2}}')],
  "an array of a thousand numbers": [Array.from({ length: 1000 }, (_, i) => i * 1.5)],
  "an object of a thousand members": [
    Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key-${i}`, i])),
  ],
  "depth 100": [JSON.parse("[".repeat(100) + "]".repeat(100))],
  "thirty arguments": Array.from({ length: 30 }, (_, i) => `argument ${i}`),
};

/** Whether the client can say it: with MessagePack, whole numbers end where 64 bits do. */
const sayable = (x) => !parser || !Number.isInteger(x) || Math.abs(x) < 2 ** 64;

for (const transports of transportSets) {
  describe(`events over ${transports.join(" then ")}`, () => {
    for (const [name, all] of Object.entries(values)) {
      const args = all.filter(sayable);
      it(`F315 echoes ${name}`, async (t) => {
        const socket = await connected(t, server, { transports });
        assert.deepEqual(await echo(socket, ...args), args);
        assert.equal(JSON.stringify(await ask(socket, "ack", args)), JSON.stringify(args));
      });
    }

    it("turns what JSON lacks into null, as JavaScript does", async (t) => {
      const socket = await connected(t, server, { transports });
      const date = new Date(0);
      const given = [undefined, NaN, Infinity, -0, { gone: undefined, kept: 1 }, date];
      // (Ours does so for either parser: what a client hears does not depend on who says it.)
      const kept = reference && parser;
      assert.deepEqual(
        await echo(socket, ...given),
        kept
          ? [undefined, NaN, Infinity, 0, ...given.slice(4)]
          : [null, null, null, 0, { kept: 1 }, date.toJSON()],
      );
    });

    // The rest is about JSON's own text.
    if (parser) return;

    it("keeps one half of a surrogate pair from becoming bad UTF-8", async (t) => {
      const socket = await connected(t, server, { transports });
      const [text] = await echo(socket, "a\ud83db");
      // JavaScript strings hold lone surrogates, UTF-8 cannot: ours answers with the replacement character.
      assert.equal(text, reference ? "a\ud83db" : "a\ufffdb");
      assert.deepEqual(await echo(socket, { "\udc00": "\ude00\ud83d" }), [
        reference ? { "\udc00": "\ude00\ud83d" } : { "\ufffd": "\ufffd\ufffd" },
      ]);
    });

    it("F313 carries a million bytes in one message, both ways", async (t) => {
      const socket = await connected(t, server, { transports });
      const framing = Buffer.byteLength('42["echo",""]');
      for (const size of [999_999, 1_000_000]) {
        const text = "x".repeat(size - framing);
        const [answer] = await echo(socket, text);
        assert.equal(answer.length, text.length);
        assert.ok(answer === text);
      }
    });

    it("counts that million in bytes, not in characters", async (t) => {
      const socket = await connected(t, server, { transports });
      const room = 1_000_000 - Buffer.byteLength('42["echo",""]');
      const text = "é".repeat(Math.floor(room / 2));
      assert.ok((await echo(socket, text))[0] === text);
    });

    it("gives up a client whose message is a byte too long", async (t) => {
      const socket = await connected(t, server, { transports });
      if (transports.length > 1) await upgraded(socket);
      socket.emit("echo", "x".repeat(1_000_001 - Buffer.byteLength('42["echo",""]')));
      const [reason] = await once(socket, "disconnect");
      assert.match(reason, /^transport (close|error)$/);
    });

    it("F281 keeps the order of a thousand messages each way", async (t) => {
      const socket = await connected(t, server, { transports });
      const heard = collect(socket, "echo");
      const numbers = Array.from({ length: 1000 }, (_, i) => [i]);
      for (const [i] of numbers) socket.emit("echo", i);
      await barrier(socket);
      assert.deepEqual(heard, numbers);
    });

    it("sends a burst of sixteen megabytes, in order", async (t) => {
      const socket = await connected(t, server, { transports });
      if (transports.length > 1) await upgraded(socket);
      const heard = [];
      socket.on("s", (i, text) => heard.push(i * 1e6 + text.length));
      // In portions below the hard limit of queued output, 8 MiB.
      for (let portion = 0; portion < 4; portion++) {
        socket.emit("stress", 64, 65_536);
        await barrier(socket);
      }
      const portion = Array.from({ length: 64 }, (_, i) => i * 1e6 + 65_536);
      assert.deepEqual(heard, [portion, portion, portion, portion].flat());
    });

    it("acknowledges with one value, several, and none", async (t) => {
      const socket = await connected(t, server, { transports });
      assert.equal(await ask(socket, "ack", "x"), "x");
      const many = await new Promise((resolve) =>
        socket.emit("ack-many", 1, "two", [3], { four: 4 }, null, (...args) => resolve(args)),
      );
      assert.deepEqual(many, [1, "two", [3], { four: 4 }, null]);
      const none = await new Promise((resolve) =>
        socket.emit("ack-many", (...args) => resolve(args)),
      );
      assert.deepEqual(none, []);
    });

    it("answers two hundred questions at once, each with its own answer", async (t) => {
      const socket = await connected(t, server, { transports });
      const numbers = Array.from({ length: 200 }, (_, i) => i);
      assert.deepEqual(await Promise.all(numbers.map((i) => ask(socket, "ack", i))), numbers);
    });

    it("makes a handler's returned value the acknowledgement", async (t) => {
      const socket = await connected(t, server, { transports });
      assert.equal(await ask(socket, "typed-add", 2, 40), 42);
      assert.equal(await ask(socket, "typed-add", -2147483647, -1), -2147483648);
      assert.deepEqual(await ask(socket, "typed-message", { user: "Zoë", text: "Grüße 😀" }), {
        user: "Zoë",
        text: "Grüße 😀",
        length: 12,
      });
    });

    for (const event of ["ask", "ask-coro"]) {
      it(`F296 F300 hears the client's answer (${event})`, async (t) => {
        const socket = await connected(t, server, { transports });
        socket.on("question", (x, answer) => answer({ asked: x }));
        for (const x of [1, "two", { three: [3] }, null]) {
          const answered = once(socket, "answered");
          socket.emit(event, x);
          assert.deepEqual(await answered, [null, { asked: x }]);
        }
      });
    }

    it("takes the first answer to two questions, and waits for the other no longer", async (t) => {
      const socket = await connected(t, server, { transports });
      let late;
      socket.on("slow", (x, answer) => (late = answer));
      socket.on("quick", (x, answer) => answer(`${x}!`));
      for (const x of ["one", "two"]) {
        const answered = once(socket, "answered");
        socket.emit("ask-race", x);
        assert.deepEqual(await answered, [null, `${x}!`]);
        late("too late");
      }
      assert.equal(await ask(socket, "ack", "still here"), "still here");
    });

    it("F299 stops waiting for a client that does not answer", async (t) => {
      await Promise.all(
        ["ask", "ask-coro"].map(async (event) => {
          const socket = await connected(t, server, { transports });
          let late;
          socket.on("question", (x, answer) => (late = answer));
          const answered = once(socket, "answered");
          socket.emit(event, "anyone?");
          assert.deepEqual(await answered, ["timeout", null]);
          late("too late");
          assert.equal(await ask(socket, "ack", "still here"), "still here");
        }),
      );
    });

    it("survives a handler that throws", async (t) => {
      const socket = await connected(t, server, { transports });
      socket.emit("throw");
      assert.equal(await ask(socket, "ack", "alive"), "alive");
    });

    it("survives arguments that do not fit the handler", async (t) => {
      const socket = await connected(t, server, { transports });
      // In JavaScript nothing is checked, and the missing callback is an exception.
      socket.emit("typed-add", "two", { three: 3 });
      socket.emit("typed-message");
      socket.emit("typed-message", { user: 7 });
      socket.emit("join");
      assert.equal(await ask(socket, "ack", "alive"), "alive");
    });

    it("ignores events that nobody handles", async (t) => {
      const socket = await connected(t, server, { transports });
      socket.emit("nobody listens", 1);
      socket.emit("message", 1);
      socket.emit("error", "an event like any other");
      assert.equal(await ask(socket, "ack", "alive"), "alive");
    });
  });

  describe(`binary over ${transports.join(" then ")}`, () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

    it("echoes bytes of every value and every small length", async (t) => {
      const socket = await connected(t, server, { transports });
      const heard = collect(socket, "bin");
      for (let length = 0; length < 39; length++) socket.emit("bin", bytes.subarray(0, length));
      socket.emit("bin", bytes);
      await barrier(socket);
      assert.equal(heard.length, 40);
      for (let i = 0; i < 39; i++) assert.deepEqual(heard[i], [bytes.subarray(0, i)]);
      assert.deepEqual(heard[39], [bytes]);
    });

    it("F102 F144 F314 echoes typed arrays and array buffers as bytes", async (t) => {
      const socket = await connected(t, server, { transports });
      const view = new Uint8Array(new Uint8Array([9, 1, 2, 3, 9]).buffer, 1, 3);
      // (With MessagePack, the client sends the whole buffer of a view.)
      const views = parser ? [] : [view, new DataView(view.buffer, 1, 3)];
      for (const given of [new Uint8Array([1, 2, 3]).buffer, ...views]) {
        const heard = once(socket, "bin");
        socket.emit("bin", given);
        const [answer] = await heard;
        assert.deepEqual(Buffer.from(answer), Buffer.from([1, 2, 3]));
      }
    });

    it("F314 echoes bytes nested in objects and arrays", async (t) => {
      const socket = await connected(t, server, { transports });
      const given = {
        text: "before",
        one: Buffer.from("one"),
        list: [Buffer.from([0]), 2, [Buffer.from("deep"), null]],
        inner: { again: { again: Buffer.from([255, 0, 255]) } },
        placeholder: { num: 0, _placeholder: false },
        after: 3,
      };
      const heard = once(socket, "bin-nested");
      socket.emit("bin-nested", given);
      assert.deepEqual(await heard, [given]);
    });

    it("echoes several binary arguments among others", async (t) => {
      const socket = await connected(t, server, { transports });
      const given = [Buffer.from("a"), "b", { c: Buffer.from("c") }, 4, Buffer.from("e")];
      assert.deepEqual(await echo(socket, ...given), given);
      assert.deepEqual(await ask(socket, "ack", given), given);
    });

    it("carries ten attachments, the most there may be", async (t) => {
      const socket = await connected(t, server, { transports });
      const given = Array.from({ length: 10 }, (_, i) => Buffer.alloc(i + 1, i));
      assert.deepEqual(await echo(socket, given), [given]);
    });

    it("F314 acknowledges with bytes, and asks with them", async (t) => {
      const socket = await connected(t, server, { transports });
      assert.deepEqual(await ask(socket, "bin-ack", bytes), bytes);
      socket.on("question", (x, answer) => answer({ x, more: Buffer.from("more") }));
      const answered = once(socket, "answered");
      socket.emit("ask", { bytes });
      assert.deepEqual(await answered, [null, { x: { bytes }, more: Buffer.from("more") }]);
    });

    it("F313 carries 700,000 bytes", async (t) => {
      const socket = await connected(t, server, { transports });
      const large = Buffer.alloc(700_000, bytes);
      const answer = await ask(socket, "bin-ack", large);
      assert.equal(Buffer.compare(answer, large), 0);
    });

    it("keeps text and binary messages in order", async (t) => {
      const socket = await connected(t, server, { transports });
      const heard = collect(socket, "echo");
      const given = Array.from({ length: 60 }, (_, i) => [i % 3 ? i : Buffer.from([i])]);
      for (const [x] of given) socket.emit("echo", x);
      await barrier(socket);
      assert.deepEqual(heard, given);
    });
  });
}
