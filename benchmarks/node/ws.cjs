// What Node can do at best: plain `ws` from npm, which knows the bytes that will come, parses no
// JSON, keeps no timers, and speaks no long-polling. A yardstick, not a server: node ws.cjs PORT
"use strict";

const { WebSocketServer } = require("ws");

const open = '0{"sid":"yardstick","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
const room = new Set();

// `42["ack",` with an id in between, and `42["join",` likewise: the answer has the id and the data.
const acknowledge = (text, end) => `43${text.slice(2, end)}[${text.slice(text.indexOf(",", end) + 1)}`;

new WebSocketServer({
  port: Number(process.argv[2] ?? 3000),
  host: "127.0.0.1",
  backlog: 4096,
  perMessageDeflate: false,
}).on("connection", (socket) => {
  socket.send(open);
  socket.on("close", () => room.delete(socket));
  socket.on("error", () => {});
  let head = null; // of an event whose attachment is to come
  socket.on("message", (data, binary) => {
    if (binary) {
      socket.send(head);
      socket.send(data);
      return;
    }
    const text = data.toString();
    if (text.startsWith('42["echo"')) {
      socket.send(text);
    } else if (text.startsWith('42["bcast"')) {
      for (const member of room) member.send(text);
    } else if (text.startsWith('451-["bin"')) {
      head = text;
    } else if (text.startsWith("40")) {
      socket.send('40{"sid":"yardstick"}');
    } else if (text.startsWith("42")) {
      const end = text.indexOf("[");
      if (text.startsWith('["join"', end)) room.add(socket);
      socket.send(acknowledge(text, end));
    }
  });
});
