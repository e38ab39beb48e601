// The chat example, started and killed. SOCKETIO_CHAT names the program.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

export const program = process.env.SOCKETIO_CHAT;

const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** Gives the process and the address that it prints. */
export async function launch(...words) {
  const [file, ...args] = existsSync(program) ? [program] : program.split(" ");
  const child = spawn(file, [...args, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  for await (const line of createInterface(child.stdout)) {
    const address = line.match(/http:\/\/localhost:\d+/)?.[0];
    if (address) return { child, address };
  }
  throw new Error(`${program} ended without naming its address`);
}

export async function kill(child) {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
