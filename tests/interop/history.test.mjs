// examples/history: what official clients hear of what was said before they came.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { end, start, wanted } from "./example.mjs";
import { connected, filled, once, parsers, transportSets } from "./support.mjs";

if (wanted) describe("a history", () => {
  let server;
  before(async () => {
    server = await start("history");
  });
  after(() => end(server));

  /** Whoever enters, and what it hears, in order. */
  async function enters(t, options) {
    const socket = await connected(t, server, options);
    const heard = [];
    for (const event of ["said", "price"]) socket.on(event, (x) => heard.push([event, x]));
    socket.emit("enter");
    return { socket, heard };
  }

  for (const transports of transportSets) {
    for (const [name, parser] of Object.entries(parsers)) {
      test(`its last ten events come first, of a price the latest, over ${transports.join(" then ")}, ${name}`, async (t) => {
        const speaker = await connected(t, server);
        for (let i = 1; i <= 12; i++) speaker.emit("say", `word ${i}`).emit("price", i);
        speaker.emit("say", "the end");
        const told = once(speaker, "price");
        speaker.emit("enter"); // in whose answer is all that has been said
        await told;
        const expected = [5, 6, 7, 8, 9, 10, 11, 12].map((i) => ["said", `word ${i}`]);
        expected.push(["price", 12], ["said", "the end"]);
        const { heard } = await enters(t, { transports, parser });
        await filled(heard, 10);
        speaker.emit("say", "something new");
        await filled(heard, 11);
        assert.deepEqual(heard, [...expected, ["said", "something new"]]);
      });
    }
  }

  test("who enters twice hears it once", async (t) => {
    const speaker = await connected(t, server);
    const words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    for (const word of words) speaker.emit("say", word);
    const told = once(speaker, "said");
    speaker.emit("enter"); // in whose answer is all that has been said
    await told;
    const { socket, heard } = await enters(t);
    socket.emit("enter").emit("say", "again"); // behind the answers to both
    await filled(heard, words.length + 1);
    assert.deepEqual(heard, [...words, "again"].map((word) => ["said", word]));
  });
});
