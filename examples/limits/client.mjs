// A client that says more than the server in main.cpp lets it.
import { io } from "socket.io-client";

const socket = io(process.argv[2] ?? "http://127.0.0.1:3000", { reconnection: false });
const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => socket.emitWithAck("say", `word ${i}`)));
console.log("heard:", answers.filter((answer) => typeof answer === "number").length);
console.log("refused:", answers.filter((answer) => answer.error === "limit exceeded").length);
socket.on("disconnect", (reason) => {
  console.log("disconnected:", reason);
  clearInterval(flood);
});
const flood = setInterval(() => socket.emit("say", "x".repeat(90_000)), 20);
