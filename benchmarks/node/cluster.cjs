// The same server of a cluster on Node: node cluster.cjs PORT REDIS-URL sharded|classic
"use strict";

const { createServer } = require("node:http");
const { createAdapter, createShardedAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");
const { Server } = require("socket.io");

const [port, url, adapter] = process.argv.slice(2);

(async () => {
  const pub = createClient({ url });
  const sub = pub.duplicate();
  await Promise.all([pub.connect(), sub.connect()]);

  const http = createServer();
  const create = adapter === "classic" ? createAdapter : createShardedAdapter;
  const io = new Server(http, { perMessageDeflate: false, serveClient: false, adapter: create(pub, sub) });

  io.on("connection", (socket) => {
    socket.on("join", (room, done) => {
      socket.join(room);
      done(room);
    });
    socket.on("bcast", (data) => io.to("r").emit("bcast", data));
  });

  http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
})();
