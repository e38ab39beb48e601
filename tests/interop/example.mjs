// The programs in examples/, and the clients beside them.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Fixture, patience, reference, shards, within } from "./support.mjs";

const run = promisify(execFile);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Whether the examples are to be tested: not with the original server, not in a build with sanitizers, which has none,
 * and once is enough, as they have one loop whatever the suite is run for.
 */
export const wanted = !reference && !process.env.SOCKETIO_SANITIZED && shards === 1;

const programs = process.env.SOCKETIO_EXAMPLES;
if (wanted && !programs) throw new Error("SOCKETIO_EXAMPLES must name the folder with the examples' programs");

/** The folder of an example's sources. */
export const sources = (name = "") => path(`../../examples/${name}`);

/** The program of an example. */
export const program = (name) => join(programs, name);

/** Starts an example at a free port. */
export async function start(name) {
  const server = new Fixture(spawn(program(name), ["0"], { stdio: ["pipe", "pipe", "pipe"] }));
  try {
    await within(server.listening, `the example ${name} to listen`);
  } catch (failure) {
    server.child.kill("SIGKILL");
    throw failure;
  }
  return server;
}

/** Ends an example, which must have lived until now. */
export async function end(server) {
  if (!server) return; // it has not started
  try {
    assert.equal(server.ended, undefined, `the example died\n${server.errors}`);
  } finally {
    await server.kill();
  }
}

/** A folder in which an example's client can run; it goes with the test. */
export async function workplace(t, name) {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(join(sources(name), "client.mjs"), join(folder, "client.mjs"));
  await symlink(path("node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

/** The lines that an example's client prints until it ends by itself. */
export async function linesOf(t, name, server) {
  const cwd = await workplace(t, name);
  try {
    const { stdout } = await run(process.execPath, ["client.mjs", server.url], { cwd, timeout: patience });
    return stdout.trim().split("\n").map((line) => line.trim());
  } catch ({ killed, stdout, stderr }) {
    return assert.fail(`the client ${killed ? "does not end" : "fails"}:\n${stdout}${stderr}`);
  }
}

/** The same for an example whose port is fixed, and may be taken: both run where nobody else is. */
export async function linesInNetworkOfItsOwn(t, name) {
  const cwd = await workplace(t, name);
  const script = 'ip link set lo up; "$1" & server=$!; "$2" client.mjs; kill $server';
  const flags = process.getuid() === 0 ? ["--net"] : ["--net", "--map-root-user"];
  const { stdout } = await run("unshare", [...flags, "sh", "-c", script, "sh", program(name), process.execPath], {
    cwd,
    timeout: patience,
  });
  return stdout.trim().split("\n");
}
