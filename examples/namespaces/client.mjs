// Two who work at one document, and one who may not.
import { io } from "socket.io-client";

const document = `${process.argv[2] ?? "http://127.0.0.1:3000"}/doc-7`;
const ada = io(document, { auth: { name: "Ada" } });
const bob = io(document, { auth: { name: "Bob" }, forceNew: true });
console.log("title:", await ada.emitWithAck("title"));
await bob.emitWithAck("title");
ada.emit("chapter", "one");
ada.emit("write", "Once upon a time");
console.log("Bob reads:", await new Promise((read) => bob.on("written", read)));
ada.disconnect();
bob.disconnect();
const stranger = io(document, { forceNew: true });
stranger.on("connect_error", ({ message }) => {
  console.log("refused:", message);
  stranger.disconnect();
});
