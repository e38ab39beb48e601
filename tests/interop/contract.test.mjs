// Event contracts: the declaration that examples/contract prints, by the TypeScript compiler and
// with the official client.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { end, program, start, wanted, workplace } from "./example.mjs";
import { connected, once } from "./support.mjs";

const run = promisify(execFile);

// What must not compile: an error that does not come is one, too.
const mistakes = `
import { io, type Socket } from "socket.io-client";
import type { ClientToServerEvents, EventError, ServerToClientEvents } from "./events";
const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io();
// @ts-expect-error: no such event
socket.emit("jion", "Ada", "garden", (people) => {});
// @ts-expect-error: a number is no room
socket.emit("join", "Ada", 1, (people) => {});
// @ts-expect-error: there is an acknowledgement
socket.emit("join", "Ada", "garden");
// @ts-expect-error: the size is missing
socket.emit("say", "look", { name: "a.png" });
// @ts-expect-error: a message is no string
socket.on("message", (text: string) => {});
// @ts-expect-error: the answer is a boolean
socket.on("sure?", (room, ack) => ack("yes"));
// @ts-expect-error: the answer is a number
const people: string = await socket.emitWithAck("join", "Ada", "garden");
socket.emit("join", "Ada", "garden", (people) => {
  const right: number = people;
  if (typeof people === "object") console.log((people as EventError).position, right);
});
socket.emit("say", "Hello");
socket.emit("say", "Hello", null);
`;

const options = {
  ...{ noEmit: true, strict: true, allowJs: true, skipLibCheck: true, types: [] },
  ...{ target: "es2022", lib: ["es2022", "dom"], module: "esnext", moduleResolution: "bundler" },
};

if (wanted) describe("event contracts", () => {
  let server;
  before(async () => {
    server = await start("contract");
  });
  after(() => end(server));

  test("F210 tsc accepts the example's client, and finds each mistake", async (t) => {
    const folder = await workplace(t, "contract");
    const { stdout } = await run(program("contract"), ["--typescript"]);
    await writeFile(join(folder, "events.d.ts"), stdout);
    await writeFile(join(folder, "mistakes.mts"), mistakes);
    await writeFile(join(folder, "node.d.ts"), "declare const process: { argv: string[] };");
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
    const tsc = join(createRequire(import.meta.url).resolve("typescript"), "../tsc.js");
    await run(process.execPath, [tsc, "-p", folder]).catch((failure) =>
      assert.fail(failure.stdout),
    );
  });

  test("what is not checked by a compiler is checked when it comes", async (t) => {
    const socket = await connected(t, server);
    assert.deepEqual(await socket.emitWithAck("join", "Ada", 1), {
      error: "bad arguments",
      position: 2,
    });
    socket.emit("say", { not: "text" });
    socket.emit("say", "text", { name: "a.png", size: -1 });
    assert.equal(await socket.emitWithAck("join", "Ada", "hall"), 1);
    const heard = once(socket, "message");
    socket.emit("say", "still here");
    assert.deepEqual(await heard, [{ from: "Ada", text: "still here" }]);
  });
});
