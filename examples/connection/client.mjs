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
console.log("a heartbeat took less than a second:", microseconds < 1e6);
socket.close();
