// Slow and greedy peers: R47 to R56, R128. The server's deadlines are shortened by flags.
// (R57 is in ../engine/over_memory.cpp; R60 in ../server/ceiling.cpp; R59 in ../memory/out_of_memory.cpp; R58 and R136 are in socketio.test.mjs.)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { Polling, request } from "../interop/raw.mjs";
import { Fixture, eventually, growth, sleep, within } from "../interop/support.mjs";
import { P, Target, Wire, WsWire, frame, get, hostile, post } from "./wire.mjs";

const run = promisify(execFile);

/** Seconds of processor time that the server has used. */
async function cpu(fixture) {
  const { stdout } = await run("ps", ["-o", "cputime=", "-p", String(fixture.pid)]);
  return stdout
    .trim()
    .split(/[:-]/)
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}

describe("slow peers", { ...hostile, concurrency: true }, () => {
  let target;
  const options = {
    headTimeout: 800,
    bodyTimeout: 800,
    writeTimeout: 1500,
    attachmentTimeout: 800,
    connectTimeout: 3000,
  };
  before(async () => (target = await Target.start(options)));
  after(() => target.stop());

  it("R47 one who sends nothing is sent away", async () => {
    const wire = await Wire.open(target);
    const answers = await wire.responses();
    assert.ok(answers.every(({ status }) => status === 408));
    await target.unharmed();
  });

  it("R48 two hundred who send a header now and then are sent away", async () => {
    const wires = await Promise.all(Array.from({ length: 200 }, () => Wire.open(target)));
    for (const wire of wires) wire.send(`GET ${P} HTTP/1.1\r\nHost: a\r\n`);
    const dripping = setInterval(() => wires.forEach((wire) => wire.send("X: y\r\n")), 200);
    try {
      await target.unharmed();
      for (const wire of wires) {
        const answers = await wire.responses();
        // A reset may take the answer with it, as we go on sending.
        assert.ok(answers.every(({ status }) => status === 408));
        assert.ok(answers.length === 1 || wire.error, "no answer");
      }
    } finally {
      clearInterval(dripping);
    }
    await target.unharmed();
  });

  it("R49 one who sends a body byte by byte is sent away", async () => {
    const sid = await target.session();
    const wire = await Wire.open(target);
    await wire.send(post(["Content-Length: 1000"], "42[").replace("%SID", sid));
    const dripping = setInterval(() => wire.send("x"), 200);
    try {
      const answers = await wire.responses();
      assert.ok(answers.every(({ status }) => status === 408));
    } finally {
      clearInterval(dripping);
    }
    await target.unharmed();
  });

  it("R50 one who does not read a large answer is cut off", async () => {
    const session = await Polling.connected(target.fixture);
    await session.post('42["stress",6,900000]');
    const wire = await Wire.open(target);
    wire.socket.pause();
    await wire.send(get(`${P}&sid=${session.sid}`));
    await wire.cutOff(get("/other"));
    await target.unharmed();
  });

  it("R50 one who does not read from a WebSocket is cut off", async () => {
    const wire = await WsWire.connected(target.fixture);
    wire.socket.pause();
    await wire.send(frame('42["stress",6,900000]'));
    await wire.cutOff(frame("3"));
    await target.unharmed();
  });

  it("R128 attachments that do not come", async () => {
    const wire = await WsWire.connected(target.fixture);
    const header = `4510-["echo"${Array.from({ length: 10 }, (_, i) => `,{"_placeholder":true,"num":${i}}`).join("")}]`;
    await wire.send(frame(header));
    const piece = frame("x".repeat(900_000), { opcode: 2 });
    for (let i = 0; i < 9; i++) await wire.send(piece);
    assert.equal(await wire.closeCode(), 1005);
    await target.unharmed();
  });

  it("R100 a fragmented message that does not end", async () => {
    const wire = await WsWire.connected(target.fixture);
    await wire.send(frame('42["echo",', { fin: false }));
    const dripping = setInterval(() => wire.send(frame("1", { opcode: 0, fin: false })), 200);
    try {
      assert.notEqual(await wire.closeCode(), 1000);
    } finally {
      clearInterval(dripping);
    }
    await target.unharmed();
  });
});

describe("greedy peers", hostile, () => {
  let target;
  before(async () => (target = await Target.start({ connectTimeout: 3000 })));
  after(() => target.stop());

  it("R51 two thousand sessions that are never used cost little, and end", async () => {
    const grown = await growth(target.fixture);
    const wire = await Wire.open(target);
    const sids = [];
    for (let i = 0; i < 2000; i++) {
      if (i % 100 === 0) await wire.send(get().repeat(100));
      sids.push(JSON.parse((await wire.response()).text.slice(1)).sid);
    }
    wire.destroy();
    assert.ok((await grown()) < 2000 * 2048);
    const query = { EIO: "4", transport: "polling", sid: sids.at(-1) };
    await eventually(async () => {
      const { status, text } = await request(target.fixture, { query });
      return status === 400 || text === "1" || undefined;
    }, "the last session to end");
    await target.unharmed();
  });

  it("R52 a thousand idle WebSockets cost little", async () => {
    const grown = await growth(target.fixture);
    const wires = [];
    for (let i = 0; i < 1000; i++) wires.push(await WsWire.connected(target.fixture));
    assert.ok((await grown()) < 1000 * 4096);
    for (const wire of wires) wire.destroy();
    await target.unharmed();
  });

  it("R53 one who asks for two hundred megabytes and reads nothing is cut off", async () => {
    const grown = await growth(target.fixture);
    const wire = await WsWire.connected(target.fixture);
    wire.socket.pause();
    await wire.send(frame('42["stress",200,1000000]'));
    await target.unharmed();
    assert.ok((await grown()) < 48e6);
    await wire.cutOff(frame("3"));
    await target.unharmed();
  });

  it("R54 of a room's members only the one who does not read is cut off", async () => {
    const [deaf, reader, speaker] = [
      await WsWire.connected(target.fixture),
      await WsWire.connected(target.fixture),
      await WsWire.connected(target.fixture),
    ];
    for (const wire of [deaf, reader]) {
      await wire.send(frame('420["join","r"]'));
      assert.equal(await wire.text(), '430["r"]');
    }
    deaf.socket.pause();
    const grown = await growth(target.fixture);
    const news = `42["bcast","${"x".repeat(100_000)}"]`;
    for (let i = 0; i < 400; i++) {
      await speaker.send(frame(news));
      assert.equal((await reader.text())?.length, news.length);
    }
    assert.ok((await grown()) < 48e6);
    await deaf.cutOff(frame("3"));
    await speaker.echo();
    await reader.echo();
    speaker.destroy();
    reader.destroy();
    await target.unharmed();
  });

  it("R55 three thousand short connections", async () => {
    const grown = await growth(target.fixture);
    for (let i = 0; i < 60; i++) {
      const wires = await Promise.all(Array.from({ length: 50 }, () => Wire.open(target)));
      for (const [k, wire] of wires.entries()) {
        if (k % 3 === 0) wire.reset();
        else wire.destroy();
      }
    }
    await target.unharmed();
    assert.ok((await grown()) < 1e6);
  });
});

describe("a server out of file descriptors", hostile, () => {
  it("R56 accepts no more, does not spin, and recovers by itself", async () => {
    const limit = 100;
    const wrap = ["sh", "-c", `ulimit -n ${limit} && exec "$@"`, "sh"];
    const fixture = await Fixture.start({}, { wrap });
    try {
      const wires = [];
      for (let i = 0; i < limit + 60; i++) wires.push(await Wire.open(fixture));
      await sleep(200);
      const before = await cpu(fixture);
      await sleep(2000);
      assert.ok((await cpu(fixture)) - before <= 1, "it spins");
      assert.equal(fixture.ended, undefined, fixture.errors);
      for (const wire of wires) wire.destroy();
      const query = { EIO: "4", transport: "polling" };
      const { status } = await within(request(fixture, { query }), "an answer");
      assert.equal(status, 200);
    } finally {
      await fixture.stop();
    }
  });
});
