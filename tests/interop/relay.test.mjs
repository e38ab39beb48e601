// Raw relay, by examples/relay: what is passed on undecoded, between clients of both parsers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { end, start, wanted } from "./example.mjs";
import { connected, once, parsers, patience } from "./support.mjs";

if (wanted) describe("raw relay", () => {
  let server;
  before(async () => {
    server = await start("relay");
  });
  after(() => end(server));

  const strokes = [
    [],
    ["é😀\u0000\"\\", null, true, -0.5e-7, 0.1, 2 ** 53],
    [{ nested: [[[{}]], { "": [] }], _placeholder: false }],
    [Buffer.from("one"), { two: Buffer.from("two"), rest: [Buffer.alloc(0), "x"] }],
  ];
  const kinds = [["polling"], ["websocket"]].flatMap((transports) =>
    Object.entries(parsers).map(([name, parser]) => ({ name, options: { transports, parser } })),
  );

  for (const from of kinds) {
    test(`from ${from.name} over ${from.options.transports} to all kinds`, async (t) => {
      const board = `${from.name} ${from.options.transports}`;
      const speaker = await connected(t, server, from.options);
      const hearers = await Promise.all(kinds.map((k) => connected(t, server, k.options)));
      for (const each of hearers) await each.emitWithAck("open", board);
      for (const stroke of strokes) {
        const heard = hearers.map((each) => once(each, "draw"));
        await speaker.timeout(patience).emitWithAck("draw", board, ...stroke);
        for (const each of await Promise.all(heard)) assert.deepEqual(each, stroke);
      }
    });
  }

  test("what is wrong is refused before it is passed on", async (t) => {
    const hearer = await connected(t, server);
    await hearer.emitWithAck("open", "wrong");
    hearer.on("draw", () => assert.fail("heard"));
    const speaker = await connected(t, server);
    const gone = once(speaker, "disconnect");
    speaker.io.engine.write('2["draw","wrong",{"a":tru}]');
    await gone;
    await hearer.emitWithAck("open", "wrong");
  });
});
