// The long-polling transport, request by request.
import assert from "node:assert/strict";
import { request as httpRequest, Agent } from "node:http";
import { after, before, describe, it } from "node:test";
import { Polling, request, search, separator } from "./raw.mjs";
import { Fixture, collect, connected, eventually, filled, within } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

const gone = (session) =>
  eventually(async () => (await session.gone()) || undefined, "the session to be closed");

/** A POST whose body comes piece by piece; `pieces` may wait. */
function postInPieces(session, pieces, headers) {
  return within(
    new Promise((resolve, reject) => {
      const path = `/socket.io/${search(session.query)}`;
      const req = httpRequest(
        { host: "127.0.0.1", port: server.port, method: "POST", path, headers, agent: false },
        (res) => {
          let text = "";
          res.setEncoding("utf8").on("data", (piece) => (text += piece));
          res.on("end", () => resolve({ status: res.statusCode, text }));
          res.on("error", reject);
        },
      );
      req.on("error", reject);
      (async () => {
        for await (const piece of pieces) req.write(piece);
        req.end();
      })();
    }),
    "a POST in pieces",
  );
}

/** A request that has reached the server but is not complete, or not answered. */
async function pending(session, method, body) {
  const path = `/socket.io/${search(session.query)}`;
  const headers = method === "POST" ? { "Content-Length": 100 } : {};
  const req = httpRequest({
    host: "127.0.0.1",
    port: server.port,
    method,
    path,
    headers,
    agent: false,
  });
  const ended = new Promise((resolve) => {
    req.on("error", () => resolve({ status: 0 }));
    req.on("response", (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (piece) => (text += piece));
      res.on("end", () => resolve({ status: res.statusCode, text }));
      res.on("error", () => resolve({ status: 0 }));
    });
  });
  if (body) req.write(body);
  else if (method === "POST") req.flushHeaders();
  else req.end();
  await new Promise((resolve) => req.once("socket", (socket) => socket.once("connect", resolve)));
  await request(server, { path: "/other" }); // sent later, answered: the other one has arrived
  await request(server, { path: "/other" });
  return { ended, drop: () => req.destroy() };
}

describe("a poll", () => {
  it("F069 brings at once what is waiting, all of it", async () => {
    const session = await Polling.connected(server);
    await session.post(['42["echo",1]', '42["echo",2]', '42["echo","三"]'].join(separator));
    const { status, headers, text } = await session.get();
    assert.equal(status, 200);
    assert.equal(text, ['42["echo",1]', '42["echo",2]', '42["echo","三"]'].join(separator));
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(headers["content-length"], String(Buffer.byteLength(text)));
    assert.equal(headers["cache-control"], "no-store");
  });

  it("F070 has no ETag, is no answer for later, and ignores what busts caches", async () => {
    const session = await Polling.open(server, { query: { t: "first" } });
    assert.equal((await session.post("40", { query: { ...session.query, t: "PqXyZ.0" } })).status, 200);
    const conditions = { "if-none-match": "*", "if-modified-since": new Date().toUTCString() };
    for (const t of ["PqXyZ.1", "PqXyZ.1", "", "'\"<>&"]) {
      await session.post('42["echo",1]');
      const answer = await session.get({ query: { ...session.query, t }, headers: conditions });
      assert.equal(answer.status, 200);
      assert.ok(answer.text.includes('42["echo",1]') || answer.text.startsWith("40"));
      assert.equal(answer.headers.etag, undefined);
      assert.equal(answer.headers["last-modified"], undefined);
    }
  });

  it("F069 is held until there is something", async () => {
    const session = await Polling.connected(server);
    const poll = await pending(session, "GET");
    await session.post('42["echo","late"]');
    assert.deepEqual(await poll.ended, { status: 200, text: '42["echo","late"]' });
  });

  it("F140 brings binary as base64", async () => {
    const session = await Polling.connected(server);
    const posted = ['451-["bin",{"_placeholder":true,"num":0}]', "bAP8BAgM="].join(separator);
    await session.post(posted);
    assert.equal((await session.get()).text, posted);
  });

  it("F078 R82 beside another one ends the session", async () => {
    const session = await Polling.connected(server);
    const first = await pending(session, "GET");
    const second = await session.get();
    assert.deepEqual([second.status, second.text], [400, ""]);
    assert.deepEqual(await first.ended, { status: 200, text: "1" });
    await gone(session);
  });

  it("F080 whose connection breaks ends the session", async () => {
    const session = await Polling.connected(server);
    const poll = await pending(session, "GET");
    poll.drop();
    await gone(session);
  });

  it("F084 is answered with noop when the client closes", async () => {
    const session = await Polling.connected(server);
    const poll = await pending(session, "GET");
    const { status, text } = await session.post("1");
    assert.deepEqual([status, text], [200, "ok"]);
    assert.deepEqual(await poll.ended, { status: 200, text: "6" });
    assert.ok(await session.gone());
  });

  it("F086 brings the rest and then a close packet when the server closes", async () => {
    const session = await Polling.connected(server);
    await session.post('42["kick",true]');
    const packets = await session.packets((all) => all.includes("1"));
    assert.equal(packets[0], "41");
    assert.equal(packets.at(-1), "1");
    await gone(session);
  });

  it("F376 may be larger than what a client may send", async () => {
    const session = await Polling.connected(server);
    await session.post('42["stress",4,600000]');
    const packets = await session.packets((all) => all.length === 4);
    for (const [i, packet] of packets.entries()) {
      assert.equal(packet.length, 600_000 + `42["s",${i},""]`.length);
    }
  });
});

describe("a post", () => {
  it("F071 is answered with ok", async () => {
    const session = await Polling.connected(server);
    const { status, headers, text } = await session.post('42["echo",1]');
    assert.deepEqual([status, text], [200, "ok"]);
    assert.equal(headers["content-type"], "text/html");
    assert.equal(headers["content-length"], "2");
    assert.equal(headers["cache-control"], "no-store");
  });

  it("F073 may be chunked", async () => {
    const session = await Polling.connected(server);
    const { status } = await postInPieces(session, ["42[", '"echo"', ",1]"]);
    assert.equal(status, 200);
    assert.equal((await session.get()).text, '42["echo",1]');
  });

  it("F074 may be cut inside a character, and anywhere else", async () => {
    const session = await Polling.connected(server);
    const whole = Buffer.from('42["echo","Grüße 😀"]');
    for (const headers of [undefined, { "Content-Length": whole.length }]) {
      const bytes = Array.from(whole, (byte) => Buffer.from([byte]));
      assert.equal((await postInPieces(session, bytes, headers)).status, 200);
      assert.equal((await session.get()).text, whole.toString());
    }
  });

  it("F075 may have exactly the largest size", async () => {
    const session = await Polling.connected(server);
    const frame = '42["echo",""]';
    const text = "ü".repeat((1_000_000 - frame.length - 1) / 2) + "x";
    const body = `42["echo","${text}"]`;
    assert.equal(Buffer.byteLength(body), 1_000_000);
    assert.equal((await session.post(body)).status, 200);
    assert.ok((await session.get()).text === body);
  });

  for (const headers of [{ "Content-Length": 1_000_001 }, { "Transfer-Encoding": "chunked" }]) {
    it(`F075 F076 a byte too long is 413 and the session stays (${Object.keys(headers)})`, async () => {
      const session = await Polling.connected(server);
      const answer = await session
        .post("4".repeat(1_000_001), { headers })
        .catch((error) => ({ status: error.code }));
      // The server may close the connection while the client is still sending.
      assert.ok([413, "EPIPE", "ECONNRESET"].includes(answer.status), String(answer.status));
      await session.post('42["echo",1]');
      assert.equal((await session.get()).text, '42["echo",1]');
    });
  }

  it("F077 R73 of octets ends the session", async () => {
    const session = await Polling.connected(server);
    const headers = { "Content-Type": "application/octet-stream" };
    const { status, text } = await session.post('42["echo",1]', { headers });
    assert.deepEqual([status, text], [400, ""]);
    await gone(session);
  });

  it("F378 of any other type is text", async () => {
    const session = await Polling.connected(server);
    for (const type of ["text/plain;charset=UTF-8", "application/json", "image/png", "*/*"]) {
      await session.post('42["echo",1]', { headers: { "Content-Type": type } });
      assert.equal((await session.get()).text, '42["echo",1]');
    }
  });

  it("F079 R84 beside another one ends the session", async () => {
    const session = await Polling.connected(server);
    const first = await pending(session, "POST", "42[");
    const second = await session.post('42["echo",1]');
    assert.deepEqual([second.status, second.text], [400, ""]);
    await gone(session);
    first.drop();
  });

  it("F081 whose connection breaks ends the session", async () => {
    const session = await Polling.connected(server);
    const post = await pending(session, "POST", '42["echo"');
    post.drop();
    await gone(session);
  });

  for (const [name, body] of [
    ["an unknown packet type", "x"],
    ["an empty packet", `42["echo",1]${separator}`],
    ["nothing", ""],
  ]) {
    it(`F082 F083 with ${name} is answered, and ends the session`, async () => {
      const session = await Polling.connected(server);
      const { status, text } = await session.post(body);
      assert.deepEqual([status, text], [200, "ok"]);
      await gone(session);
    });
  }

  it("F142 is dispatched up to its first bad packet", async () => {
    const session = await Polling.connected(server);
    const poll = await pending(session, "GET");
    await session.post(['42["echo",1]', "x", '42["echo",2]'].join(separator));
    const { text } = await poll.ended;
    assert.ok(!text.includes('42["echo",2]'), text);
    await gone(session);
  });

  it("F088 being read does not keep a closed session", async () => {
    const session = await Polling.connected(server);
    const post = await pending(session, "POST", "42[");
    (await pending(session, "GET")).drop();
    await gone(session);
    await within(post.ended, "the end of the post", 5000); // less than a body may take
  });
});

describe("a client that is told the largest size of a post", () => {
  let small;
  before(async () => (small = await Fixture.start({ maxPayload: 3000 })));
  after(() => small.stop());

  it("F004 cuts its posts accordingly", async (t) => {
    const socket = await connected(t, small, { transports: ["polling"] });
    const list = collect(socket, "echo");
    const texts = Array.from({ length: 30 }, (_, i) => `${i} ${"ü".repeat(i % 2 ? 400 : 650)}`);
    for (const text of texts) socket.emit("echo", text);
    await filled(list, 30); // all in one post would be 413, and the end
    assert.deepEqual(list.flat(), texts);
  });

  it("F004 F075 is cut off when it does not", async () => {
    const session = await Polling.connected(small);
    const fits = `42["echo","${"x".repeat(3000 - '42["echo",""]'.length)}"]`;
    assert.equal((await session.post(fits)).status, 200);
    assert.equal((await session.get()).text, fits);
    assert.equal((await session.post(`${fits} `)).status, 413);
  });
});

describe("connections of a polling session", () => {
  it("F089 may be closed after each request", async () => {
    const session = await Polling.connected(server);
    for (let i = 0; i < 5; i++) {
      await session.post(`42["echo",${i}]`, { headers: { Connection: "close" } });
      const { headers, text } = await session.get({ headers: { Connection: "close" } });
      assert.equal(text, `42["echo",${i}]`);
      assert.equal(headers.connection, "close");
    }
  });

  it("may be one for all requests", async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const session = await Polling.connected(server);
    const ports = new Set();
    agent.on("free", (socket) => ports.add(socket.localPort));
    for (let i = 0; i < 20; i++) {
      await session.post(`42["echo",${i}]`, { agent });
      assert.equal((await session.get({ agent })).text, `42["echo",${i}]`);
    }
    assert.equal(ports.size, 1);
  });

  it("may be kept after an error, and after a 404", async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ports = new Set();
    agent.on("free", (socket) => ports.add(socket.localPort));
    const query = { EIO: "4", transport: "polling", sid: "unknown" };
    assert.equal((await request(server, { agent, query })).status, 400);
    assert.equal((await request(server, { agent, path: "/other" })).status, 404);
    const session = await Polling.connected(server, {});
    await session.post('42["echo",1]', { agent });
    assert.equal((await session.get({ agent })).text, '42["echo",1]');
    assert.equal(ports.size, 1);
  });

  it("R65 may come without the cookies and headers of the first", async () => {
    const session = await Polling.open(server, { headers: { Cookie: "a=b", "X-Probe": "p" } });
    await session.post("40");
    assert.match((await session.get()).text, /^40\{"sid":/);
  });

  it("are not confused by two hundred sessions at once", async () => {
    const sessions = await Promise.all(
      Array.from({ length: 200 }, () => Polling.connected(server)),
    );
    const polls = sessions.map((session) => session.get());
    await Promise.all(sessions.map((session, i) => session.post(`42["echo",${i}]`)));
    for (const [i, poll] of polls.entries()) assert.equal((await poll).text, `42["echo",${i}]`);
  });
});
