// JSONP polling, for pages whose browser has no CORS: answers are scripts, and posts are forms.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { request, separator } from "./raw.mjs";
import { Fixture, eventually, reference } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start({ allowEio3: true })));
after(() => server.stop());

const form = { "Content-Type": "application/x-www-form-urlencoded" };
const forbidden = { code: 4, message: "Forbidden" };

/** Runs a script as a page would; gives the callback's number and what it was called with. */
function run(script) {
  const calls = [];
  const callbacks = new Proxy({}, { get: (_, number) => (payload) => calls.push([number, payload]) });
  new Function("___eio", script)(callbacks);
  assert.equal(calls.length, 1, script);
  return calls[0];
}

class Page {
  static async open(eio, { j = "0", headers } = {}) {
    const page = new Page();
    page.eio = eio;
    page.query = { EIO: eio, transport: "polling", j };
    page.opened = await request(server, { query: page.query, headers });
    if (page.opened.status !== 200) return page;
    const [number, payload] = run(page.opened.text);
    assert.equal(Number(number), Number(j.replace(/\D/g, "")));
    page.sid = page.query.sid = /"sid":"([^"]+)"/.exec(payload)[1];
    return page;
  }

  /** The same, joined to the main namespace. */
  static async connected(eio, options) {
    const page = await Page.open(eio, options);
    if (eio === "4") {
      await page.post("40");
      await page.payload();
    } else if (reference) {
      await page.payload();
    }
    return page;
  }

  get(options) {
    return request(server, { query: this.query, ...options });
  }
  async payload() {
    return run((await this.get()).text)[1];
  }
  /** Posts packets as the client of that revision does. */
  post(...packets) {
    const joined =
      this.eio === "4" ? packets.join(separator) : packets.map((p) => `${p.length}:${p}`).join("");
    const escaped = joined.replaceAll("\\n", "\\\n").replaceAll("\n", "\\n");
    return this.postBody(new URLSearchParams({ d: escaped }).toString());
  }
  postBody(body, headers = form) {
    return request(server, { method: "POST", query: this.query, headers, body });
  }
  /** How these packets come. */
  joined(...packets) {
    return this.eio === "4"
      ? packets.join(separator)
      : packets.map((packet) => `${packet.length}:${packet}`).join("");
  }
  async gone() {
    const answer = await this.get();
    return (answer.status === 400 && JSON.parse(answer.text).code === 1) || undefined;
  }
}

for (const eio of ["3", "4"]) {
  describe(`JSONP of revision ${eio}`, () => {
    it("F098 F099 R70 answers with a script, and says that it is one", async () => {
      const page = await Page.open(eio, { j: "7" });
      const { headers, text } = page.opened;
      assert.match(text, /^___eio\[7\]\("[^]*"\);$/);
      assert.equal(headers["content-length"], String(Buffer.byteLength(text)));
      assert.equal(headers["cache-control"], "no-store");
      if (reference) return;
      assert.equal(headers["content-type"], "text/javascript; charset=UTF-8");
      assert.equal(headers["x-content-type-options"], "nosniff");
    });

    it("F099 F100 exchanges any text", async () => {
      const page = await Page.connected(eio);
      for (const text of ["x", 'a"b\\c\n\r\t\\n\\\\n', "</script><!--", "€😀\u2028\u2029", "+%20 &=;"]) {
        const packet = `42${JSON.stringify(["echo", text])}`;
        const { status, headers, text: answer } = await page.post(packet);
        assert.deepEqual([status, answer, headers["content-type"]], [200, "ok", "text/html"]);
        const { text: script } = await page.get();
        assert.ok(!/[\u2028\u2029\n]/.test(script));
        assert.equal(run(script)[1], page.joined(packet));
      }
    });

    it("sends and takes binary as base64", async () => {
      const page = await Page.connected(eio);
      const packets = ['451-["bin",{"_placeholder":true,"num":0}]', eio === "4" ? "bAQID" : "b4AQID"];
      await page.post(...packets);
      if (!reference || eio === "4") assert.equal(await page.payload(), page.joined(...packets));
    });

    it("F100 ignores a form without the field, and other fields", async () => {
      const page = await Page.connected(eio);
      for (const body of ["", "e=1", "dd=42"]) {
        if (body || reference) assert.equal((await page.postBody(body)).text, "ok");
      }
      const packet = '42["echo",1]';
      await page.postBody(`a=1&d=${encodeURIComponent(page.joined(packet))}&b=2`);
      assert.equal(await page.payload(), page.joined(packet));
    });

    it("R70 takes the digits of the callback's number, and nothing else", async () => {
      for (const j of ["alert(1)//2", "1];alert(0)//", "CWSMIKI0hCD0Up0IZUnnnnnn5"]) {
        assert.match((await Page.open(eio, { j })).opened.text, /^___eio\[\d+\]\("/);
      }
      if (reference) return;
      for (const j of ["", "alert", "1".repeat(10)]) {
        const { opened } = await Page.open(eio, { j });
        assert.deepEqual([opened.status, JSON.parse(opened.text).code], [400, 3]);
      }
    });

    it("R70 ends with a form that is none", { skip: reference && "Node reads a meaning into it" }, async () => {
      for (const body of ["d=%zz", "d=%ff", "d=", "d=1&d=2"]) {
        const page = await Page.connected(eio);
        assert.equal((await page.postBody(body)).text, "ok");
        await eventually(() => page.gone(), "the session to be closed");
      }
    });

    it("R73 does not take octets", { skip: reference && eio === "3" && "Node tries" }, async () => {
      const page = await Page.connected(eio);
      const { status } = await page.postBody("d=1", { "Content-Type": "application/octet-stream" });
      assert.equal(status, 400);
      await eventually(() => page.gone(), "the session to be closed");
    });

    it("answers errors as anybody else's", async () => {
      const page = await Page.open(eio);
      page.query.sid = "unknown";
      const { status, text } = await page.get();
      assert.deepEqual([status, JSON.parse(text)], [400, { code: 1, message: "Session ID unknown" }]);
    });

    it("takes a payload of many lines in linear time", async () => {
      const page = await Page.connected(eio);
      const packet = `42${JSON.stringify(["echo", "\u2028".repeat(30_000)])}`;
      await page.post(packet);
      assert.equal(await page.payload(), page.joined(packet));
    });
  });
}

// A script element and a form may go to any server, with the user's cookies: CORS does not stop them.
describe("JSONP for pages of other origins", { skip: reference && "the original lets everybody in" }, () => {
  let open;
  let listed;
  before(async () => {
    open = await Fixture.start({ cors: "*" });
    listed = await Fixture.start({ cors: "http://good.example" });
  });
  after(async () => {
    await open.stop();
    await listed.stop();
  });
  const query = { EIO: "4", transport: "polling", j: "0" };
  const ask = async (fixture, headers) => (await request(fixture, { query, headers })).status;
  const own = () => `http://127.0.0.1:${server.port}/page`;

  it("R67 R70 is refused unless the page is allowed", async () => {
    const evil = "http://evil.example/good.example/";
    for (const site of ["cross-site", "same-site"]) {
      assert.equal(await ask(server, { "Sec-Fetch-Site": site }), 403);
      assert.equal(await ask(server, { "Sec-Fetch-Site": site, Referer: evil }), 403);
      assert.equal(await ask(listed, { "Sec-Fetch-Site": site, Referer: evil }), 403);
      assert.equal(await ask(listed, { "Sec-Fetch-Site": site }), 403);
      assert.equal(await ask(listed, { "Sec-Fetch-Site": site, Referer: "http://good.example" }), 200);
      assert.equal(await ask(listed, { "Sec-Fetch-Site": site, Referer: "http://good.example/a" }), 200);
      assert.equal(await ask(open, { "Sec-Fetch-Site": site }), 200);
      assert.equal(await ask(open, { "Sec-Fetch-Site": site, Referer: evil }), 200);
    }
    assert.equal(await ask(server, { Referer: evil }), 403);
    assert.equal(await ask(server, { Referer: "about:blank" }), 403);
    assert.equal(await ask(server, { Origin: "http://evil.example" }), 200 /* XHR: the browser hides it */);
  });

  it("is there for the server's own pages, and for programs", async () => {
    assert.equal(await ask(server, {}), 200);
    assert.equal(await ask(server, { Referer: own() }), 200);
    assert.equal(await ask(server, { "Sec-Fetch-Site": "same-origin" }), 200);
    assert.equal(await ask(server, { "Sec-Fetch-Site": "none" }), 200);
  });

  it("R67 takes no form from other pages", async () => {
    const page = await Page.connected("4");
    for (const Origin of ["http://evil.example", "null"]) {
      const answer = await page.postBody("d=42", { ...form, Origin });
      assert.deepEqual([answer.status, JSON.parse(answer.text)], [403, forbidden]);
    }
    const packet = '42["echo",1]';
    const headers = { ...form, Origin: `http://127.0.0.1:${server.port}` };
    assert.equal((await page.postBody(`d=${encodeURIComponent(packet)}`, headers)).text, "ok");
    assert.equal(await page.payload(), packet);
  });
});
