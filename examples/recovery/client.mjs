// Bob loses his connection while Ada speaks, and misses nothing.
import { io } from "socket.io-client";

const connect = (options) => io(process.argv[2] ?? "http://127.0.0.1:3000", { forceNew: true, ...options });
const ada = connect();
const bob = connect({ reconnectionDelay: 200 });
const connected = () => new Promise((done) => bob.once("connect", done));

bob.on("said", (text) => console.log("Bob hears:", text));
await connected();
await ada.emitWithAck("say", "Hello");
const back = connected();
bob.io.engine.close();
await ada.emitWithAck("say", "Bob is away");
await back;
console.log("recovered:", bob.recovered);
const last = new Promise((heard) => bob.on("said", heard));
await ada.emitWithAck("say", "Welcome back");
await last;
for (const each of [ada, bob]) each.close();
