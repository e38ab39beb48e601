// A client in a process of its own, so that a test can freeze it or kill it: peer.mjs URL TRANSPORTS.
// Prints its id once it is where it will stay: upgraded if it may, or with a poll held by the server.
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";

const [url, list] = process.argv.slice(2);
const transports = list.split(",");
const socket = io(url, { transports, reconnection: false });
await new Promise((resolve) => socket.once("connect", resolve));
const { engine } = socket.io;
if (transports.length > 1 && engine.transport.name === "polling") {
  await new Promise((resolve) => engine.once("upgrade", resolve));
}
if (transports.length === 1 && engine.transport.name === "polling") {
  await socket.emitWithAck("ack", 0);
  await sleep(100);
}
console.log(socket.id);
