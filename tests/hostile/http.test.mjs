// Malformed and malicious HTTP/1.1: R1 to R45.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { request } from "../interop/raw.mjs";
import { growth, sleep } from "../interop/support.mjs";
import { P, Target, W, Wire, get, hostile, parseResponse, post, upgrade } from "./wire.mjs";

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join("");
const chunked = (body) => post(["Transfer-Encoding: chunked"], body);
const withLength = (length) => post([`Content-Length: ${length}`], "40   ");
const coded = (value) => post([`Transfer-Encoding: ${value}`], "2\r\n40\r\n0\r\n\r\n");
const hidden = get("/socket.io/?EIO=4&transport=polling&hidden=1");

/** [name, request, statuses]: one answer, then the connection is closed, and nothing else is served. */
const refused = [
  [
    "R1 Content-Length and Transfer-Encoding",
    post(["Content-Length: 6", "Transfer-Encoding: chunked"], "0\r\n\r\nX"),
  ],
  [
    "R2 Transfer-Encoding and Content-Length",
    post(["Transfer-Encoding: chunked", "Content-Length: 4"], `0\r\n\r\n${hidden}`),
  ],
  ["R3 two different lengths", post(["Content-Length: 5", "Content-Length: 10"], "40   ")],
  ["R4 two equal lengths", post(["Content-Length: 5", "Content-Length: 5"], "40   ")],
  ["R4 a list of equal lengths", withLength("5, 5")],
  ["R4 a list of different lengths", withLength("5, 10")],
  ...["+5", "-1", "0x5", "5 5", "", "-0", "\xd9\xa5", "18446744073709551616", "9".repeat(30)].map(
    (length) => [`R5 the length ${JSON.stringify(length)}`, withLength(length)],
  ),
  ["R6 the length 005", withLength("005")],
  ...[
    "xchunked",
    "identity",
    "chunked, chunked",
    "chunked, identity",
    "gzip, chunked",
    "\x0bchunked",
    '"chunked"',
    "",
    "chunked;q=1",
  ].map((value) => [`R7 the coding ${JSON.stringify(value)}`, coded(value), [400, 501]]),
  [
    "R7 two codings",
    post(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    [400, 501],
  ],
  [
    "R8 a space before the colon of Transfer-Encoding",
    post(["Transfer-Encoding : chunked"], "0\r\n\r\n"),
  ],
  ["R8 a space before Transfer-Encoding", post([" Transfer-Encoding: chunked"], "0\r\n\r\n")],
  ["R8 a space before the colon of Content-Length", post(["Content-Length : 5"], "40   ")],
  ["R9 Transfer-Encoding in HTTP/1.0", chunked("0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0")],
  ["R10 a folded header", get(P, "X: a\r\n b")],
  ["R10 a folded Transfer-Encoding", post(["Transfer-Encoding:\r\n chunked"], "0\r\n\r\n")],
  ["R11 LF after the request line", `GET ${P} HTTP/1.1\nHost: a\r\n\r\n`],
  ["R11 LF after a header", `GET ${P} HTTP/1.1\r\nHost: a\n\r\n`],
  ["R11 LF everywhere", `GET ${P} HTTP/1.1\nHost: a\n\n`],
  ["R11 LF at the end of the head", `GET ${P} HTTP/1.1\r\nHost: a\r\n\n`],
  ["R11 CR only", `GET ${P} HTTP/1.1\rHost: a\r\r`],
  ["R11 CR in a value", get(P, "X: a\rb")],
  ["R11 CR CR LF", `GET ${P} HTTP/1.1\r\r\nHost: a\r\n\r\n`],
  ...["\x00", "\x01", "\x08", "\x0b", "\x1f", "\x7f"].flatMap((byte) => [
    [`R12 ${JSON.stringify(byte)} in a name`, get(P, `X${byte}: a`)],
    [`F038 R12 ${JSON.stringify(byte)} in a value`, get(P, `X: a${byte}b`)],
    [`R12 ${JSON.stringify(byte)} in the target`, get(`${P}&x=${byte}`)],
  ]),
  ["R12 a tab in a name", get(P, "X\t: a")],
  ["R13 an empty name", get(P, ": x")],
  ["R13 no colon", get(P, "no colon here")],
  ["R13 a name that is no token", get(P, "X[]: y")],
  ["R13 a name in UTF-8", get(P, "\xc3\xbc: y")],
  ["R13 a space before the first header", `GET ${P} HTTP/1.1\r\n Host: a\r\n\r\n`],
  ["R14 101 headers", get(P, ...Array(100).fill("x: y")), [431]],
  ["R14 5,000 headers", get(P, ...Array(5000).fill("x:y")), [431]],
  ["R15 a header of 64 KiB", get(P, `X: ${"y".repeat(65_536)}`), [431]],
  ["R15 headers of 64 KiB in all", get(P, ...Array(64).fill(`X: ${"y".repeat(1000)}`)), [431]],
  ["R16 a target of 64 KiB", get(`${P}&x=${"y".repeat(65_536)}`), [414]],
  ["R16 a target a little too long", get(`${P}&x=${"y".repeat(8192)}`), [414]],
  ["R17 no Host", `GET ${P} HTTP/1.1\r\n\r\n`],
  ["R17 two Hosts", get(P, "Host: b")],
  ...["a, b", "[::", "user@a", "a/b", "a b", "a:port", "a\tb"].map((host) => [
    `R17 the Host ${JSON.stringify(host)}`,
    `GET ${P} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ]),
  ["R18 HTTP/0.9", "GET /x\r\n\r\n"],
  ...[
    "HTTP/1.2",
    "HTTP/9.9",
    "HTTP/2.0",
    "http/1.1",
    "HTTP/01.1",
    "HTTP/1.10",
    "HTTP/1",
    "HTTPS/1.1",
  ].map((version) => [`R18 ${version}`, get().replace("HTTP/1.1", version), [400, 505]]),
  ["R19 two spaces after the method", get().replace("GET ", "GET  ")],
  ["R19 two spaces before the version", get().replace(" HTTP", "  HTTP")],
  ["R19 tabs instead of spaces", get().replaceAll(" ", "\t").replace("Host:\t", "Host: ")],
  ["R19 a space at the end of the line", get().replace("HTTP/1.1\r", "HTTP/1.1 \r")],
  ["R19 a space before the method", ` ${get()}`],
  ["R20 the method get", get().replace("GET", "get"), [400, 501]],
  ["R20 a method of 64 KiB", get().replace("GET", "G".repeat(65_536)), [400, 414, 431, 501]],
  ["R24 a fragment", get(`${P}#frag`)],
  ["R25 a bad escape in the query", get(`${P}&x=%zz`)],
  ["R25 half an escape in the query", get(`${P}&x=%4`)],
  ["R27 two versions", get(`${P}&EIO=3`)],
  ["R27 two transports", get(`${P}&transport=websocket`)],
  ["R28 LF in a chunk extension", chunked("1;\na\r\n0\r\n\r\n")],
  ["R28 LF after a chunk size", chunked("2\n40\r\n0\r\n\r\n")],
  ["R28 LF after chunk data", chunked("2\r\n40\n0\r\n\r\n")],
  ["R28 CR alone after a chunk size", chunked("2\r40\r\n0\r\n\r\n")],
  ["R28 LF at the end of the body", chunked("2\r\n40\r\n0\r\n\n")],
  ...["0x1", "+1", "-2", "1_0", " 1", "1 ", "", "g"].map((size) => [
    `R29 the chunk size ${JSON.stringify(size)}`,
    chunked(`${size}\r\n4\r\n0\r\n\r\n`),
  ]),
  ["R30 sixteen f", chunked(`${"f".repeat(16)}\r\n`), [400, 413]],
  ["R30 seventeen digits", chunked(`${"0".repeat(16)}1\r\n`), [400, 413]],
  ["R30 a chunk a byte too large", chunked("f4241\r\n"), [400, 413]],
  ["R31 data longer than the chunk", chunked("1\r\nabc\r\n0\r\n\r\n")],
  ["R32 an extension of 64 KiB", chunked(`2;${"x".repeat(65_536)}\r\n40\r\n0\r\n\r\n`)],
  [
    "R32 small chunks with long extensions",
    chunked(many(2000, () => `1;${"x".repeat(100)}\r\n4\r\n`)),
  ],
  [
    "R34 trailers of 64 KiB",
    chunked(`2\r\n40\r\n0\r\nX: ${"y".repeat(65_536)}\r\n\r\n`),
    [400, 431],
  ],
  ["R34 a malformed trailer", chunked("2\r\n40\r\n0\r\nX y\r\n\r\n")],
  ["R39 an unknown expectation", post(["Content-Length: 2", "Expect: bogus"], "40"), [417]],
  ["R40 the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505]],
  ["R42 an upgrade with a body", upgrade(W, "Content-Length: 5") + "hello"],
  ["R42 an upgrade with a chunked body", upgrade(W, "Transfer-Encoding: chunked") + "0\r\n\r\n"],
];

describe("HTTP that must be refused", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  for (const [name, text, statuses = [400]] of refused) {
    it(name, async () => {
      const wire = await Wire.open(target);
      await wire.send(text.replace("%SID", await target.session()));
      const answers = await wire.responses();
      assert.deepEqual(answers.length, 1, wire.error ?? `${answers.length} answers`);
      assert.ok(statuses.includes(answers[0].status), `${answers[0].status} ${answers[0].text}`);
      assert.doesNotMatch(answers[0].text, /"sid"/);
      await target.unharmed();
    });
  }
});

describe("HTTP that must be answered", hostile, () => {
  let target;
  before(async () => (target = await Target.start()));
  after(() => target.stop());

  /** [name, request, statuses, more to check] */
  const answered = [
    ["R14 a hundred headers", get(P, ...Array(99).fill("x: y")), [200]],
    ["R15 a head of nearly 16 KiB", get(P, `X: ${"y".repeat(16_000)}`), [200]],
    ["R16 a target of nearly 8 KiB", get(`${P}&x=${"y".repeat(8000)}`), [200]],
    ["R7 the coding Chunked", post(["Transfer-Encoding: Chunked"], "2\r\n40\r\n0\r\n\r\n"), [200]],
    ["white space around values", get(P, "X:  \t a\t ", "Y:", "Z: \x80\xff"), [200]],
    ["R17 an address as Host", `GET ${P} HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n`, [200]],
    ["R17 no Host in HTTP/1.0", `GET ${P} HTTP/1.0\r\n\r\n`, [200]],
    ["R20 the method FOO", get().replace("GET", "FOO"), [400, 501]],
    ["R21 CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", [400, 405]],
    [
      "R21 TRACE",
      "TRACE / HTTP/1.1\r\nHost: a\r\nX-Secret: cookie\r\n\r\n",
      [405],
      (answer) => assert.doesNotMatch(answer.text, /cookie/),
    ],
    ["R22 OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [204, 404]],
    ["R23 a whole URL as target", get(`http://b${P}`), [200]],
    ["R25 an escaped NUL", get(`${P}&x=%00`), [200, 400]],
    [
      "R25 an escaped line break in the query",
      get(`${P}&x=%0d%0aInjected:%201`),
      [200, 400],
      (answer) => assert.equal(answer.headers.injected, undefined),
    ],
    [
      "R25 an escaped line break in the path",
      get("/x%0d%0aInjected:%201"),
      [400, 404],
      (answer) => assert.equal(answer.headers.injected, undefined),
    ],
    ["R25 overlong UTF-8", get(`${P}&x=%c0%af`), [200, 400]],
    ["R25 a backslash", get("/socket.io\\?EIO=4&transport=polling"), [400, 404]],
    ...[
      "/socket.io",
      "/socket.io//",
      "/socket.io/../socket.io/",
      "/SOCKET.IO/",
      "/%73ocket.io/",
      "/socket.io/x/",
      "//socket.io/",
      "/./socket.io/",
    ].map((path) => [`R26 the path ${path}`, get(P.replace("/socket.io/", path)), [404]]),
    ["R27 EIO[]=4", get("/socket.io/?EIO[]=4&transport=polling"), [400]],
    ["R27 one version twice", get(`${P}&EIO=4`), [200, 400]],
    [
      "R33 three hundred chunks of a byte",
      chunked(many(300, () => "1\r\n4\r\n") + "0\r\n\r\n"),
      [200],
    ],
    ["chunk extensions", chunked('2;a=b;c="d"\r\n40\r\n0;last\r\n\r\n'), [200]],
    [
      "chunk sizes in both cases and with zeros",
      chunked(`00A\r\n${"4".repeat(10)}\r\n0000\r\n\r\n`),
      [200],
    ],
    [
      "R40 an upgrade to h2c",
      get(P, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"),
      [200],
    ],
    ["R67 an upgrade from another origin", upgrade(W, "Origin: http://evil.example"), [403]],
  ];
  for (const [name, text, statuses, check = () => {}] of answered) {
    it(name, async () => {
      const wire = await Wire.open(target);
      await wire.send(text.replace("%SID", await target.session()));
      const answer = await wire.response();
      assert.ok(statuses.includes(answer?.status), `${answer?.status} ${answer?.text}`);
      check(answer);
      wire.destroy();
      await target.unharmed();
    });
  }

  it("R15 a head of 16 KiB and more in pieces of a byte", async () => {
    const wire = await Wire.open(target);
    const text = get(P, ...Array(20).fill(`X: ${"y".repeat(1000)}`));
    for (let i = 0; i < 17_000 && !wire.ended; i++) wire.socket.write(text[i]);
    assert.equal((await wire.response())?.status, 431);
    await wire.closed();
    await target.unharmed();
  });

  it("R32 ten megabytes of chunk extensions", async () => {
    const wire = await Wire.open(target);
    await wire.send(chunked("").replace("%SID", await target.session()));
    const piece = many(1000, () => `1;${"x".repeat(100)}\r\n4\r\n`);
    for (let i = 0; i < 100 && !wire.ended; i++) await wire.send(piece);
    await wire.closed();
    await target.unharmed();
  });

  it("R33 a million chunks of a byte", async () => {
    const wire = await Wire.open(target);
    await wire.send(chunked("").replace("%SID", await target.session()));
    const piece = many(10_000, () => "1\r\n4\r\n");
    for (let i = 0; i < 100 && !wire.ended; i++) await wire.send(piece);
    await wire.send("0\r\n\r\n");
    const answer = await wire.response();
    // A server that resets may take its answer with it.
    if (answer) assert.ok([200, 400, 413].includes(answer.status), String(answer.status));
    wire.destroy();
    await target.unharmed();
  });

  it("R34 trailers that name other lengths, hosts and keys are not merged", async () => {
    const wire = await Wire.open(target);
    const trailers =
      "Content-Length: 1000\r\nHost: b\r\nTransfer-Encoding: gzip\r\nAuthorization: x";
    const text = chunked(`2\r\n40\r\n0\r\n${trailers}\r\n\r\n`) + get();
    await wire.send(text.replace("%SID", await target.session()));
    const first = await wire.response();
    assert.ok([200, 400].includes(first?.status), String(first?.status));
    if (first.status === 200) assert.match((await wire.response()).text, /^0\{"sid"/);
    wire.destroy();
    await target.unharmed();
  });

  it("R35 a body without its end is dropped", async () => {
    const sid = await target.session();
    const wire = await Wire.open(target);
    await wire.send(chunked("2\r\n40\r\n").replace("%SID", sid));
    wire.socket.end();
    await wire.closed();
    const query = { EIO: "4", transport: "polling", sid };
    // F081: the session ends with the broken request; the CONNECT in it is not answered.
    assert.equal((await request(target.fixture, { query })).status, 400);
    await target.unharmed();
  });

  it("R36 a request hidden in the body of a GET", async () => {
    const wire = await Wire.open(target);
    await wire.send(get(P, `Content-Length: ${hidden.length}`, "Connection: close") + hidden);
    const answers = await wire.responses();
    assert.equal(answers.length, 1);
    await target.unharmed();
  });

  it("R37 Expect: 100-continue", async () => {
    const wire = await Wire.open(target);
    const head = post(["Content-Length: 2", "Expect: 100-continue"]);
    await wire.send(head.replace("%SID", await target.session()));
    const first = await wire.response();
    if (first.status === 100) {
      await wire.send("40");
      assert.equal((await wire.response())?.status, 200);
    } else assert.equal(first.status, 417);
    wire.destroy();
    await target.unharmed();
  });

  it("F375 R38 R74 a body that is too large is refused by its head", async () => {
    for (const expect of [["Expect: 100-continue"], []]) {
      const wire = await Wire.open(target);
      const head = post(["Content-Length: 2000000", ...expect]);
      await wire.send(head.replace("%SID", await target.session()));
      assert.equal((await wire.response())?.status, 413);
      await wire.closed();
      await target.unharmed();
    }
  });

  it("R41 TLS on the plain port", async () => {
    const wire = await Wire.open(target);
    await wire.send(`\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${"\x5a".repeat(508)}`);
    const answers = await wire.responses();
    assert.ok(answers.every(({ status }) => status === 400));
    await target.unharmed();
  });

  it("R43 twenty thousand pipelined requests are answered in order", async () => {
    const wire = await Wire.open(target);
    const kinds = [get("/other"), get("/socket.io/?EIO=4"), get(`${P}&sid=x`)];
    const count = 20_000;
    wire.send(many(count, (i) => kinds[i % 3]));
    const codes = [404, 0, 1];
    let seen = 0;
    await wire.until(() => {
      let rest = wire.bytes;
      for (let one; (one = parseResponse(rest)); rest = rest.subarray(one.size), seen++) {
        const got = one.status === 404 ? 404 : JSON.parse(one.text).code;
        assert.equal(got, codes[seen % 3], `answer ${seen}`);
      }
      wire.received = rest;
      return seen === count ? true : undefined;
    }, "all answers");
    assert.equal(seen, count);
    wire.destroy();
    await target.unharmed();
  });

  it("R44 pipelined requests of one who never reads are not taken without end", async () => {
    const grown = await growth(target.fixture);
    const wire = await Wire.open(target);
    wire.socket.pause();
    const piece = many(2000, () => get("/other"));
    let taken = true;
    for (let i = 0; i < 400 && taken && !wire.ended; i++) {
      taken = await Promise.race([wire.send(piece).then(() => true), sleep(1000, false)]);
    }
    assert.ok(!taken || wire.ended, "thirty megabytes of requests were taken");
    assert.ok((await grown()) < 32e6);
    wire.destroy();
    await target.unharmed();
  });
});
