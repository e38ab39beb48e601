// Starts Redis, three chat servers and nginx, and ends them all with itself.
//
//     node start.mjs CHAT-PROGRAM [--port N]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: [chat] } = parseArgs({ allowPositionals: true, options: { port: { type: "string" } } });

const folder = mkdtempSync(join(tmpdir(), "cluster-"));
const programs = new Map();
let ending = false;

process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end());

/** All end when one of those ends that the others cannot do without. */
function start(name, file, words, needed) {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn(file, words, { env, stdio: ["ignore", "pipe", "inherit"] });
  programs.set(name, child);
  child.on("error", ({ message }) => console.error(message));
  const gone = (code) => {
    programs.delete(name);
    if (!ending) console.log(`${name} has ended`);
    if (needed || code === undefined) end(1);
  };
  child.gone = once(child, "close").then(gone, () => gone());
  return child;
}

async function end(code = 0) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of programs.values()) child.kill("SIGTERM");
  // Who has not let go of everything by then is not waited for.
  const late = setTimeout(() => programs.forEach((child) => child.kill("SIGKILL")), 15_000);
  await Promise.all([...programs.values()].map(({ gone }) => gone));
  clearTimeout(late);
}

async function answers(where) {
  const socket = createConnection(where);
  return once(socket, "connect").then(() => true, () => false).finally(() => socket.destroy());
}

async function until_it_answers(where) {
  while (!ending && !await answers(where)) await sleep(20);
}

/** What a server prints; one that ends before has nobody to serve. */
const port_of = (child) => new Promise((resolve) => {
  createInterface(child.stdout).on("line", (line) => {
    const port = /http:\/\/localhost:(\d+)/.exec(line)?.[1];
    if (port) resolve(port);
  });
  child.gone.then(() => resolve(0));
});

/** The one that was asked for, or the first free one from 3000 on. */
async function free_port() {
  for (let port = Number(options.port ?? 3000); ; port++) {
    const probe = createServer().listen(port, "127.0.0.1");
    const free = await once(probe, "listening").then(() => probe.address().port, () => 0);
    if (free) {
      await new Promise((done) => probe.close(done));
      return free;
    }
    if (options.port) {
      console.error(`Port ${port} is taken.`);
      process.exit(1);
    }
  }
}

const port = await free_port();

// Redis: in a folder of our own, since whoever reaches it can do everything.
const socket = join(folder, "redis.sock");
start("Redis", "redis-server", ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder], true).stdout.resume();
await until_it_answers(socket);

// The servers.
const member = ["--port", "0", "--redis", `unix:${socket}`, "--name"];
const servers = [
  start("C++ 1", chat, [...member, "C++ 1"]),
  start("C++ 2", chat, [...member, "C++ 2"]),
  start("Node.js", process.execPath, [join(here, "server.mjs"), ...member, "Node.js"]),
];
const ports = await Promise.all(servers.map(port_of));
if (ports.includes(0)) await end(1);

// nginx in front of them.
let text = readFileSync(join(here, "nginx.conf"), "utf8")
  .replace("listen 127.0.0.1:3000", `listen 127.0.0.1:${port}`)
  .replace("examples/chat/page", join(here, "../chat/page"));
ports.forEach((its, i) => { text = text.replace(`127.0.0.1:${3001 + i}`, `127.0.0.1:${its}`); });
writeFileSync(join(folder, "nginx.conf"), text);
if (!ending) start("nginx", "nginx", ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], true).stdout.resume();
await until_it_answers({ port, host: "127.0.0.1" });

if (!ending) {
  for (const [name, { pid }] of programs) console.log(`${name}: process ${pid}`);
  console.log(`The chat is at http://localhost:${port}: each tab comes to one of three servers. Ctrl-C ends all.`);
}
