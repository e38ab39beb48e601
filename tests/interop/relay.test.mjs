// Raw relay, by examples/relay: what is passed on undecoded, between clients of both parsers.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connected, Fixture, once, parsers, patience, shards } from "./support.mjs";

const run = promisify(execFile);
const program = process.env.SOCKETIO_EXAMPLES && join(process.env.SOCKETIO_EXAMPLES, "relay");
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// The program has one loop whatever the suite is run for, so once is enough.
if (program && shards === 1) describe("raw relay", () => {
  let server;
  before(async () => {
    server = new Fixture(spawn(program, ["0"], { stdio: ["pipe", "pipe", "pipe"] }));
    await server.listening;
  });
  after(() => server?.kill());

  test("the example's client", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "relay-"));
    t.after(() => rm(folder, { recursive: true }));
    await copyFile(here("../../examples/relay/client.mjs"), join(folder, "client.mjs"));
    await symlink(here("node_modules"), join(folder, "node_modules"), "dir");
    const { stdout } = await run(process.execPath, ["client.mjs", server.url], { cwd: folder });
    const lines = stdout.trim().split("\n").map((line) => line.trim());
    assert.deepEqual(lines.sort(), [
      "Bob sees { color: 'blue' } <Buffer 01 02 03>",
      "Bob sees { color: 'red', points: [ [ 1, 2 ], [ 3, 4 ] ] }",
      "at the board: 2",
      "bytes: 38",
    ]);
  });

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
