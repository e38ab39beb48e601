// fixture.cpp in JavaScript.
import { createServer } from "node:http";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

function serve(io, nsp) {
  const meant = ({ rooms = [], except = [] }) => nsp.to(rooms).except(except);
  const outcome = (ack) => (error, answers) => ack({ error: error?.message ?? "", answers: answers ?? [] });
  nsp.on("connection", (socket) => {
    socket.on("join", (room, ack) => { socket.join(room); ack(true); });
    socket.on("name", (name, ack) => { socket.data.name = name; ack(true); });
    socket.on("emit", (whom, event, ...rest) => { const ack = rest.pop(); meant(whom).emit(event, ...rest); ack(true); });
    socket.on("from me", (room, ...rest) => { const ack = rest.pop(); socket.to(room).emit("said", ...rest); ack(true); });
    socket.on("ask", (whom, event, ...rest) => {
      const ack = rest.pop();
      meant(whom).timeout(2000).emit(event, ...rest, outcome(ack));
    });
    socket.on("fetch", async (whom, ack) => {
      const sockets = await meant(whom).fetchSockets().catch(() => []);
      ack(sockets.map(({ id, rooms, data, handshake }) => ({ id, rooms: [...rooms], data, address: handshake.address })));
    });
    socket.on("sockets join", (whom, rooms, ack) => { meant(whom).socketsJoin(rooms); ack(true); });
    socket.on("sockets leave", (whom, rooms, ack) => { meant(whom).socketsLeave(rooms); ack(true); });
    socket.on("disconnect sockets", (whom, close, ack) => { meant(whom).disconnectSockets(close); ack(true); });
    socket.on("tell servers", (first, second, ack) => { nsp.serverSideEmit("told", first, second); ack(true); });
    socket.on("ask servers", (question, ack) => nsp.serverSideEmit("asked", question, outcome(ack)));
  });
  nsp.on("told", (first, second) => nsp.local.emit("server was told", first, second));
  nsp.on("asked", (question, answer) => answer(question));
}

/** Those of clients who would have a program without a server do something. */
function serveEmitter(io, emitter) {
  const meant = ({ rooms = [], except = [] }) => emitter.to(rooms).except(except);
  io.on("connection", (socket) => {
    socket.on("emitter emit", (whom, event, ...rest) => { const ack = rest.pop(); meant(whom).emit(event, ...rest); ack(true); });
    socket.on("emitter join", (whom, rooms, ack) => { meant(whom).socketsJoin(rooms); ack(true); });
    socket.on("emitter leave", (whom, rooms, ack) => { meant(whom).socketsLeave(rooms); ack(true); });
    socket.on("emitter disconnect", (whom, close, ack) => { meant(whom).disconnectSockets(close); ack(true); });
    socket.on("emitter tell servers", (first, second, ack) => { emitter.serverSideEmit("told", first, second); ack(true); });
    socket.on("emitter namespace", (name, event, ack) => { emitter.of(name).emit(event); ack(true); });
  });
}

const adapters = { classic: createAdapter, sharded: createShardedAdapter, streams: createStreamsAdapter };

/** Gives {url, stop(), kill()}. */
export async function startNode(redis, adapter, recovery = false) {
  const pub = createClient({ url: redis });
  const sub = pub.duplicate();
  for (const each of [pub, sub]) each.on("error", () => { /* it connects again by itself */ });
  for (const name of ["publish", "sPublish"]) { // what is cut off on its way is lost, and the adapter does not look
    const send = pub[name].bind(pub);
    pub[name] = (...all) => send(...all).catch(() => {});
  }
  const http = createServer();
  const kill = async () => {
    http.close();
    http.closeAllConnections();
    for (const each of [pub, sub]) if (each.isOpen) await each.disconnect();
  };
  try {
    await Promise.all([pub.connect(), sub.connect()]);
  } catch (failure) {
    await kill();
    throw failure;
  }
  const io = new Server(http, {
    adapter: adapters[adapter](...(adapter === "streams" ? [pub] : [pub, sub])),
    ...(recovery && { connectionStateRecovery: {}, pingInterval: 1000, pingTimeout: 1000 }),
  });
  serve(io, io.of("/"));
  serve(io, io.of("/other"));
  if (adapter === "classic") serveEmitter(io, new Emitter(pub));  // there is none for the others
  io.of(/^\/room-\w+$/);
  io.on("new_namespace", (nsp) => serve(io, nsp));
  await new Promise((done) => http.listen(0, "127.0.0.1", done));
  return {
    kill,
    url: `http://127.0.0.1:${http.address().port}`,
    stop: async () => {
      await io.close();
      for (const each of [pub, sub]) await each.quit();  // after what the adapter has yet to say
    },
  };
}
