// Two clients of the program in main.cpp: npm install socket.io-client, then node client.mjs
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const connect = (auth) => io(url, { auth, forceNew: true });
const once = (socket, event) => new Promise((resolve) => socket.once(event, resolve));

const nobody = connect({});
console.log("refused:", (await once(nobody, "connect_error")).message);

const ada = connect({ name: "Ada" });
console.log("to Ada:", await once(ada, "welcome"));
console.log("people in the room:", await ada.emitWithAck("join", "garden"));

const bob = connect({ name: "Bob" });
await once(bob, "welcome");
const joined = once(ada, "joined");
console.log("people in the room:", await bob.emitWithAck("join", "garden"));
console.log("Ada sees", await joined, "come in");

const heard = once(ada, "message");
bob.emit("say", "garden", "Hello");
console.log("Ada hears", await heard);

const shown = new Promise((resolve) => ada.once("picture", (...args) => resolve(args)));
console.log("bytes taken:", await bob.emitWithAck("picture", "garden", Buffer.from([1, 2, 3])));
console.log("Ada is shown", await shown);

const reminder = once(ada, "reminder");
ada.emit("remind", 200, "tea");
console.log("Ada is reminded of", await reminder);

bob.on("sure?", (room, answer) => answer(true));
console.log("Bob has left:", await bob.emitWithAck("leave", "garden"));

bob.emit("join", "garden");
await once(ada, "joined");
const left = once(ada, "left");
bob.disconnect();
console.log("Ada sees", await left, "go");

ada.disconnect();
