// What the network and the machine do to connections: a cable pulled, a laptop asleep, a clock set. Each generation of
// the client, and both sides give the reasons that they give with the original.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { asked, connectedOf, generations } from "./generations.mjs";
import { Cable } from "./network.mjs";
import {
  Fixture,
  connected,
  eventually,
  growth,
  latestFirst,
  reasonOf,
  reference,
  transportSets,
} from "./support.mjs";

/** Short, and still longer than a busy machine keeps a process waiting. */
const heartbeat = { pingInterval: 1000, pingTimeout: 4000 };

const kinds = generations.flatMap((kind) => transportSets.map((transports) => ({ kind, transports })));

/** The original stops the timer of revision 3 when the client upgrades, and does not find it dead. */
const found = kinds.filter(({ kind, transports }) => !(reference && kind.eio === "3" && transports.length > 1));

const nameOf = ({ kind, transports }) => `${kind.name} ${transports}`;

/** The clients of peers.mjs, all in one process, and what has become of each. */
class Peers {
  constructor(url, wrap = []) {
    const program = fileURLToPath(new URL("peers.mjs", import.meta.url));
    const list = JSON.stringify(found.map(({ kind, transports }) => [kind.package, transports]));
    const [file, ...args] = [...wrap, process.execPath, program, url, list];
    this.process = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.lives = found.map(() => []); // of each, one after the other: {id, reason}
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      const [index, what, value] = JSON.parse(line);
      if (what === "here") this.lives[index].push({ id: value });
      else if (this.lives[index].length > 0) this.lives[index].at(-1).reason ??= value;
    });
  }

  /** Waits until all are connected, and gives those lives of theirs. */
  here() {
    const lives = () => {
      const last = this.lives.map((each) => each.at(-1));
      return last.every((life) => life && !life.reason) ? last : undefined;
    };
    return eventually(lives, "all clients to be there");
  }

  async noticed(life, which) {
    return eventually(() => life.reason, `client ${nameOf(which)} to notice`);
  }

  stop() {
    this.process.kill("SIGKILL");
  }
}

/** How many sockets the server has open. */
function socketsOf({ pid }) {
  const kind = (fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ""; // closed in the meantime
    }
  };
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => kind(fd).startsWith("socket:")).length;
}

/** A server, an observer that is not concerned, and clients; all end with the test. */
async function scene(t, options, wrap) {
  const server = await Fixture.start({ allowEio3: true, ...heartbeat, ...options });
  t.after(() => server.stop());
  const observer = await connected(t, server, { reconnection: true });
  const before = socketsOf(server);
  const peers = new Peers(server.url, wrap);
  t.after(() => peers.stop());
  return { server, observer, before, peers };
}

describe("network and machine", { concurrency: true, skip: process.platform !== "linux" && "for Linux" }, () => {
  it("R156 R157 a pulled cable is found by both sides, nothing is kept, and clients come back", async (test) => {
    const t = latestFirst(test);
    const cable = await Cable.start();
    t.after(() => cable.stop());
    // What is queued must not hold a connection longer than the heartbeat does.
    const options = { host: cable.host, writeTimeout: 600_000 };
    const { server, observer, before, peers } = await scene(t, options, cable.wrap);
    const lost = await peers.here();
    const grown = await growth(server);
    cable.cut();
    const queued = 2_100_000;
    const reading = found.map(({ transports }) => transports.includes("websocket"));
    for (const [index, { id }] of lost.entries()) {
      for (let i = 0; reading[index] && i < 3; i++) observer.emit("in", [id], "lost", "x".repeat(queued / 3));
    }
    for (const [index, { id }] of lost.entries()) {
      assert.equal(await reasonOf(observer, id), "ping timeout", nameOf(found[index]));
    }
    if (!reference) { // the original waits 30 s for the end of a WebSocket
      await eventually(() => socketsOf(server) <= before || undefined, "the connections to be closed");
      const kept = (queued * reading.filter(Boolean).length) / 2;
      await eventually(async () => ((await grown()) < kept ? true : undefined), "the memory of what was queued");
    }
    for (const [index, life] of lost.entries()) {
      assert.equal(await peers.noticed(life, found[index]), "ping timeout", nameOf(found[index]));
    }
    cable.restore();
    for (const [index, { id }] of (await peers.here()).entries()) assert.notEqual(id, lost[index].id);
  });

  it("R159 a laptop that slept is given up, and comes back when it wakes", async (test) => {
    const { observer, peers } = await scene(latestFirst(test), {});
    const lost = await peers.here();
    peers.process.kill("SIGSTOP");
    for (const [index, { id }] of lost.entries()) {
      assert.equal(await reasonOf(observer, id), "ping timeout", nameOf(found[index]));
    }
    peers.process.kill("SIGCONT");
    for (const [index, life] of lost.entries()) {
      const reason = await peers.noticed(life, found[index]); // whichever it looks at first
      assert.match(reason, /^(ping timeout|transport (close|error))$/, nameOf(found[index]));
    }
    for (const [index, { id }] of (await peers.here()).entries()) assert.notEqual(id, lost[index].id);
  });

  // A build with sanitizers has no such library: nothing is loaded before their run time.
  const wallClock = process.env.SOCKETIO_WALL_CLOCK; // the library of wall_clock.cpp
  if (wallClock) {
    it("R159 the wall clock may be set by a day, and no connection suffers", async (test) => {
      const t = latestFirst(test);
      const day = 24 * 3600;
      const folder = mkdtempSync(join(tmpdir(), "clock-"));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = join(folder, "clock");
      const set = (seconds) => {
        writeFileSync(`${file}.new`, String(seconds));
        renameSync(`${file}.new`, file); // at once: the server reads it all the time
      };
      set(0);
      const wrap = ["env", `LD_PRELOAD=${wallClock}`, `WALL_CLOCK=${file}`];
      const server = await Fixture.start({ allowEio3: true, pingInterval: 300, pingTimeout: 10_000 }, { wrap });
      t.after(() => server.stop());
      const sockets = await Promise.all(
        kinds.map(({ kind, transports }) => connectedOf(t, kind, server, { transports })),
      );
      const lost = [];
      sockets.forEach((socket, index) => {
        socket.on("disconnect", (reason) => lost.push(`${nameOf(kinds[index])}: ${reason}`));
      });
      for (const days of [1, -1, 0]) {
        set(days * day);
        const [now] = await asked(sockets[0], "clock");
        assert.ok(Math.abs((now - Date.now()) / 1000 - days * day) < day / 2, String(new Date(now)));
        const beating = sockets.map(async (socket) => {
          let beats = 0;
          const count = ({ type }) => (beats += type === "ping" || type === "pong");
          socket.io.engine.on("packet", count);
          await eventually(() => beats >= 2 || lost.length > 0 || undefined, "heartbeats");
          assert.deepEqual(lost, []);
          socket.io.engine.off("packet", count);
          assert.deepEqual(await asked(socket, "ack", days), [days]);
        });
        await Promise.all(beating);
      }
    });
  }
});
