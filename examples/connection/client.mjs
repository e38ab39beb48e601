// A client that begins with long-polling, and is told what the server sees of it.
import { io } from "socket.io-client";

const socket = io(process.argv[2] ?? "http://127.0.0.1:3000");
const transports = [];
await new Promise((done) =>
  socket.on("transport", (name) => {
    transports.push(name);
    if (name === "websocket") done();
  }),
);
console.log("transport:", transports.at(-1));
const [microseconds] = await new Promise((heard) => socket.once("latency", (...all) => heard(all)));
// Longer than this program has been running it cannot have taken.
console.log("a heartbeat was measured:", microseconds > 0 && microseconds < 1000 * performance.now());
socket.close();
