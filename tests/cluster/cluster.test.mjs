// Two servers in C++ and two in JavaScript are one cluster: whoever asks, and wherever the clients are.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { Cluster, startCpp, until } from "./support.mjs";

for (const adapter of ["sharded", "classic", "streams"]) describe(`the ${adapter} adapter for Redis`, () => {
  let cluster, clients, ids;

  before(async () => {
    cluster = await Cluster.start(adapter);
    clients = cluster.clients;
    ids = clients.map(({ id }) => id);
  });
  after(() => cluster?.end());

  // What programs tell each other is JSON there, so binary is what it becomes in JSON.
  const between = (buffer) => (adapter === "classic" ? buffer.toJSON() : buffer);
  const each = (list) => clients.map(() => list);
  const only = (list, ...who) => clients.map((_, n) => (who.includes(n) ? list : []));

  for (const [kind, me, other] of [["C++", 0, 2], ["JavaScript", 2, 0]]) {
    const ask = (...args) => clients[me].timeout(20_000).emitWithAck(...args);

    describe(`a server in ${kind} asks`, () => {
      test("broadcasts reach everybody, text and binary, once and in order", async () => {
        await ask("emit", {}, "a", 1, { "key": ["é😀", null, true, 1.5] });
        await ask("emit", {}, "b", Buffer.from([0, 255]), { deep: [Buffer.from("x")] });
        await cluster.heard(clients, each([
          ["a", 1, { "key": ["é😀", null, true, 1.5] }],
          ["b", Buffer.from([0, 255]), { deep: [Buffer.from("x")] }],
        ]));
      });

      test("broadcasts to rooms, without others", async () => {
        await cluster.join(`red ${kind}`, 0, 2, 3);
        await cluster.join(`blue ${kind}`, 1, 3);
        await ask("emit", { rooms: [`red ${kind}`] }, "red");
        await cluster.heard(clients, only([["red"]], 0, 2, 3));
        await ask("emit", { rooms: [`red ${kind}`, `blue ${kind}`] }, "either");
        await cluster.heard(clients, each([["either"]]));
        await ask("emit", { rooms: [`red ${kind}`], except: [`blue ${kind}`] }, "only red");
        await cluster.heard(clients, only([["only red"]], 0, 2));
        await ask("emit", { rooms: [ids[other]] }, "you");
        await cluster.heard(clients, only([["you"]], other));
        await ask("from me", `red ${kind}`, "hello");
        await cluster.heard(clients, only([["said", "hello"]], ...[0, 2, 3].filter((n) => n !== me)));
      });

      test("a room whose name is as long as an id", async () => {
        const room = `twenty characters ${me}!`;
        assert.equal(room.length, 20);
        await cluster.join(room, 1, 3);
        await ask("emit", { rooms: [room] }, "long");
        await cluster.heard(clients, only([["long"]], 1, 3));
      });

      test("every client acknowledges, text and binary", async () => {
        clients[1].answer = Buffer.from("bin");
        const { error, answers } = await ask("ask", {}, "q", Buffer.from("?"));
        assert.equal(error, "");
        assert.deepEqual(answers.filter((one) => !Buffer.isBuffer(one)).sort(), [0, 2, 3]);
        assert.deepEqual(answers.filter(Buffer.isBuffer), [Buffer.from("bin")]);
        delete clients[1].answer;
        await cluster.heard(clients, each([["q", Buffer.from("?")]]));
        assert.deepEqual(await ask("ask", { rooms: ["nobody"] }, "q"), { error: "", answers: [] });
        assert.deepEqual(await ask("ask", { rooms: [ids[other]] }, "q"), { error: "", answers: [other] });
        await cluster.heard(clients, only([["q"]], other));
      });

      test("sockets are found, with rooms and data", async () => {
        for (const n of [0, 1, 2, 3]) await clients[n].emitWithAck("name", `client ${n}`);
        const found = await ask("fetch", {});
        assert.deepEqual(found.map(({ id }) => id).sort(), [...ids].sort());
        for (const one of found) {
          const n = ids.indexOf(one.id);
          assert.deepEqual(one.data, { name: `client ${n}` });
          assert.equal(one.rooms[0], one.id);
          assert.equal(one.address, "127.0.0.1");
        }
        assert.deepEqual((await ask("fetch", { rooms: [ids[other]] })).map(({ id }) => id), [ids[other]]);
      });

      test("sockets join and leave", async () => {
        const room = `moved ${kind}`;
        await ask("sockets join", { rooms: [ids[1], ids[3]] }, [room]);
        await until(async () => (await ask("fetch", { rooms: [room] })).length === 2, "both to have joined");
        await cluster.known(room, 2);
        await ask("emit", { rooms: [room] }, "moved");
        await cluster.heard(clients, only([["moved"]], 1, 3));
        await ask("sockets leave", { rooms: [ids[3]] }, [room]);
        await until(async () => (await ask("fetch", { rooms: [room] })).length === 1, "one to have left");
        await ask("emit", { rooms: [room] }, "left");
        await cluster.heard(clients, only([["left"]], 1));
      });

      test("sockets are disconnected", async () => {
        const doomed = await Promise.all([1, 3].map((n) => cluster.connected(cluster.client(cluster.servers[n], n))));
        const ends = doomed.map((socket) => once(socket, "disconnect"));
        await ask("disconnect sockets", { rooms: [doomed[0].id] }, false);
        await ask("disconnect sockets", { rooms: [doomed[1].id] }, true);
        assert.equal((await ends[0])[0], "io server disconnect");
        assert.match((await ends[1])[0], /io server disconnect|transport close/);
      });

      test("the other programs are told, and answer", async () => {
        await ask("tell servers", "hi", Buffer.from("there"));
        await cluster.heard(clients, only([["server was told", "hi", between(Buffer.from("there"))]], ...[0, 1, 2, 3].filter((n) => n !== me)));
        assert.deepEqual(await ask("ask servers", { what: 1 }), { error: "", answers: [{ what: 1 }, { what: 1 }, { what: 1 }] });
        const { answers } = await ask("ask servers", Buffer.from("binary"));
        assert.deepEqual(answers, Array(3).fill(between(Buffer.from("binary"))));
      });

      test("in namespaces, also those that clients bring about", async () => {
        for (const name of ["/other", `/room-${me}`]) {
          const inside = await Promise.all([me, other].map((n) => cluster.connected(cluster.client(cluster.servers[n], n, name))));
          await until(async () => (await inside[0].emitWithAck("fetch", {})).length === 2, "both to be known");
          await inside[0].emitWithAck("emit", {}, "inside", name);
          await until(() => inside.every(({ heard }) => heard.length > 0), "both to hear");
          await cluster.heard(clients, each([]));
          for (const one of inside) {
            assert.deepEqual(one.heard, [["inside", name]]);
            one.disconnect();
          }
        }
      });
    });

    // There is none in JavaScript for the others, not in its registry.
    if (kind === "JavaScript" && adapter !== "classic") continue;

    describe(`a program without a server, in ${kind}`, () => {
      test("F366 emits to everybody, and to rooms without others", async () => {
        await ask("emitter emit", {}, "all", 1, Buffer.from([0, 255]));
        await cluster.heard(clients, each([["all", 1, Buffer.from([0, 255])]]));
        await cluster.join(`green ${kind}`, 1, 2, 3);
        await ask("emitter emit", { rooms: [`green ${kind}`] }, "one room", { text: "é" });
        await cluster.heard(clients, only([["one room", { text: "é" }]], 1, 2, 3));
        await ask("emitter emit", { rooms: [`green ${kind}`, ids[0]], except: [ids[3]] }, "two");
        await cluster.heard(clients, only([["two"]], 0, 1, 2));
        await ask("emitter emit", { rooms: [ids[other]] }, "you");
        await cluster.heard(clients, only([["you"]], other));
      });

      test("F366 has sockets join, leave, and disconnected", async () => {
        const room = `sent ${kind}`;
        await ask("emitter join", { rooms: [ids[1], ids[3]] }, [room]);
        await until(async () => (await ask("fetch", { rooms: [room] })).length === 2, "both to have joined");
        await ask("emitter leave", { rooms: [ids[3]] }, [room]);
        await until(async () => (await ask("fetch", { rooms: [room] })).length === 1, "one to have left");
        const doomed = await Promise.all([1, 3].map((n) => cluster.connected(cluster.client(cluster.servers[n], n))));
        const ends = doomed.map((socket) => once(socket, "disconnect"));
        await ask("emitter disconnect", { rooms: doomed.map(({ id }) => id) }, true);
        for (const [reason] of await Promise.all(ends)) assert.match(reason, /io server disconnect|transport close/);
      });

      test("F366 tells all servers, and emits in namespaces", async () => {
        await ask("emitter tell servers", "hi", 5);
        await cluster.heard(clients, each([["server was told", "hi", 5]]));
        const inside = await Promise.all([me, other].map((n) => cluster.connected(cluster.client(cluster.servers[n], n, "/other"))));
        await until(async () => (await inside[0].emitWithAck("fetch", {})).length === 2, "both to be known");
        await ask("emitter namespace", "/other", "inside");
        await until(() => inside.every(({ heard }) => heard.length > 0), "both to hear");
        for (const one of inside) {
          assert.deepEqual(one.heard, [["inside"]]);
          one.disconnect();
        }
        await cluster.heard(clients, each([]));
      });
    });
  }
});

for (const adapter of ["sharded", "classic", "streams"]) {
  test(`R141 Redis stops and comes back, ${adapter}: who is connected is served, and the rest resumes`, async (t) => {
    const cluster = await Cluster.start(adapter, [startCpp, startCpp]);
    t.after(() => cluster.end());
    const [here, there] = cluster.clients;
    await cluster.redis.stop();
    // Whether that has been noticed or not: five at once, and a question that does not wait long.
    for (let i = 0; i < 5; i++) await here.timeout(20_000).emitWithAck("emit", {}, "local", i);
    await until(() => here.heard.length === 5, "the own client to hear");
    const { error, answers } = await here.timeout(20_000).emitWithAck("ask", {}, "q");
    assert.notEqual(error, "");
    assert.deepEqual(answers, [0]);
    await cluster.redis.run();
    await until(async () => (await here.emitWithAck("fetch", {})).length === 2, "both to meet again");
    await there.emitWithAck("emit", {}, "after");
    // What had to wait may come later, where events come another way than one's own.
    await until(() => cluster.clients.every(({ heard }) => heard.some(([event]) => event === "after")), "both to hear");
    assert.deepEqual(here.heard, [...[0, 1, 2, 3, 4].map((i) => ["local", i]), ["q"], ["after"]]);
  });
}
