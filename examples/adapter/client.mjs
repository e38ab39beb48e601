// Ada is connected to one server, Bob to the other: they do not notice.
import { io } from "socket.io-client";

const ada = io(process.argv[2] ?? "http://127.0.0.1:3000");
const bob = io(`http://127.0.0.1:${await ada.emitWithAck("south's port")}`);
for (const socket of [ada, bob]) await socket.emit("join", "lobby");
while (await ada.emitWithAck("who", "lobby") < 2);
console.log("in the lobby:", await bob.emitWithAck("who", "lobby"));
const heard = new Promise((done) => bob.once("said", done));
ada.emit("say", "lobby", "hello");
console.log("Bob hears:", await heard);
console.log("Ada's server has these neighbours:", await ada.emitWithAck("neighbours"));
ada.close();
bob.close();
