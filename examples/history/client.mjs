// Ada speaks into an empty room. Bob comes later, and hears it.
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const ada = io(url);
ada.emit("price", 1);
ada.emit("say", "anybody here?");
ada.emit("price", 2);
await new Promise((said) => ada.emit("enter").on("price", said));
const bob = io(url, { forceNew: true });
bob.on("said", (text) => console.log("Bob hears:", text));
bob.on("price", (price) => [console.log("the price is", price), ada.close(), bob.close()]);
bob.emit("enter");
