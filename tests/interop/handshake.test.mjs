// The Engine.IO handshake and its refusals: exact status, code and message, per HTTP request and per upgrade.
// F numbers are the rows of the behaviour list that the server is built from.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Polling, Socket, request, separator } from "./raw.mjs";
import { Fixture, ask, client, connected, once, reference, shards, transportSets, upgraded } from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

const messages = {
  0: "Transport unknown",
  1: "Session ID unknown",
  2: "Bad handshake method",
  3: "Bad request",
  5: "Unsupported protocol version",
};

function assertRefused(response, code) {
  assert.deepEqual(
    [response.status, response.headers["content-type"], response.text],
    [400, "application/json", JSON.stringify({ code, message: messages[code] })],
  );
}

describe("the open packet", () => {
  it("F060 F062 F063 has a random id and the terms, in this order", async () => {
    const { opened, open } = await Polling.open(server);
    // 20 random characters, and the mark of the shard where there are several.
    assert.match(open.sid, shards === 1 ? /^[\w-]{20}$/ : /^[\w-]{22}$/);
    assert.equal(
      opened.text,
      `0{"sid":"${open.sid}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`,
    );
  });

  it("F063 offers no upgrade to a WebSocket", async () => {
    const socket = await Socket.open(server);
    assert.deepEqual(socket.open.upgrades, []);
    assert.deepEqual(Object.keys(socket.open), [
      "sid",
      "upgrades",
      "pingInterval",
      "pingTimeout",
      "maxPayload",
    ]);
    socket.terminate();
  });

  it("F064 is alone in the answer to the handshake", async () => {
    const { opened } = await Polling.open(server);
    assert.ok(!opened.text.includes(separator));
  });

  it("F070 comes as text that no cache keeps", async () => {
    const { headers, text } = (await Polling.open(server)).opened;
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(headers["content-length"], String(Buffer.byteLength(text)));
    assert.equal(headers["cache-control"], "no-store");
  });

  it("F019 tells the server's options", async () => {
    const own = await Fixture.start({ pingInterval: 1234, pingTimeout: 567, maxPayload: 89012 });
    try {
      const { open } = await Polling.open(own);
      assert.deepEqual([open.pingInterval, open.pingTimeout, open.maxPayload], [1234, 567, 89012]);
    } finally {
      await own.stop();
    }
  });

  it("R63 has ids without pattern", async () => {
    const sids = [];
    for (let i = 0; i < 200; i++) sids.push((await Polling.open(server)).sid);
    assert.equal(new Set(sids).size, sids.length);
    // At no place do two successive ids agree more often than chance allows (64 letters, 200 ids).
    // The original counts in its last four letters.
    for (let place = 0; place < (reference ? 16 : 20); place++) {
      const same = sids.filter((sid, i) => i > 0 && sid[place] === sids[i - 1][place]).length;
      assert.ok(same < 30, `letter ${place} stayed ${same} times`);
    }
  });

  it("F036 comes for an empty sid, too", async () => {
    const query = { EIO: "4", transport: "polling", sid: "" };
    assert.equal((await request(server, { query })).status, 200);
  });

  it("F050 F377 comes whatever other parameters there are", async () => {
    const query = { t: "cachebuster", EIO: "4", x: "%&=ü", transport: "polling", b64: "1" };
    assert.equal((await request(server, { query })).status, 200);
  });

  it("F022 F025 comes under the path only", async () => {
    for (const path of ["/", "/socket.io", "/engine.io/", "/socket.ioo/", "/x/socket.io/"]) {
      const { status } = await request(server, { path, query: { EIO: "4", transport: "polling" } });
      assert.equal(status, 404, path);
    }
  });
});

describe("a refused HTTP request", () => {
  const rows = [
    ["F033 no transport", { EIO: "4" }, 0],
    ["F033 an empty transport", { EIO: "4", transport: "" }, 0],
    ["F033 another transport", { EIO: "4", transport: "carrier-pigeon" }, 0],
    ["F033 webtransport", { EIO: "4", transport: "webtransport" }, 0],
    ["F033 two transports in one", { EIO: "4", transport: "polling,websocket" }, 0],
    ["F033 in capitals", { EIO: "4", transport: "Polling" }, 0],
    ["F034 constructor", { EIO: "4", transport: "constructor" }, 0],
    ["F034 __proto__", { EIO: "4", transport: "__proto__" }, 0],
    ["F034 toString", { EIO: "4", transport: "toString" }, 0],
    ["F048 the transport before the version", { EIO: "9", transport: "x" }, 0],
    ["F035 an unknown sid", { EIO: "4", transport: "polling", sid: "unknown" }, 1],
    ["F035 a sid of the right form", { EIO: "4", transport: "polling", sid: "A".repeat(20) }, 1],
    ["F035 __proto__ as sid", { EIO: "4", transport: "polling", sid: "__proto__" }, 1],
    ["F048 the sid before its version", { EIO: "3", transport: "polling", sid: "unknown" }, 1],
    ["F040 a websocket without upgrade", { EIO: "4", transport: "websocket" }, 3],
    ["F046 R71 no version", { transport: "polling" }, 5],
    ["F046 R71 version 3", { EIO: "3", transport: "polling" }, 5],
    ["F046 R71 version 5", { EIO: "5", transport: "polling" }, 5],
    ["F046 R71 version 04", { EIO: "04", transport: "polling" }, 5],
    ["F046 R71 version 4x", { EIO: "4x", transport: "polling" }, 5],
    ["F046 R71 an empty version", { EIO: "", transport: "polling" }, 5],
  ];
  for (const [name, query, code] of rows) {
    it(`${name} is code ${code}`, async () =>
      assertRefused(await request(server, { query }), code));
  }

  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    it(`F037 a handshake by ${method} is code 2`, async () => {
      const query = { EIO: "4", transport: "polling" };
      assertRefused(await request(server, { method, query, body: "40" }), 2);
    });
  }

  it("F035 a POST to an unknown sid is code 1", async () => {
    const query = { EIO: "4", transport: "polling", sid: "unknown" };
    assertRefused(await request(server, { method: "POST", query, body: "40" }), 1);
  });

  it("F039 polling on a WebSocket session is code 3", async () => {
    const socket = await Socket.connected(server);
    const query = { EIO: "4", transport: "polling", sid: socket.sid };
    assertRefused(await request(server, { query }), 3);
    assertRefused(await request(server, { method: "POST", query, body: '42["echo",1]' }), 3);
    socket.send('42["echo","not disturbed"]');
    assert.equal(await socket.packet(), '42["echo","not disturbed"]');
    socket.terminate();
  });

  it("F137 a WebSocket whose Upgrade header was lost is code 3, and polling goes on", async () => {
    const session = await Polling.connected(server);
    assertRefused(
      await request(server, { query: { ...session.query, transport: "websocket" } }),
      3,
    );
    await session.post('42["echo",1]');
    assert.equal((await session.get()).text, '42["echo",1]');
  });

  it("F044 R72 another revision than the session's is code 3, and the session lives", async () => {
    const session = await Polling.connected(server);
    for (const EIO of ["3", "5", undefined]) {
      assertRefused(await request(server, { query: { ...session.query, EIO } }), 3);
    }
    await session.post('42["echo",1]');
    assert.equal((await session.get()).text, '42["echo",1]');
  });

  it("F049 R85 another method on a session is an error, and the session lives", async () => {
    const session = await Polling.connected(server);
    for (const method of ["PUT", "DELETE", "PATCH", "HEAD"]) {
      const { status } = await request(server, { method, query: session.query });
      // The original answers 500, as if it were at fault.
      assert.ok(reference ? status === 500 : [400, 405].includes(status), `${method}: ${status}`);
    }
    await session.post('42["echo",1]');
    assert.equal((await session.get()).text, '42["echo",1]');
  });
});

describe("a refused upgrade", () => {
  async function refused(options) {
    const socket = new Socket(server, options);
    const answer = await socket.refused();
    socket.terminate();
    return answer;
  }

  const rows = [
    ["F033 an unknown transport", { transport: "carrier-pigeon" }, messages[0]],
    ["R61 the transport __proto__", { transport: "__proto__" }, messages[0]],
    ["R61 the transport constructor", { transport: "constructor" }, messages[0]],
    ["F054 an unknown sid", { sid: "unknown" }, messages[1]],
    ["R62 the sid __proto__", { sid: "__proto__" }, messages[1]],
  ];
  for (const [name, query, message] of rows) {
    it(`F051 ${name} is a plain 400`, async () => {
      const { status, headers, text } = await refused({ query });
      assert.deepEqual([status, headers.connection, text], [400, "close", message]);
      assert.equal(headers["content-length"], String(message.length));
    });
  }

  it("F056 another version gets no session", async () => {
    for (const EIO of ["3", "5", "04", ""]) {
      const socket = new Socket(server, { query: { EIO } });
      // Either refused at once, or (the original) after the WebSocket handshake.
      await Promise.race([socket.refused().catch(() => {}), socket.closed()]);
      assert.equal(socket.size, 0);
      socket.terminate();
    }
  });

  it("F053 transport=polling gets no session", async () => {
    const socket = new Socket(server, { query: { transport: "polling" } });
    await Promise.race([socket.refused().catch(() => {}), socket.closed()]);
    assert.equal(socket.size, 0);
    socket.terminate();
  });

  it("F022 another path is not upgraded", async () => {
    const socket = new Socket(server, { path: "/other/" });
    await Promise.race([socket.refused().catch(() => {}), socket.closed()]);
    assert.notEqual(socket.ws.protocol, undefined);
    assert.equal(socket.size, 0);
    socket.terminate();
  });

  it("R67 a page of another origin is refused, a page of this host is not", async () => {
    const own = await Socket.open(server, { headers: { Origin: server.url } });
    own.terminate();
    if (reference) return; // the original accepts every page
    const { status } = await refused({ headers: { Origin: "http://evil.example" } });
    assert.equal(status, 403);
  });
});

describe("a server with one transport", () => {
  it("F006 F026 F063 polling: offers no upgrade and knows no WebSocket", async () => {
    const own = await Fixture.start({ transports: "polling" });
    try {
      assert.deepEqual((await Polling.open(own)).open.upgrades, []);
      const socket = new Socket(own);
      await Promise.race([socket.refused().catch(() => {}), socket.closed()]);
      assert.equal(socket.size, 0);
      assertRefused(await request(own, { query: { EIO: "4", transport: "websocket" } }), 0);
    } finally {
      await own.stop();
    }
  });

  it("F006 websocket: knows no polling", async () => {
    const own = await Fixture.start({ transports: "websocket" });
    try {
      assertRefused(await request(own, { query: { EIO: "4", transport: "polling" } }), 0);
      (await Socket.connected(own)).terminate();
    } finally {
      await own.stop();
    }
  });
});

describe("cross-origin requests", () => {
  const query = { EIO: "4", transport: "polling" };
  const preflight = {
    Origin: "http://good.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-probe",
  };

  it("are not allowed without configuration", async () => {
    for (const method of ["GET", "OPTIONS"]) {
      const { headers } = await request(server, { method, query, headers: preflight });
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
  });

  describe("from a named origin", () => {
    let own;
    before(async () => (own = await Fixture.start({ cors: "http://good.example" })));
    after(() => own.stop());

    it("F182 are allowed by a preflight", async () => {
      const { status, headers, text } = await request(own, {
        method: "OPTIONS",
        query,
        headers: preflight,
      });
      assert.deepEqual([status, text], [204, ""]);
      assert.equal(headers["access-control-allow-origin"], "http://good.example");
      assert.equal(headers["access-control-allow-credentials"], "true");
      assert.equal(headers["access-control-allow-headers"], "x-probe");
      const methods = headers["access-control-allow-methods"].split(/,\s*/);
      for (const method of ["GET", "POST"]) assert.ok(methods.includes(method));
      assert.match(headers.vary, /\bOrigin\b/i);
    });

    it("F183 are allowed, errors included", async () => {
      for (const asked of [query, { ...query, sid: "unknown" }, {}]) {
        const { headers } = await request(own, {
          query: asked,
          headers: { Origin: "http://good.example" },
        });
        assert.equal(headers["access-control-allow-origin"], "http://good.example");
        assert.equal(headers["access-control-allow-credentials"], "true");
        assert.match(headers.vary, /\bOrigin\b/i);
      }
    });

    it("F184 are not allowed for another origin", async () => {
      for (const method of ["GET", "OPTIONS"]) {
        const { headers } = await request(own, {
          method,
          query,
          headers: { ...preflight, Origin: "http://evil.example" },
        });
        assert.ok(
          [undefined, "http://good.example"].includes(headers["access-control-allow-origin"]),
        );
      }
    });

    it("are allowed for its WebSocket", async () => {
      const socket = await Socket.open(own, { headers: { Origin: "http://good.example" } });
      socket.terminate();
    });

    it("F183 have their headers on every poll and post", async () => {
      const headers = { Origin: "http://good.example" };
      const session = await Polling.open(own, { headers });
      for (const { status, headers: got } of [
        await session.post("40", { headers }),
        await session.get({ headers }),
      ]) {
        assert.equal(status, 200);
        assert.equal(got["access-control-allow-origin"], "http://good.example");
      }
    });
  });

  it("F183 are allowed for everybody with *", async () => {
    const own = await Fixture.start({ cors: "*" });
    try {
      const { headers } = await request(own, { query, headers: { Origin: "http://any.example" } });
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["access-control-allow-credentials"], undefined);
      const socket = await Socket.open(own, { headers: { Origin: "http://any.example" } });
      socket.terminate();
    } finally {
      await own.stop();
    }
  });
});

describe("the host's word", () => {
  let guarded;
  before(async () => (guarded = await Fixture.start({ key: "good" })));
  after(() => guarded.stop());

  const query = { EIO: "4", transport: "polling" };
  const headers = { "x-key": "good" };

  for (const transports of transportSets) {
    it(`F005 F177 lets in whom it should, over ${transports.join(" then ")}`, async (t) => {
      const socket = await connected(t, guarded, { transports, extraHeaders: headers });
      assert.equal(await ask(socket, "ack", 1), 1);
      if (transports.length === 2) await upgraded(socket);
      assert.equal(await ask(socket, "ack", 2), 2);

      const stranger = client(t, guarded, { transports });
      const [error] = await once(stranger, "connect_error");
      if (transports[0] === "polling") assert.equal(error.description, 403);
    });
  }

  it("F045 says no with code 4, and its headers stand in every answer (F178)", async () => {
    const refused = await request(guarded, { query });
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [403, 4]);
    const opened = await request(guarded, { query, headers });
    assert.equal(opened.status, 200);
    for (const answer of [refused, opened]) assert.equal(answer.headers["x-seen"], "yes");
  });

  it("F180 refuses before all else with code 3", async () => {
    const { status, text } = await request(guarded, { query, headers: { ...headers, "x-robot": "1" } });
    assert.deepEqual([status, JSON.parse(text).code], [400, 3]);
  });
});
