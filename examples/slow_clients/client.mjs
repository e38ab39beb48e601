// Ada shows 400 pictures of 64 KiB. Bob does not read meanwhile; then he sees what is new.
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const [ada, bob] = [1, 2].map(() => io(url, { forceNew: true, transports: ["websocket"] }));
await Promise.all([ada, bob].map((each) => new Promise((here) => each.on("connect", here))));

let seen = 0;
bob.on("picture", (number) => {
  seen++;
  if (number < 400) return;
  console.log(`Bob sees ${number}, having missed some: ${seen < number}`);
  ada.disconnect();
  bob.disconnect();
});

const connection = bob.io.engine.transport.ws._socket; // Node.js's own, below all else
connection.pause();
for (let number = 1; number <= 400; number++) {
  await ada.emitWithAck("picture", number, Buffer.alloc(64 * 1024));
}
connection.resume();
