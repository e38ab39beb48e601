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

/** The lines that a program prints until it ends by itself. */
async function linesPrinted(file, args, options) {
  try {
    const { stdout } = await run(file, args, { ...options, timeout: patience, killSignal: "SIGKILL" });
    return stdout.trim().split("\n").map((line) => line.trim());
  } catch ({ killed, message, stdout }) {
    return assert.fail(`the client ${killed ? "does not end" : "fails"}: ${message}\n${stdout}`);
  }
}

/** The lines that an example's client prints. */
export async function linesOf(t, name, server) {
  return linesPrinted(process.execPath, ["client.mjs", server.url], { cwd: await workplace(t, name) });
}

/** Why `linesInNetworkOfItsOwn` is not to be had, or false. */
export const noNetworkOfItsOwn = process.platform !== "linux" && "network namespaces are Linux's";

/** The same for an example whose port is fixed, and may be taken: both run, and end, where nobody else is. */
export async function linesInNetworkOfItsOwn(t, name) {
  const script = 'ip link set lo up; "$1" & "$2" client.mjs; code=$?; kill $!; exit $code';
  const apart = ["--net", "--pid", "--fork", "--kill-child", ...(process.getuid() === 0 ? [] : ["--map-root-user"])];
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const args = [...apart, "sh", "-c", script, "sh", program(name), process.execPath];
  return linesPrinted("unshare", args, { cwd: await workplace(t, name), env });
}
