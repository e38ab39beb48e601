// Two clients in a room, and a page that counts them.
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const sockets = [1, 2].map(() => io(url, { forceNew: true }));
for (const socket of sockets) socket.emit("join", "garden");
let rooms;
do rooms = await (await fetch(`${url}/rooms`)).json(); while (rooms.garden !== 2);
console.log("rooms:", JSON.stringify(rooms));
for (const socket of sockets) socket.close();
