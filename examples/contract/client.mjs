// @ts-check
// A client that TypeScript checks: `contract --typescript > events.d.ts`, then `npx tsc`.
import { io } from "socket.io-client";

/** @typedef {import("./events").ServerToClientEvents} FromServer */
/** @typedef {import("./events").ClientToServerEvents} ToServer */
/** @type {import("socket.io-client").Socket<FromServer, ToServer>} */
const socket = io(process.argv[2] ?? "http://127.0.0.1:3000");

socket.on("message", ({ from, text, file }) => console.log(from, "says", text, file?.size ?? ""));
socket.on("people", (people) => console.log("here are", people.join(" and ")));
socket.on("sure?", (room, ack) => ack(room === "garden"));

console.log("people:", await socket.emitWithAck("join", "Ada", "garden"));
socket.emit("say", "Hello");
socket.emit("say", "Look", { name: "a.png", size: 3 });
console.log("gone:", await socket.emitWithAck("leave"));
socket.disconnect();
