// Clients of each generation in a process of their own, so that a test can put it to sleep, or behind a cable that can
// be cut: peers.mjs URL '[[PACKAGE, TRANSPORTS], …]'. They reconnect. Each line of output is an event as JSON,
// [index, "here", id] once a client is where it will stay, and [index, "gone", reason].
import { setTimeout as sleep } from "node:timers/promises";

const [url, list] = process.argv.slice(2);
const options = { reconnectionDelay: 100, reconnectionDelayMax: 200, timeout: 2000, forceNew: true };

async function start([name, transports], index) {
  const client = await import(name);
  const socket = (client.io ?? client.default)(url, { ...options, transports });
  const tell = (...event) => console.log(JSON.stringify([index, ...event]));
  socket.on("disconnect", (reason) => tell("gone", reason));
  socket.on("connect", async () => {
    const { id } = socket;
    const { engine } = socket.io;
    if (transports.length > 1 && engine.transport.name === "polling") {
      await new Promise((resolve) => engine.once("upgrade", resolve));
    }
    if (transports.length === 1 && engine.transport.name === "polling") {
      await new Promise((resolve) => socket.emit("ack", 0, resolve));
      await sleep(100); // and the next poll is held by the server
    }
    if (socket.connected && socket.id === id) tell("here", id);
  });
}

for (const [index, which] of JSON.parse(list).entries()) await start(which, index);
