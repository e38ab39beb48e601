// A session by hand, with curl, as a newcomer tries the server.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import { Fixture, reference, sleep } from "./support.mjs";

let server;
let url;
before(async () => {
  server = await Fixture.start();
  url = `${server.url}/socket.io/?EIO=4&transport=polling`;
});
after(() => server.stop());

const run = promisify(execFile);
async function curl(...args) {
  const { stdout } = await run("curl", ["--silent", "--show-error", "--max-time", "15", ...args]);
  return stdout;
}

async function session() {
  const opened = await curl(url);
  return `${url}&sid=${JSON.parse(opened.slice(1)).sid}`;
}

async function joined() {
  const at = await session();
  assert.equal(await curl("--data", "40", at), "ok");
  assert.match(await curl(at), /^40\{"sid":"[\w-]{20}"\}$/);
  return at;
}

it("opens, joins, sends an event and fetches the answer", async () => {
  const at = await joined();
  assert.equal(await curl("--data-binary", '42["echo","hello"]', at), "ok");
  assert.equal(await curl(at), '42["echo","hello"]');
});

it("waits in a held poll for what another curl sends", async () => {
  const at = await joined();
  const held = curl(at);
  await sleep(100);
  assert.equal(await curl("--data-binary", '420["ack","hello"]', at), "ok");
  assert.equal(await held, '430["hello"]');
});

it("sees status and headers", async () => {
  const answer = await curl("--include", url);
  const [head, body] = answer.split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(head, /^content-type: text\/plain; charset=UTF-8\r?$/im);
  assert.match(head, new RegExp(`^content-length: ${body.length}\r?$`, "im"));
});

it("is told what is wrong", async () => {
  const base = `${server.url}/socket.io/`;
  assert.equal(await curl(base), '{"code":0,"message":"Transport unknown"}');
  assert.equal(await curl(`${url}&sid=x`), '{"code":1,"message":"Session ID unknown"}');
  assert.equal(await curl("--data", "40", url), '{"code":2,"message":"Bad handshake method"}');
  assert.equal(
    await curl(`${base}?transport=polling`),
    '{"code":5,"message":"Unsupported protocol version"}',
  );
  assert.match(await curl("--write-out", "%{http_code}", server.url), /404$/);
});

it("uses one connection for several requests", async () => {
  const format = "\n%{num_connects}\n";
  const answer = await curl(
    "--write-out",
    format,
    url,
    "--next",
    "--silent",
    "--write-out",
    format,
    url,
  );
  assert.match(answer, /^0\{.*\}\n1\n0\{.*\}\n0\n$/);
});

it("speaks HTTP/1.0", async () => {
  const answer = await curl("--http1.0", "--include", url);
  assert.match(answer, /^HTTP\/1\.[01] 200 OK\r\n/);
  assert.doesNotMatch(answer, /transfer-encoding/i);
  assert.match(answer, /\r\n\r\n0\{"sid":/);
});

it("F383 R40 asks for HTTP/2 in vain, and is served", async () => {
  if (reference) return; // the original takes every Upgrade for a WebSocket
  assert.match(await curl("--http2", url), /^0\{"sid":/);
});

it("R37 posts with Expect: 100-continue, and chunked", async () => {
  const at = await joined();
  const expect = ["--header", "Expect: 100-continue", "--expect100-timeout", "10"];
  assert.equal(await curl(...expect, "--data-binary", '42["echo",1]', at), "ok");
  assert.equal(await curl(at), '42["echo",1]');
  const chunked = ["--header", "Transfer-Encoding: chunked"];
  assert.equal(await curl(...chunked, "--data-binary", '42["echo",2]', at), "ok");
  assert.equal(await curl(at), '42["echo",2]');
});

it("sends binary by hand", async () => {
  const at = await joined();
  const payload = '451-["bin",{"_placeholder":true,"num":0}]\x1ebaGVsbG8=';
  assert.equal(await curl("--data-binary", payload, at), "ok");
  assert.equal(await curl(at), payload);
});

it("upgrades, and sees the open packet in a WebSocket frame", async () => {
  const headers = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ].flatMap((header) => ["--header", header]);
  const address = url.replace("polling", "websocket");
  // curl has no end of its own here: the server answers, and then time is up.
  const args = ["--silent", "--include", "--no-buffer", "--max-time", "1", ...headers, address];
  const { stdout } = await run("curl", args).catch((error) => error);
  assert.match(stdout, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assert.match(stdout, /^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im);
  assert.match(stdout, /0\{"sid":"[\w-]{20,22}"/);
});
