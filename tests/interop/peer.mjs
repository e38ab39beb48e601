// A client in a process of its own, so that a test can freeze it or kill it: peer.mjs URL TRANSPORTS [PACKAGE].
// Prints its id once it is where it will stay: upgraded if it may, or with a poll held by the server.
import { setTimeout as sleep } from "node:timers/promises";

const [url, list, name = "socket.io-client"] = process.argv.slice(2);
const client = await import(name);
const io = client.io ?? client.default;
const transports = list.split(",");
const parser =
  process.env.SOCKETIO_PARSER === "msgpack" ? await import("socket.io-msgpack-parser") : undefined;
const socket = io(url, { transports, parser, reconnection: false });
await new Promise((resolve) => socket.once("connect", resolve));
const { engine } = socket.io;
if (transports.length > 1 && engine.transport.name === "polling") {
  await new Promise((resolve) => engine.once("upgrade", resolve));
}
if (transports.length === 1 && engine.transport.name === "polling") {
  await new Promise((resolve) => socket.emit("ack", 0, resolve));
  await sleep(100);
}
console.log(socket.id);
