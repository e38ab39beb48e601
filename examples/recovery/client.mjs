// Bob loses his connection while Ada speaks, and misses nothing.
import { io } from "socket.io-client";

const connect = (options) => io(process.argv[2] ?? "http://127.0.0.1:3000", { forceNew: true, ...options });
const ada = connect();
const bob = connect({ transports: ["websocket"], reconnectionDelay: 200 });
const connected = () => new Promise((done) => bob.once("connect", done));
const hears = () => new Promise((heard) => bob.once("said", heard));

bob.on("said", (text) => console.log("Bob hears:", text));
await connected();
await Promise.all([hears(), ada.emitWithAck("say", "Hello")]);
const back = connected();
bob.io.engine.close();
await Promise.all([back, hears(), ada.emitWithAck("say", "Bob is away")]);
console.log("recovered:", bob.recovered);
await Promise.all([hears(), ada.emitWithAck("say", "Welcome back")]);
for (const each of [ada, bob]) each.close();
