// Namespaces: many over one connection, middleware that accepts and refuses, and what the handshake tells.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Manager } from "socket.io-client";
import {
  Fixture,
  ask,
  barrier,
  client,
  collect,
  connected,
  filled,
  once,
  parser,
  transportSets,
} from "./support.mjs";

let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

function manager(t, options) {
  const made = new Manager(server.url, { reconnection: false, parser, ...options });
  t.after(() => made._close());
  return made;
}

async function refused(t, options) {
  const socket = client(t, server, options);
  const [error] = await once(socket, "connect_error");
  assert.equal(socket.connected, false);
  return error;
}

for (const transports of transportSets) {
  describe(`namespaces over ${transports.join(" then ")}`, () => {
    it("F245 share one connection, each with its own id", async (t) => {
      const shared = manager(t, { transports });
      const names = ["/", "/multi-a", "/multi-b", "/slow", "/admin"];
      const sockets = await Promise.all(
        names.map((nsp) =>
          connected(t, server, { manager: shared, nsp, auth: { token: "secret" } }),
        ),
      );
      assert.equal(new Set(sockets.map(({ id }) => id)).size, names.length);
      assert.ok(sockets.every(({ id }) => id !== shared.engine.id));
      const heard = sockets.map((socket) => collect(socket, "echo"));
      for (let i = 0; i < 20; i++) {
        for (const [k, socket] of sockets.entries()) socket.emit("echo", names[k], i);
      }
      for (const list of heard) await filled(list, 20);
      for (const [k, list] of heard.entries()) {
        assert.deepEqual(
          list,
          Array.from({ length: 20 }, (_, i) => [names[k], i]),
        );
      }
    });

    it("keep their rooms apart", async (t) => {
      const shared = manager(t, { transports });
      const a = await connected(t, server, { manager: shared, nsp: "/multi-a" });
      const b = await connected(t, server, { manager: shared, nsp: "/multi-b" });
      const heardA = collect(a, "shout");
      const heardB = collect(b, "shout");
      await ask(a, "join", "same name");
      await ask(b, "join", "same name");
      a.emit("shout", "same name", "from a");
      b.emit("shout", "same name", "from b");
      await ask(a, "join", "barrier");
      await ask(b, "join", "barrier");
      assert.deepEqual([heardA, heardB], [[["from a"]], [["from b"]]]);
    });

    it("are left one by one", async (t) => {
      const shared = manager(t, { transports });
      const main = await connected(t, server, { manager: shared });
      const a = await connected(t, server, { manager: shared, nsp: "/multi-a" });
      const b = await connected(t, server, { manager: shared, nsp: "/multi-b" });
      const id = a.id;
      a.disconnect();
      assert.equal(await ask(b, "join", "still here"), "still here");
      await barrier(main);
      const reasons = new Map(await ask(main, "disconnect-reason-of"));
      assert.equal(reasons.get(id), "client namespace disconnect");
      await connected(t, server, { manager: shared, nsp: "/multi-a" });
      assert.notEqual(a.id, id);
    });

    it("outlive the server's farewell to one of them", async (t) => {
      const shared = manager(t, { transports });
      const main = await connected(t, server, { manager: shared });
      const a = await connected(t, server, { manager: shared, nsp: "/multi-a" });
      const gone = once(main, "disconnect");
      main.emit("kick", false);
      assert.equal((await gone)[0], "io server disconnect");
      assert.equal(await ask(a, "join", "still here"), "still here");
      main.connect();
      await once(main, "connect");
      await barrier(main);
    });

    it("F243 refuse an unknown name, and the connection lives", async (t) => {
      const shared = manager(t, { transports });
      const error = await refused(t, { manager: shared, nsp: "/nope" });
      assert.equal(error.message, "Invalid namespace");
      assert.equal(error.data, undefined);
      await barrier(await connected(t, server, { manager: shared }));
    });

    it("F244 F292 refuse with a message and data", async (t) => {
      for (const auth of [undefined, {}, { token: "guess" }, { token: ["secret"] }]) {
        const error = await refused(t, { transports, nsp: "/admin", auth });
        assert.equal(error.message, "not authorized");
        assert.deepEqual(error.data, { code: 42 });
      }
    });

    it("accept on a second try over the same connection", async (t) => {
      const shared = manager(t, { transports });
      await connected(t, server, { manager: shared });
      const tokens = ["guess", "another guess", "secret"];
      const socket = client(t, server, {
        manager: shared,
        nsp: "/admin",
        auth: (give) => give({ token: tokens.shift() }),
      });
      await once(socket, "connect_error");
      const connection = shared.engine.id;
      socket.connect();
      await once(socket, "connect_error");
      socket.connect();
      await once(socket, "connect");
      assert.equal(shared.engine.id, connection);
      const heard = once(socket, "echo");
      socket.emit("echo", "in");
      assert.deepEqual(await heard, ["in"]);
    });

    it("F291 wait for middleware that takes its time", async (t) => {
      const socket = client(t, server, { transports, nsp: "/slow" });
      const heard = once(socket, "echo");
      socket.emit("echo", "kept by the client until it is connected");
      assert.deepEqual(await heard, ["kept by the client until it is connected"]);
    });

    it("F291 run their middleware in order and stop at the first refusal", async (t) => {
      const attempt = (auth) => refused(t, { transports, nsp: "/mw-chain", auth });
      assert.equal((await attempt({})).message, "first");
      assert.equal((await attempt({ second: true })).message, "first");
      const error = await attempt({ first: true });
      assert.equal(error.message, "second");
      assert.equal(error.data, undefined);
      const auth = { first: true, second: true };
      const socket = await connected(t, server, { transports, nsp: "/mw-chain", auth });
      assert.deepEqual(await ask(socket, "trace"), ["first", "second"]);
    });

    it("F255 take the client along when it leaves during slow middleware", async (t) => {
      const socket = client(t, server, { transports, nsp: "/slow" });
      await once(socket.io, "open");
      socket.disconnect();
      await barrier(await connected(t, server, { transports }));
    });

    it("F068 F277 tell the handshake: auth, query, headers, address", async (t) => {
      const socket = await connected(t, server, {
        transports,
        auth: { token: "t", list: [1, { x: null }] },
        query: { color: "light blue & ü" },
        extraHeaders: { "X-Probe": "probe value" },
      });
      const { url, ...rest } = await ask(socket, "handshake");
      assert.deepEqual(rest, {
        auth: { token: "t", list: [1, { x: null }] },
        query: { EIO: "4", transport: transports[0], color: "light blue & ü" },
        headers: { "x-probe": "probe value" },
        address: "127.0.0.1",
        xdomain: false,
        secure: false,
      });
      assert.match(url, new RegExp(`^/socket\\.io/\\?.*transport=${transports[0]}`));
    });

    it("are made for who asks, by pattern and by predicate (F266, F270)", async (t) => {
      const token = { token: "secret" };
      const name = (which) => `/room-${transports.join("-")}-${which}`;
      const one = await connected(t, server, { transports, nsp: name(1) });
      const two = await connected(t, server, { transports, nsp: name(2) });
      const guarded = await connected(t, server, { transports, nsp: "/guarded-x", auth: token });
      for (const socket of [one, two, guarded]) {
        const heard = once(socket, "echo");
        socket.emit("echo", socket.nsp);
        assert.deepEqual(await heard, [socket.nsp]);
      }
      const heard = [once(one, "news"), once(two, "news")];
      one.emit("everywhere", 7);
      assert.deepEqual(await Promise.all(heard), [[7], [7]]);
      for (const [nsp, auth] of [["/guarded-y", {}], ["/room-a/b", token], ["/rooms", token]]) {
        assert.equal((await refused(t, { transports, nsp, auth })).message, "Invalid namespace");
      }
    });

    it("are made anew when they have been empty (F275)", async (t) => {
      const nsp = `/room-${transports.join("-")}-again`;
      for (let i = 0; i < 3; i++) {
        const socket = await connected(t, server, { transports, nsp });
        const heard = once(socket, "echo");
        socket.emit("echo", i);
        assert.deepEqual(await heard, [i]);
        socket.disconnect();
      }
    });

    it("tell an empty auth when none was given", async (t) => {
      const socket = await connected(t, server, { transports });
      assert.deepEqual((await ask(socket, "handshake")).auth, {});
    });
  });
}
