// A thousand official clients at once, over mixed transports.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { Manager } from "socket.io-client";
import { Fixture, ask, connected, eventually, transportSets, within } from "./support.mjs";

const count = 1000;
let server;
before(async () => (server = await Fixture.start()));
after(() => server.stop());

it("a thousand clients connect, talk, hear a broadcast, and leave", async (t) => {
  const managers = Array.from(
    { length: count },
    (_, i) =>
      new Manager(server.url, {
        transports: transportSets[i % 3],
        reconnection: false,
        timeout: 60_000,
      }),
  );
  t.after(() => managers.forEach((manager) => manager._close()));
  const sockets = managers.map((manager) => manager.socket("/"));
  await within(
    Promise.all(
      sockets.map(
        (socket) =>
          new Promise((resolve, reject) => {
            socket.once("connect", resolve);
            socket.once("connect_error", reject);
          }),
      ),
    ),
    "a thousand clients to connect",
    60_000,
  );
  assert.equal(new Set(sockets.map(({ id }) => id)).size, count);

  let heard = 0;
  for (const socket of sockets) socket.on("news", (x) => x === "to everybody" && heard++);
  const answer = (socket, i) => socket.timeout(60_000).emitWithAck("ack", i);
  const answers = await Promise.all(sockets.map(answer));
  assert.deepEqual(
    answers,
    sockets.map((_, i) => i),
  );

  await Promise.all(
    sockets.map((socket) => socket.timeout(60_000).emitWithAck("join", "everybody")),
  );
  sockets[0].emit("in", ["everybody"], "news", "to everybody");
  await eventually(() => (heard >= count ? true : undefined), "all to hear it");
  await Promise.all(sockets.map(answer));
  assert.equal(heard, count); // nobody twice

  const observer = await connected(t, server);
  const ids = new Set(sockets.map(({ id }) => id));
  for (const socket of sockets) socket.disconnect();
  await eventually(async () => {
    const list = await ask(observer, "disconnect-reason-of");
    return list.filter(([id]) => ids.has(id)).length === count || undefined;
  }, "the server to see a thousand leave");
});
