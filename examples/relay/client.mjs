// Two clients of the program in main.cpp: npm install socket.io-client, then node client.mjs
import { io } from "socket.io-client";

const [ada, bob] = [1, 2].map(() => io(process.argv[2] ?? "http://127.0.0.1:3000", { forceNew: true }));
await ada.emitWithAck("open", "garden");
console.log("at the board:", await bob.emitWithAck("open", "garden"));
bob.on("draw", (stroke, image) => console.log("Bob sees", stroke, image ?? ""));
console.log("bytes:", await ada.emitWithAck("draw", "garden", { color: "red", points: [[1, 2], [3, 4]] }));
await ada.emitWithAck("draw", "garden", { color: "blue" }, Buffer.from([1, 2, 3]));
await bob.emitWithAck("open", "garden"); // what was drawn before has come by now
[ada, bob].forEach((each) => each.disconnect());
