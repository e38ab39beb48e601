// Each protocol of the program, on its one port.
import { once } from "node:events";
import { connect } from "node:net";
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const socket = io(url);
console.log("echo:", await new Promise((heard) => socket.on("echo", heard).emit("echo", "Socket.IO")));
for (const path of ["/health", "/hello/Ada", "/else"]) console.log(path, await (await fetch(url + path)).text());
const own = connect(new URL(url).port, "127.0.0.1").setEncoding("utf8");
own.write("HELLO\r\n");
console.log("HELLO:", (await once(own, "data"))[0]);
socket.close();
