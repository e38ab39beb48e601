// Says something to the server, and asks it something.
import { io } from "socket.io-client";

const socket = io("http://127.0.0.1:3000");
console.log("welcome:", await new Promise((heard) => socket.once("welcome", heard)) === socket.id);
const echo = new Promise((heard) => socket.once("echo", heard));
socket.emit("echo", "hello");
console.log("echo:", await echo);
console.log("1 + 2 =", await socket.emitWithAck("add", 1, 2));
socket.close();
