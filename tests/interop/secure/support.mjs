// Starts the server of secure/fixture.cpp.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Fixture, shards, within } from "../support.mjs";

const program = process.env.SOCKETIO_SECURE_FIXTURE;

/** Without OpenSSL the library has no TLS, and there is no such program. */
export const available = Boolean(program);

export class SecureFixture extends Fixture {
  /** `certificates` are {chainFile, keyFile}; `options` are flags in camel case. */
  static async start(certificates, options = {}) {
    const named = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const flags = Object.entries({ shards, ...options }).flatMap(([k, v]) => [named(k), String(v)]);
    for (const each of certificates) {
      flags.push("--certificate", each.chainFile, "--key", each.keyFile);
    }
    const fixture = new SecureFixture(spawn(program, flags, { stdio: ["pipe", "pipe", "pipe"] }));
    await within(fixture.listening, "the server to listen");
    return fixture;
  }

  constructor(child) {
    super(child);
    this.lines = createInterface({ input: child.stdout });
  }

  get url() {
    return `https://localhost:${this.port}`;
  }

  /** Writes a line to the server, and gives the next one that it prints. */
  async tell(line) {
    const answer = new Promise((resolve) => this.lines.once("line", resolve));
    this.child.stdin.write(`${line}\n`);
    return within(answer, `the answer to "${line}"`);
  }

  /** Also when a test run says that the original is under test: this is never the original. */
  async stop() {
    try {
      if (this.ended) throw new Error(`the server died\n${this.errors}`);
      const end = await this.close();
      if (end.code !== 0) throw new Error(`the server ended with ${end.code}\n${this.errors}`);
    } finally {
      await this.kill();
    }
  }
}
