// examples/slow_clients: official clients that stop reading, and what they find when they go on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { end, start, wanted } from "./example.mjs";
import { connected, once, within } from "./support.mjs";

if (wanted) describe("slow clients", () => {
  let server;
  before(async () => {
    server = await start("slow_clients");
  });
  after(() => end(server));

  const dropped = async () => Number(await (await fetch(`${server.url}/dropped`)).text());

  test("the oldest pictures go, of a price the latest comes; everything whole and in order", async (t) => {
    const publisher = await connected(t, server, { transports: ["websocket"] });
    const viewer = await connected(t, server, { transports: ["websocket"] });
    const pictures = [], prices = [];
    viewer.on("picture", (number, picture) => pictures.push([number, picture]));
    viewer.on("price", (thing, price) => prices.push(price));
    const last = new Promise((resolve) => viewer.on("price", (_, price) => price === 400 && resolve()));

    const wire = viewer.io.engine.transport.ws._socket;
    wire.pause();
    for (let i = 1; i <= 400; i++) {
      await publisher.emitWithAck("picture", i, Buffer.alloc(64 * 1024, i % 251));
      await publisher.emitWithAck("price", "tea", i);
    }
    wire.resume();
    await within(last, "the last price");
    await publisher.emitWithAck("picture", 0, Buffer.alloc(1));
    if (pictures.at(-1)?.[0] !== 0) await once(viewer, "picture");

    const numbers = pictures.map(([number]) => number);
    assert.equal(numbers.pop(), 0);
    assert.equal(numbers.at(-1), 400);
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    assert.equal(numbers.length, new Set(numbers).size);
    assert.equal(400 - numbers.length, await dropped());
    assert.ok(numbers.length < 400, "the client was not slow");
    for (const [number, picture] of pictures.slice(0, -1)) {
      assert.ok(picture.equals(Buffer.alloc(64 * 1024, number % 251)), `picture ${number}`);
    }
    assert.equal(prices.at(-1), 400);
    assert.deepEqual(prices, [...prices].sort((a, b) => a - b));
    assert.ok(prices.length < 400);
  });

  test("a program that waits for on_drain sends everything, in order", async (t) => {
    const client = await connected(t, server, { transports: ["websocket"] });
    const wire = client.io.engine.transport.ws._socket;
    const numbers = [];
    const all = new Promise((resolve) =>
      client.on("number", (n) => (numbers.push(n), n === 100_000 && resolve())));
    client.emit("numbers", 100_000);
    wire.pause();
    setTimeout(() => wire.resume(), 200);
    await within(all, "the last number");
    assert.ok(numbers.every((n, i) => n === i));
    assert.equal(numbers.length, 100_001);
  });
});
