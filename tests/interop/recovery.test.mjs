// Connection state recovery: clients that lose their connection come back to what they have missed.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, ask, collect, connected, once, transportSets } from "./support.mjs";

const over = (transports) => `over ${transports.join(" then ")}`;

let server;
before(async () => (server = await Fixture.start({ recovery: 10_000, shards: 1 })));
after(() => server.stop());

/** Comes back by itself, late enough to miss something. */
const returning = { reconnection: true, reconnectionDelay: 200, randomizationFactor: 0 };

for (const transports of transportSets) {
  describe(`connection state recovery ${over(transports)}`, () => {
    it("F340 F341 brings back id, rooms and what was missed, binary too, in order and once", async (t) => {
      const witness = await connected(t, server);
      const socket = await connected(t, server, { transports, ...returning });
      assert.equal(socket.recovered, false);
      const { id } = socket;
      const room = `room of ${id}`;
      await ask(socket, "join", room);
      const heard = collect(socket, "news");
      witness.emit("in", [room], "news", 1);
      while (heard.length < 1) await ask(socket, "ack", 0);

      for (const round of [1, 2]) {
        const back = once(socket, "connect");
        socket.io.engine.close();
        witness.emit("in", [room], "news", 10 * round + 2);
        witness.emit("in", ["another room"], "news", "not for everybody");
        witness.emit("in", [room], "news", { picture: Buffer.from("picture"), of: ["me"] });
        witness.emit("in", [id], "news", 10 * round + 3);
        await ask(witness, "ack", 0);
        await back;
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
        assert.deepEqual(await ask(socket, "rooms"), [id, room].sort());
        witness.emit("in", [room], "news", 10 * round + 4);
        await ask(witness, "ack", 0);
        await ask(socket, "ack", 0);
      }
      const picture = { picture: Buffer.from("picture"), of: ["me"] };
      assert.deepEqual(
        heard.map(([first]) => first),
        [1, 12, picture, 13, 14, 22, picture, 23, 24],
      );
    });

    it("F343 is not for those whom the server has disconnected", async (t) => {
      const socket = await connected(t, server, { transports, ...returning });
      const { id } = socket;
      const gone = once(socket, "disconnect");
      socket.emit("kick", false);
      await gone;
      const back = once(socket, "connect");
      socket.connect();
      await back;
      assert.equal(socket.recovered, false);
      assert.notEqual(socket.id, id);
    });
  });
}
