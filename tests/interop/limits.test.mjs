// examples/limits: what an official client is told that asks for too much.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { client, connected, Fixture, once, shards, sleep, transportSets, within } from "./support.mjs";

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = process.env.SOCKETIO_EXAMPLES && join(process.env.SOCKETIO_EXAMPLES, "limits");

// The program has one loop whatever the suite is run for, so once is enough.
if (program && shards === 1) describe("limits", () => {
  let server;
  before(async () => {
    server = new Fixture(spawn(program, ["0"], { stdio: ["pipe", "pipe", "pipe"] }));
    await within(server.listening, "the example to listen");
  });
  after(() => server.kill());

  const stats = async () => (await fetch(`${server.url}/stats`)).json();
  const refused = ({ error }) => error === "limit exceeded";

  for (const transports of transportSets) {
    test(`events above the rate are refused, over ${transports.join(" then ")}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const before = (await stats()).events;
      const answers = await Promise.all(
        Array.from({ length: 60 }, () => socket.emitWithAck("say", "x")));
      const count = answers.filter(refused).length;
      assert.ok(count > 0 && count <= 40, `${count} were refused`);
      assert.ok(answers.every((answer) => refused(answer) || answer === 1));
      assert.equal((await stats()).events - before, count);
      await sleep(100);
      assert.equal(await socket.emitWithAck("say", "later"), 5);
    });
  }

  test("who sends too many bytes has to go", async (t) => {
    const socket = await connected(t, server);
    for (let i = 0; i < 3; i++) socket.emit("say", "x".repeat(90_000));
    const [reason] = await once(socket, "disconnect");
    assert.equal(reason, "transport close");
    assert.equal((await stats()).bytes, 1);
  });

  test("an address has so many sessions, and room for the next when one ends", async (t) => {
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await connected(t, server, { transports: ["polling"] }));
    const eleventh = client(t, server, { transports: ["polling"] });
    const [error] = await once(eleventh, "connect_error");
    assert.equal(error.context?.status ?? error.description, 429);
    all[0].disconnect();
    for (;;) {
      const next = client(t, server);
      if (await once(next, "connect").then(() => true, () => false)) break;
      await sleep(20);
    }
    assert.ok((await stats()).refused >= 1);
  });

  test("the example's client", async () => {
    const folder = await mkdtemp(join(tmpdir(), "limits-"));
    try {
      await copyFile(here("../../examples/limits/client.mjs"), join(folder, "client.mjs"));
      await symlink(here("node_modules"), join(folder, "node_modules"), "dir");
      const { stdout } = await run(process.execPath, ["client.mjs", server.url], { cwd: folder });
      const [heard, refusals, end] = stdout.trim().split("\n");
      assert.match(heard, /^heard: \d+$/);
      assert.equal(Number(heard.slice(7)) + Number(refusals.slice(9)), 50);
      assert.equal(end, "disconnected: transport close");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
