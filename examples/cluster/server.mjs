// The chat of ../chat/chat.hpp in JavaScript, as a member of the same cluster: the same events for clients, and the same
// questions between servers. ../chat/PROTOCOL.md describes both.
//
//     node server.mjs --redis URL [--port N] [--name NAME]
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const historyLength = 50, chunkSize = 128 * 1024, largestFile = 5 << 20, mostBytes = 64 << 20;

const { values: options } = parseArgs({
  options: { redis: { type: "string" }, port: { type: "string", default: "0" }, name: { type: "string", default: "" } },
});

const path = options.redis.match(/^unix:(.+)/)?.[1];
const publisher = createClient(path ? { socket: { path } } : { url: options.redis });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, { adapter: createShardedAdapter(publisher, subscriber) });

const history = new Map(); // by room: what was said on this server
const uploads = new Map(); // by socket
const files = new Map();   // the oldest first
let rooms = [{ name: "lobby", people: 0 }], asking = false, askAgain = false, lastMessage = 0, lastFile = 0;

/** What the other servers answer; those that do not are left out. */
const ask = (event, ...args) => new Promise((resolve) => io.serverSideEmit(event, ...args, (_, answers) => resolve(answers ?? [])));

const fits = (text, characters) => typeof text === "string" && text !== "" && Buffer.byteLength(text) <= 3 * characters;
const isName = (text) => fits(text, 24) && !text.includes("\n");

// ---- who is where

const seat = (room, nick) => `${room}\n${nick}`;

async function join(socket, nick, room, key) {
  if (!isName(nick) || !isName(room)) return { error: "A name has 1 to 24 characters.", people: [], history: [] };
  if (!fits(key, 40)) return { error: "A key has 1 to 40 characters.", people: [], history: [] };
  // Who wants a name in a room enters a room of that name first: whoever else is there has it.
  socket.join(seat(room, nick));
  let taken = false;
  for (const other of await io.in(seat(room, nick)).fetchSockets()) {
    if (other.id === socket.id) continue;
    if (other.data.key === key) other.disconnect(true);
    else taken = true;
  }
  if (taken) {
    socket.leave(seat(room, nick));
    return { error: `Somebody called ${nick} is already in ${room}.`, people: [], history: [] };
  }
  if (!socket.connected) return;

  leave(socket);
  socket.data = { nick, room, key };
  socket.join([seat(room, nick), room]);
  socket.to(room).emit("joined", nick);
  roomsChanged();
  return { error: "", history: await wholeHistory(room), people: await peopleIn(room) };
}

function leave(socket, replaced = false) {
  const { nick, room } = socket.data;
  socket.data = {};
  if (!room) return;
  socket.leave(seat(room, nick));
  socket.leave(room);
  if (!replaced) socket.to(room).emit("left", nick);
  roomsChanged();
}

const ownPeople = (room) => [...io.sockets.sockets.values()].filter(({ data }) => data.room === room).map(({ data }) => data.nick);

/** Those here are looked up last: who comes after that is told of after the answer. */
async function peopleIn(room) {
  const others = await ask("people", room);
  return [...ownPeople(room), ...others.flat()];
}

// ---- which rooms there are, and how many are in each

function roomsChanged() {
  io.serverSideEmit("rooms changed");
  showRooms();
}

async function showRooms() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  const people = {};
  for (const counts of [...await ask("rooms"), ownRooms()]) {
    for (const [name, count] of Object.entries(counts)) people[name] = (people[name] ?? 0) + count;
  }
  rooms = Object.keys(people).sort().map((name) => ({ name, people: people[name] }));
  for (const name of history.keys()) if (!(name in people)) history.delete(name);
  io.local.emit("rooms", rooms);
  asking = false;
  if (askAgain) {
    askAgain = false;
    showRooms();
  }
}

function ownRooms() {
  const people = { lobby: 0 };
  for (const { data: { room } } of io.sockets.sockets.values()) if (room) people[room] = (people[room] ?? 0) + 1;
  return people;
}

// ---- what is said

function post(socket, text, file) {
  const { nick, room } = socket.data;
  lastMessage = Math.max(lastMessage + 1, Date.now());
  const message = { id: lastMessage, from: nick, text, time: Date.now(), file };
  io.to(room).emit("message", message);
  history.set(room, [...(history.get(room) ?? []), message].slice(-historyLength));
}

async function wholeHistory(room) {
  const parts = await ask("history", room);
  return [...(history.get(room) ?? []), ...parts.flat()].sort((a, b) => a.id - b.id).slice(-historyLength);
}

// ---- files

const read = (id, offset) => files.get(id)?.subarray(offset, offset + chunkSize) ?? Buffer.alloc(0);

function keep(id, content) {
  files.set(id, content);
  let size = 0;
  for (const each of files.values()) size += each.length;
  for (const [oldest, { length }] of files) {
    if (size <= mostBytes) break;
    files.delete(oldest);
    size -= length;
  }
}

function receive(socket, id, chunk) {
  const upload = uploads.get(socket.id);
  if (upload?.file.id !== id || !Buffer.isBuffer(chunk) || chunk.length > upload.file.size - upload.received) {
    return { error: "There is no such upload.", received: 0 };
  }
  upload.parts.push(chunk);
  upload.received += chunk.length;
  if (upload.received === upload.file.size) {
    keep(id, Buffer.concat(upload.parts));
    post(socket, "", upload.file);
    uploads.delete(socket.id);
  }
  return { error: "", received: upload.received };
}

// ---- what clients ask, and what other servers do

io.on("connection", (socket) => {
  if (options.name) socket.emit("server", options.name);
  socket.emit("rooms", rooms);

  // What a handler returns is the acknowledgement, as it is in C++.
  const on = (event, handle) => socket.on(event, async (...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : () => {};
    try {
      ack(await handle(...args));
    } catch {
      ack({ error: "handler failed" });
    }
  });
  on("join", (nick, room, key) => join(socket, nick, room, key));
  on("say", (text) => {
    if (!socket.data.room) return { error: "Join a room first." };
    if (!fits(text, 2000)) return { error: "A message has 1 to 2000 characters." };
    post(socket, text, null);
    return { error: "" };
  });
  on("typing", (typing) => {
    const { nick, room } = socket.data;
    if (room) socket.to(room).emit("typing", nick, typing === true);
  });
  on("upload-start", ({ name, type, size }) => {
    if (!socket.data.room) return { error: "Join a room first.", id: "" };
    if (!fits(name, 100) || typeof type !== "string" || type.length > 300) return { error: "The file's name is too long.", id: "" };
    if (!Number.isInteger(size) || size <= 0 || size > largestFile) return { error: "A file has at most 5 MB.", id: "" };
    const id = `${socket.id}-${++lastFile}`;
    uploads.set(socket.id, { file: { id, name, type, size }, parts: [], received: 0 });
    return { error: "", id };
  });
  on("upload-chunk", (id, chunk) => receive(socket, id, chunk));
  on("download", async (id, offset) => {
    const here = read(id, offset);
    return here.length ? here : (await ask("download", id, offset)).find((part) => part.length) ?? here;
  });
  socket.on("disconnect", (reason) => {
    uploads.delete(socket.id);
    leave(socket, reason === "server namespace disconnect");
  });
});

io.on("rooms changed", showRooms);
io.on("rooms", (answer) => answer(ownRooms()));
io.on("people", (room, answer) => answer(ownPeople(room)));
io.on("history", (room, answer) => answer(history.get(room) ?? []));
io.on("download", (id, offset, answer) => answer(read(id, offset)));

http.listen(options.port, () => console.log(`The chat is at http://localhost:${http.address().port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => io.close(() => process.exit()));
