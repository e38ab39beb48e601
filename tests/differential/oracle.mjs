// What the official parsers make of packets, in the form in which probe.cpp answers.
import { decodePayload } from "engine.io-parser";
import { Decoder, Encoder } from "socket.io-parser";

const types = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const EVENT = 2, ACK = 3;

/** JSON with binary values in it as the probe writes them. */
function normalise(value) {
  if (Buffer.isBuffer(value)) return { $binary: value.toString("base64") };
  if (Array.isArray(value)) return value.map(normalise);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normalise(member)]));
}

/** The body of a POST request: its packets, and "error" where they end in one. */
export function payload(body) {
  return decodePayload(body.toString("utf8"), "nodebuffer").map(({ type, data }) =>
    type === "error" ? "error" : { type: types.indexOf(type), data: normalise(data ?? "") });
}

/** The messages of one connection: their packets, and "error" where they end in one. */
export function packets(messages) {
  const decoder = new Decoder();
  const found = [];
  decoder.on("decoded", ({ type, nsp, id, data }) => {
    const packet = { type, nsp, id, data: normalise(data) };
    // Encoding comes last: it may change what it is given.
    if (type === EVENT || type === ACK) {
      packet.messages = normalise(new Encoder().encode({ type, nsp, id, data }));
    }
    found.push(packet);
  });
  try {
    for (const message of messages) decoder.add(message);
  } catch {
    found.push("error");
  }
  return found;
}
