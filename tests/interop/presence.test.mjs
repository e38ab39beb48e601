// examples/presence: what official clients of every transport and parser are told of who is here.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { end, start, wanted } from "./example.mjs";
import { ask, collect, connected, filled, once, parsers, transportSets } from "./support.mjs";

if (wanted) describe("presence", () => {
  let server;
  before(async () => {
    server = await start("presence");
  });
  after(() => end(server));

  const names = (list) => list.map(({ name }) => name).sort();

  async function enters(t, room, auth, options) {
    const socket = await connected(t, server, { auth, ...options });
    const list = once(socket, "presence");
    socket.emit("enter", room);
    const [where, members] = await list;
    assert.equal(where, room);
    return { socket, members };
  }

  for (const transports of transportSets) {
    for (const [name, parser] of Object.entries(parsers)) {
      test(`tabs are one member, who leaves with the last, over ${transports.join(" then ")}, ${name}`, async (t) => {
        const room = `${transports} ${name}`;
        const ada = await enters(t, room, { name: "Ada", mood: "curious" }, { transports, parser });
        assert.deepEqual(ada.members, [{ name: "Ada", mood: "curious" }]);
        const changes = collect(ada.socket, "presence change");
        const tabs = [];
        for (const each of transportSets) {
          const tab = await enters(t, room, { name: "Bob" }, { transports: each });
          assert.deepEqual(names(tab.members), ["Ada", "Bob"]);
          tabs.push(tab.socket);
        }
        assert.equal(await ask(ada.socket, "how many", room), 2);
        const nobody = await connected(t, server); // has no name, and so is not seen
        nobody.emit("enter", room);
        assert.equal(await ask(nobody, "how many", room), 2);

        tabs[0].close();
        tabs[1].io.engine.close(); // as if the page had been closed
        const [, kept] = [await enters(t, room, { name: "Cyd" }), tabs[2]];
        assert.equal(await ask(ada.socket, "how many", room), 3);
        kept.close();
        await filled(changes, 3);
        assert.deepEqual(
          changes.map(([, { joined, left }]) => [names(joined), names(left)]),
          [
            [["Bob"], []],
            [["Cyd"], []],
            [[], ["Bob"]],
          ],
        );
      });
    }
  }
});
