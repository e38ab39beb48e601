// The contract once more, with clients that have the official parser for MessagePack.
process.env.SOCKETIO_PARSER = "msgpack";
const { reference } = await import("./support.mjs");
const parts = ["events", "namespaces", "rooms"];
// This one also has clients of its own making, which speak JSON.
if (!reference) parts.push("disconnect");
for (const part of parts) await import(`./${part}.test.mjs`);
