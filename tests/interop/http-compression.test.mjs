// F093 to F097: polling answers, compressed for clients that accept it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { gunzipSync, inflateSync } from "node:zlib";
import { Fetch } from "engine.io-client";
import { Polling, search } from "./raw.mjs";
import { Fixture, connected, echoesAllSizes, within } from "./support.mjs";

const threshold = 1024;
let server;
before(async () => (server = await Fixture.start({ httpCompression: threshold })));
after(() => server.stop());

/** The answer to a GET as it is on the wire. */
function get(session, headers) {
  const asked = new Promise((resolve, reject) => {
    const path = `/socket.io/${search(session.query)}`;
    const req = httpRequest(
      { host: "127.0.0.1", port: server.port, path, headers, agent: false },
      (res) => {
        const pieces = [];
        res.on("data", (piece) => pieces.push(piece));
        res.on("end", () => resolve({ headers: res.headers, body: Buffer.concat(pieces) }));
        res.on("error", reject);
      },
    );
    req.on("error", reject);
    req.end();
  });
  return within(asked, "a GET");
}

/** What a client that accepts this gets for an echo of `size` bytes. */
async function echoed(size, encoding) {
  const session = await Polling.connected(server);
  const packet = `42["echo","${"x".repeat(size - '42["echo",""]'.length)}"]`;
  await session.post(packet);
  const answer = await get(session, encoding === undefined ? {} : { "accept-encoding": encoding });
  return { packet, coding: answer.headers["content-encoding"], body: answer.body };
}

const decoders = { gzip: gunzipSync, deflate: inflateSync };

describe("F093, F094 the coding", () => {
  const rows = [
    [undefined, undefined],
    ["identity", undefined],
    ["br", undefined],
    ["gzip", "gzip"],
    ["deflate", "deflate"],
    ["gzip, deflate, br, zstd", "gzip"],
    ["br, deflate, gzip", "deflate"],
    ["gzip;q=0.5, deflate;q=0.8", "deflate"],
    ["gzip;q=0, deflate;q=0", undefined],
    ["*", "gzip"],
  ];
  for (const [encoding, expected] of rows) {
    it(`for Accept-Encoding: ${encoding} is ${expected ?? "none"}`, async () => {
      const { packet, coding, body } = await echoed(5000, encoding);
      assert.equal(coding, expected);
      assert.equal((decoders[coding] ?? ((same) => same))(body).toString(), packet);
      if (coding) assert.ok(body.length < 200);
    });
  }
});

it("F093 answers below the threshold are not compressed", async () => {
  assert.equal((await echoed(threshold - 1, "gzip")).coding, undefined);
  assert.equal((await echoed(threshold, "gzip")).coding, "gzip");
});

it("F097 answers to POSTs are not compressed", async () => {
  const session = await Polling.connected(server);
  const { text, headers } = await session.post('42["echo","x"]', {
    headers: { "accept-encoding": "gzip" },
  });
  assert.equal(text, "ok");
  assert.equal(headers["content-encoding"], undefined);
});

it("F096 curl --compressed reads it", async () => {
  const session = await Polling.connected(server);
  const packet = `42["echo","${"ü€😀".repeat(1000)}"]`;
  await session.post(packet);
  const run = promisify(execFile);
  const { stdout } = await run("curl", [
    ...["--silent", "--show-error", "--max-time", "15", "--compressed", "--dump-header", "-"],
    `${server.url}/socket.io/${search(session.query)}`,
  ]);
  const [head, body] = stdout.split("\r\n\r\n");
  assert.match(head, /^content-encoding: (gzip|deflate)$/im);
  assert.equal(body, packet);
});

it("the official client reads it, text and binary", async (t) => {
  const socket = await connected(t, server, { transports: [Fetch] });
  await echoesAllSizes(socket);
});
