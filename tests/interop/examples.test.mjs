// The examples, each with the client beside it: what that client prints.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { end, linesInNetworkOfItsOwn, linesOf, noNetworkOfItsOwn, sources, start, wanted } from "./example.mjs";
import { connected, once, within } from "./support.mjs";

const examples = {
  adapter: ["in the lobby: 2", "Bob hears: hello", "Ada's server has these neighbours: [ 'south' ]"],
  connection: ["transport: websocket", "a heartbeat was measured: true"],
  contract: ["here are Ada", "people: 1", "Ada says Hello", "Ada says Look 3", "gone: true"],
  embed: [
    "echo: Socket.IO",
    "/health ok",
    "",
    "/hello/Ada Hello, Ada",
    "",
    "/else There is nothing here.",
    "",
    "HELLO: 1 sockets are connected",
  ],
  engine: [
    "Ada is told who it is: true",
    "Bob is told who it is: true",
    "Bob hears: hello",
    "Bob hears: <Buffer 01 02 03>",
  ],
  history: ["Bob hears: anybody here?", "the price is 2"],
  limits: (lines) => {
    const [heard, refused] = lines.map((line) => Number(line.replace(/^(heard|refused): /, "")));
    assert.equal(heard + refused, 50);
    assert.ok(refused > 0 && refused <= 30, `${refused} were refused`);
    assert.deepEqual(lines, [`heard: ${heard}`, `refused: ${refused}`, "disconnected: transport close"]);
  },
  namespaces: ["title: Document 7", "Bob reads: Once upon a time", "refused: who are you?"],
  presence: ["here: Ada", "Bob sees: 2 people", "Bob sees: 2 people", "joined: Bob", "count: 2", "left: Bob"],
  recovery: [
    "Bob hears: Hello",
    "Bob hears: Bob is away",
    "recovered: true",
    "Bob hears: Welcome back",
  ],
  relay: (lines) => // one of them may hear what the other has said before that one is answered, or after
    assert.deepEqual(lines.sort(), [
      "Bob sees { color: 'blue' } <Buffer 01 02 03>",
      "Bob sees { color: 'red', points: [ [ 1, 2 ], [ 3, 4 ] ] }",
      "at the board: 2",
      "bytes: 38",
    ]),
  routes: ['rooms: {"garden":2}'],
  slow_clients: ["Bob sees 400, having missed some: true"],
  tour: [
    "refused: Who are you?",
    "to Ada: Join a room, Ada",
    "people in the room: 1",
    "people in the room: 2",
    "Ada sees Bob come in",
    "Ada hears { from: 'Bob', text: 'Hello' }",
    "bytes taken: 3",
    "Ada is shown [ 'Bob', <Buffer 01 02 03> ]",
    "Ada is reminded of tea",
    "Bob has left: true",
    "Ada sees Bob go",
  ],
};

if (wanted) {
  for (const [name, expected] of Object.entries(examples)) {
    test(`examples/${name}`, async (t) => {
      const server = await start(name);
      try {
        const lines = await linesOf(t, name, server);
        if (typeof expected === "function") expected(lines);
        else assert.deepEqual(lines, expected);
      } finally {
        await end(server);
      }
    });
  }

  test("examples/echo", { skip: noNetworkOfItsOwn }, async (t) => { // which has its port from README
    assert.deepEqual(await linesInNetworkOfItsOwn(t, "echo"), ["welcome: true", "echo: hello", "1 + 2 = 3"]);
  });

  test("examples/routes tells its clients when it is told to end", async (t) => {
    const server = await start("routes");
    const socket = await connected(t, server);
    const gone = once(socket, "disconnect");
    server.child.kill("SIGTERM");
    assert.equal((await gone)[0], "transport close");
    assert.deepEqual(await within(server.exited, "the example to end"), { code: 0, signal: null });
  });

  test("no example's client is left out", () => {
    const folders = readdirSync(sources(), { withFileTypes: true }).filter((each) => each.isDirectory());
    const clients = folders.filter(({ name }) => readdirSync(sources(name)).includes("client.mjs"));
    assert.deepEqual(clients.map(({ name }) => name).sort(), [...Object.keys(examples), "echo"].sort());
  });
}
