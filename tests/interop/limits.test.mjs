// examples/limits: what an official client is told that asks for too much.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { end, start, wanted } from "./example.mjs";
import { client, connected, eventually, once, transportSets } from "./support.mjs";

if (wanted) describe("limits", () => {
  let server;
  before(async () => {
    server = await start("limits");
  });
  after(() => end(server));

  const stats = async () => (await fetch(`${server.url}/stats`)).json();
  const refused = ({ error }) => error === "limit exceeded";

  for (const transports of transportSets) {
    test(`events above the rate are refused, over ${transports.join(" then ")}`, async (t) => {
      const socket = await connected(t, server, { transports });
      const before = (await stats()).events;
      const answers = await Promise.all(
        Array.from({ length: 60 }, () => socket.emitWithAck("say", "x")));
      const count = answers.filter(refused).length;
      assert.ok(count > 0 && count <= 40, `${count} were refused`);
      assert.ok(answers.every((answer) => refused(answer) || answer === 1));
      assert.equal((await stats()).events - before, count);
      const later = await eventually(async () => {
        const answer = await socket.emitWithAck("say", "later");
        return refused(answer) ? undefined : answer;
      }, "the time for another event");
      assert.equal(later, 5);
    });
  }

  test("who sends too many bytes has to go", async (t) => {
    const socket = await connected(t, server);
    for (let i = 0; i < 3; i++) socket.emit("say", "x".repeat(90_000));
    const [reason] = await once(socket, "disconnect");
    assert.equal(reason, "transport close");
    assert.equal((await stats()).bytes, 1);
  });

  test("an address has so many sessions, and room for the next when one ends", async (t) => {
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await connected(t, server, { transports: ["polling"] }));
    const eleventh = client(t, server, { transports: ["polling"] });
    const [error] = await once(eleventh, "connect_error");
    assert.equal(error.context?.status ?? error.description, 429);
    all[0].disconnect();
    await eventually(async () => {
      const next = client(t, server);
      return once(next, "connect").catch(() => undefined);
    }, "room for another session");
    assert.ok((await stats()).refused >= 1);
  });
});
