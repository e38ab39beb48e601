// The fixture contract on the original server, so that the tests themselves are proven right.
"use strict";
const { createServer } = require("node:http");
const { createInterface } = require("node:readline");
const { parseArgs } = require("node:util");
const { Server } = require("socket.io");

const text = { type: "string" };
const { values: flags } = parseArgs({
  options: {
    host: text,
    key: text,
    port: text,
    "ping-interval": text,
    "ping-timeout": text,
    "connect-timeout": text,
    "upgrade-timeout": text,
    "max-payload": text,
    transports: text,
    cors: text,
    "allow-eio3": text,
    "http-compression": text,
    "per-message-deflate": text,
    recovery: text,
    parser: text,
    "head-timeout": text,
    "body-timeout": text,
    "write-timeout": text,
    "attachment-timeout": text,
    shards: text,
    trusted: text,
    "proxy-protocol": text,
  },
});
const number = (name, standard) => (flags[name] === undefined ? standard : Number(flags[name]));

const http = createServer((request, response) => response.writeHead(404).end());
const io = new Server(http, {
  pingInterval: number("ping-interval", 25_000),
  pingTimeout: number("ping-timeout", 20_000),
  connectTimeout: number("connect-timeout", 45_000),
  upgradeTimeout: number("upgrade-timeout", 10_000),
  maxHttpBufferSize: number("max-payload", 1_000_000),
  transports: (flags.transports ?? "polling,websocket").split(","),
  cors: flags.cors && { origin: flags.cors, credentials: flags.cors !== "*" },
  ...(flags.recovery && { connectionStateRecovery: { maxDisconnectionDuration: Number(flags.recovery) } }),
  allowEIO3: flags["allow-eio3"] === "true",
  parser: flags.parser === "msgpack" ? require("socket.io-msgpack-parser") : undefined,
  serveClient: false,
  perMessageDeflate: flags["per-message-deflate"] && {
    threshold: Number(flags["per-message-deflate"]),
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
  },
  httpCompression: flags["http-compression"] && { threshold: Number(flags["http-compression"]) },
  allowRequest: flags.key && ((request, done) => done(null, request.headers["x-key"] === flags.key)),
});
if (flags.key) {
  io.engine.use((request, response, next) => {
    response.setHeader("X-Seen", "yes");
    next(request.headers["x-robot"] && new Error("no robots"));
  });
}

const disconnects = [];
function note(socket) {
  socket.on("disconnect", (reason) => {
    disconnects.push([socket.id, reason]);
    if (disconnects.length > 2000) disconnects.shift();
  });
}

function pick(object, keys) {
  return Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]]));
}

io.on("connection", (socket) => {
  note(socket);
  socket.on("echo", (...args) => socket.emit("echo", ...args));
  socket.on("ack", (x, done) => done(x));
  socket.on("ack-many", (...args) => args.pop()(...args));

  socket.on("join", (room, done) => {
    socket.join(room);
    done(room);
  });
  socket.on("leave", (room, done) => {
    socket.leave(room);
    done(room);
  });
  socket.on("rooms", (done) => done([...socket.rooms].sort()));
  socket.on("bcast", (x) => io.to("r").emit("bcast", x));
  socket.on("to", (rooms, except, event, x) => socket.to(rooms).except(except).emit(event, x));
  socket.on("in", (rooms, event, x) => io.in(rooms).emit(event, x));
  socket.on("all", (event, x) => io.emit(event, x));
  socket.on("others", (event, x) => socket.broadcast.emit(event, x));
  socket.on("local", (event, x) => io.local.emit(event, x));

  socket.on("bin", (bytes) => socket.emit("bin", bytes));
  socket.on("bin-nested", (x) => socket.emit("bin-nested", x));
  socket.on("bin-ack", (bytes, done) => done(bytes));

  socket.on("ask", (x) =>
    socket.timeout(1000).emit("question", x, (error, answer) => {
      if (error) socket.emit("answered", "timeout", null);
      else socket.emit("answered", null, answer);
    }),
  );
  socket.on("ask-coro", async (x) => {
    try {
      socket.emit("answered", null, await socket.timeout(1000).emitWithAck("question", x));
    } catch {
      socket.emit("answered", "timeout", null);
    }
  });

  socket.on("ask-race", async (x) => {
    const first = await Promise.race(["slow", "quick"].map((name) => socket.emitWithAck(name, x)));
    socket.emit("answered", null, first);
  });

  socket.on("typed-add", (a, b, done) => done(a + b));
  socket.on("typed-message", ({ user, text }, done) =>
    done({ user, text, length: Buffer.byteLength(text) }),
  );
  socket.on("throw", () => {
    throw new Error("thrown by the handler");
  });
  socket.on("kick", (close) => socket.disconnect(close));
  socket.on("disconnect-reason-of", (done) => done(disconnects));
  socket.on("handshake", (done) => {
    const { auth, query, headers, address, xdomain, secure, url } = socket.handshake;
    done({
      auth,
      query: pick(query, ["EIO", "transport", "color"]),
      headers: pick(headers, ["x-probe"]),
      address,
      xdomain,
      secure,
      url,
    });
  });
  socket.on("as-is", (...x) => socket.compress(false).emit("echo", ...x));
  socket.on("clock", (done) => done(Date.now()));
  socket.on("stress", (count, size) => {
    for (let i = 0; i < count; i++) socket.emit("s", i, "x".repeat(size));
  });
});

function serveEcho(nsp) {
  nsp.on("connection", (socket) => {
    note(socket);
    socket.on("echo", (...args) => socket.emit("echo", ...args));
  });
}

function refusal(message, data) {
  return Object.assign(new Error(message), data && { data });
}

const admin = io.of("/admin");
admin.use((socket, next) =>
  socket.handshake.auth.token === "secret" ? next() : next(refusal("not authorized", { code: 42 })),
);
serveEcho(admin);

const slow = io.of("/slow");
slow.use((socket, next) => setTimeout(next, 50));
serveEcho(slow);

const chain = io.of("/mw-chain");
for (const step of ["first", "second"]) {
  chain.use((socket, next) => {
    if (socket.handshake.auth[step] !== true) return next(refusal(step));
    socket.data.trace = [...(socket.data.trace ?? []), step];
    next();
  });
}
chain.on("connection", (socket) => socket.on("trace", (done) => done(socket.data.trace)));
serveEcho(chain);

const rooms = io.of(/^\/room-[^/]*$/);
rooms.on("connection", (socket) => socket.on("everywhere", (x) => rooms.emit("news", x)));
serveEcho(rooms);
const guarded = io.of((name, auth, next) =>
  next(null, name.startsWith("/guarded-") && auth.token === "secret"),
);
serveEcho(guarded);

for (const name of ["/multi-a", "/multi-b"]) {
  const nsp = io.of(name);
  nsp.on("connection", (socket) => {
    socket.on("join", (room, done) => {
      socket.join(room);
      done(room);
    });
    socket.on("shout", (room, x) => nsp.to(room).emit("shout", x));
  });
  serveEcho(nsp);
}

io.of("/conn").on("connection", (socket) => {
  const { conn } = socket;
  const trace = [];
  conn.on("packet", ({ type, data }) => trace.push(`packet:${type}:${data ?? ""}`));
  conn.on("packetCreate", ({ type, data }) => trace.push(`created:${type}:${data ?? ""}`));
  conn.on("heartbeat", () => trace.push("heartbeat"));
  conn.on("upgrading", () => trace.push("upgrading"));
  conn.on("upgrade", () => trace.push(`upgrade:${conn.transport.name}`));
  conn.on("close", (reason) => io.of("/conn").emit("closed", conn.id, reason));
  socket.on("echo", (x) => socket.emit("echo", x));
  socket.on("trace", (done) => done(trace));
  socket.on("conn", (done) =>
    done({
      id: conn.id,
      transport: conn.transport.name,
      upgraded: conn.upgraded,
      open: conn.readyState === "open",
      protocol: conn.protocol,
      address: conn.remoteAddress,
      url: conn.request.url,
    }),
  );
  socket.on("close", () => conn.close());
});

io.of("/listeners").on("connection", (socket) => {
  const trace = [];
  const note = (what) => (event, ...args) => {
    const values = args.filter((each) => typeof each !== "function");
    trace.push(`${what}:${event}:${values.length}`);
  };
  socket.onAny(note("in"));
  socket.prependAny(note("first in"));
  socket.onAnyOutgoing(note("out"));
  const prepended = note("first out");
  socket.prependAnyOutgoing(prepended);
  socket.use(([event], next) => (event === "forbidden" ? next(new Error(event)) : next()));
  socket.on("error", (error) => trace.push(`refused:${error.message}`));
  socket.once("once", (text) => socket.emit("heard", text));
  const mortal = () => socket.emit("heard", "mortal");
  socket.on("mortal", mortal);
  socket.on("off", (done) => {
    socket.off("mortal", mortal);
    socket.offAnyOutgoing(prepended);
    done(true);
  });
  socket.on("off any", (done) => {
    socket.offAny();
    socket.offAnyOutgoing();
    done(true);
  });
  socket.on("forbidden", () => socket.emit("heard", "forbidden"));
  socket.on("all", (text) => io.of("/listeners").emit("news", text));
  socket.on("trace", (done) => done(trace));
});

const operators = io.of("/operators");
operators.on("connection", (socket) => {
  const outcome = (done) => (error, votes) => done([!error, [...votes].sort()]);
  socket.on("join", (room, done) => {
    socket.join(room);
    done(room);
  });
  socket.on("vote", (room, limit, done) =>
    operators.to(room).timeout(limit).emit("vote", room, outcome(done)),
  );
  socket.on("vote-coro", async (room, limit, done) => {
    try {
      outcome(done)(null, await operators.to(room).timeout(limit).emitWithAck("vote", room));
    } catch (error) {
      outcome(done)(error, error.responses);
    }
  });
  socket.on("others", (room, done) =>
    socket.timeout(10_000).to(room).emit("vote", room, outcome(done)),
  );
  socket.on("fetch", async (room, done) => {
    const sockets = await operators.in(room).fetchSockets();
    done(sockets.map(({ rooms }) => [...rooms].sort()).sort());
  });
  socket.on("sockets-join", (room, to) => operators.in(room).socketsJoin(to));
  socket.on("sockets-leave", (room, to) => operators.in(room).socketsLeave(to));
  socket.on("lossy", (count) => {
    for (let i = 0; i < count; ++i) socket.volatile.emit("tick", i, Buffer.alloc(3));
    socket.emit("tick", "sure");
  });
  socket.on("kick-room", (room) => {
    operators.in(room).emit("last", 1);
    operators.in(room).disconnectSockets(true);
  });
});

// A handler's exception must not end the server; the C++ library reports it to on_error.
process.on("uncaughtException", (error) => console.error(error));

const control = createInterface({ input: process.stdin });
control.on("line", (line) => line === "close" && control.close());
control.on("close", () => {
  process.stdin.destroy();
  io.close();
});

http.listen({ port: number("port", 0), host: flags.host ?? "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening on ${http.address().port}`),
);
