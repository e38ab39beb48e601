// The examples, each with the client beside it: what both of them print.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Fixture, shards, within } from "./support.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = process.env.SOCKETIO_EXAMPLES;

const examples = {
  presence: [
    "here: Ada",
    "Bob sees: 2 people",
    "Bob sees: 2 people",
    "joined: Bob",
    "count: 2",
    "left: Bob",
  ],
  history: ["Bob hears: anybody here?", "the price is 2"],
  namespaces: [
    "title: Document 7",
    "Bob reads: Once upon a time",
    "refused: who are you?",
  ],
};

// Each has one loop whatever the suite is run for, so once is enough.
if (folder && shards === 1) {
  for (const [name, lines] of Object.entries(examples)) {
    test(`examples/${name}`, async (t) => {
      const place = await mkdtemp(join(tmpdir(), `${name}-`));
      t.after(() => rm(place, { recursive: true }));
      await copyFile(here(`../../examples/${name}/client.mjs`), join(place, "client.mjs"));
      await symlink(here("node_modules"), join(place, "node_modules"), "dir");
      const stdio = ["pipe", "pipe", "pipe"];
      const server = new Fixture(spawn(join(folder, name), ["0"], { stdio }));
      t.after(() => server.kill());
      await within(server.listening, "the example to listen");
      const run = promisify(execFile)(process.execPath, ["client.mjs", server.url], { cwd: place });
      assert.deepEqual((await run).stdout.trim().split("\n"), lines);
    });
  }
}
