// Event contracts: the declaration that examples/contract prints, by the TypeScript compiler and
// with the official client.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connected, Fixture, once, shards } from "./support.mjs";

const run = promisify(execFile);
const program = process.env.SOCKETIO_EXAMPLES && join(process.env.SOCKETIO_EXAMPLES, "contract");
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

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

// The program has one loop whatever the suite is run for, so once is enough.
if (program && shards === 1) describe("event contracts", () => {
  let folder, server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "contract-"));
    const { stdout } = await run(program, ["--typescript"]);
    await writeFile(join(folder, "events.d.ts"), stdout);
    await writeFile(join(folder, "mistakes.mts"), mistakes);
    await copyFile(here("../../examples/contract/client.mjs"), join(folder, "client.mjs"));
    await writeFile(join(folder, "node.d.ts"), "declare const process: { argv: string[] };");
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
    await symlink(here("node_modules"), join(folder, "node_modules"), "dir");
    server = new Fixture(spawn(program, ["0"], { stdio: ["pipe", "pipe", "pipe"] }));
    await server.listening;
  });
  after(async () => {
    await server?.kill();
    await rm(folder, { recursive: true });
  });

  test("tsc accepts the client, and finds each mistake", async () => {
    const tsc = join(createRequire(import.meta.url).resolve("typescript"), "../tsc.js");
    await run(process.execPath, [tsc, "-p", folder]).catch((failure) =>
      assert.fail(failure.stdout),
    );
  });

  test("the example's client", async () => {
    const { stdout } = await run(process.execPath, ["client.mjs", server.url], { cwd: folder });
    assert.deepEqual(stdout.trim().split("\n").map((line) => line.trim()), [
      "here are Ada",
      "people: 1",
      "Ada says Hello",
      "Ada says Look 3",
      "gone: true",
    ]);
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
