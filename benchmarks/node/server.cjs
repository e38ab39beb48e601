// The same server on Node: node server.cjs PORT
"use strict";

const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const io = new Server(http, { perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  socket.on("echo", (text) => socket.emit("echo", text));
  socket.on("ack", (text, done) => done(text));
  socket.on("join", (room, done) => {
    socket.join(room);
    done(room);
  });
  socket.on("bcast", (data) => io.to("r").emit("bcast", data));
  socket.on("bin", (data) => socket.emit("bin", data));
});

http.listen({ port: Number(process.argv[2] ?? 3000), host: "127.0.0.1", backlog: 4096 });
