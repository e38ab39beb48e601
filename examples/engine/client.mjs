// Two clients of Engine.IO alone: what one sends, both hear.
import { Socket } from "engine.io-client";

const join = (name) =>
  new Promise((joined) => {
    const socket = new Socket(process.argv[2] ?? "http://127.0.0.1:3000");
    socket.once("message", (text) => {
      console.log(name, "is told who it is:", text === `you are ${socket.id}`);
      joined(socket);
    });
  });
const [ada, bob] = [await join("Ada"), await join("Bob")];
await new Promise((heard) => {
  bob.on("message", (message) => {
    console.log("Bob hears:", message);
    if (typeof message !== "string") heard();
  });
  for (const message of ["hello", Buffer.from([1, 2, 3])]) ada.send(message);
});
for (const each of [ada, bob]) each.close();
