// What the official parsers make of packets, in the form in which probe.cpp answers.
import { decodePayload } from "engine.io-parser";
import v3 from "engine.io-parser-2";
import msgpack from "socket.io-msgpack-parser";
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

/** The same of revision 3: text, or octets as a buffer. */
export function payload3(body) {
  const found = [];
  v3.decodePayload(body, undefined, ({ type, data }) => {
    found.push(type === "error" ? "error" : { type: types.indexOf(type), data: normalise(data ?? "") });
  });
  return found;
}

/** Packets as the two payloads of revision 3. */
export function written3(packets) {
  const list = packets.map((packet) => Buffer.isBuffer(packet)
    ? { type: "message", data: packet } : { type: types[packet[0]], data: packet.slice(1) });
  let counted, octets;
  v3.encodePayload(list, false, (text) => (counted = text));
  v3.encodePayloadAsBinary(list, (buffer) => (octets = buffer));
  return [counted, normalise(octets)];
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

/** What a value is for us: the text of a date, and no undefined. */
function plain(value) {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map((element) => plain(element ?? null));
  if (value === null || typeof value !== "object") return value;
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(given.map(([key, member]) => [key, plain(member)]));
}

/** The message of a msgpack client: its packet, or "error", in a list. */
export function message(bytes) {
  const decoder = new msgpack.Decoder();
  const found = [];
  decoder.on("decoded", (decoded) => {
    const { type, nsp, id, data } = plain(decoded);
    const packet = { type, nsp, id, data: normalise(data) };
    if (type === EVENT || type === ACK) {
      const fields = id === undefined ? { type, data, nsp } : { type, data, id, nsp };
      packet.message = new msgpack.Encoder().encode(fields)[0].toString("hex");
    }
    found.push(packet);
  });
  try {
    decoder.add(bytes);
  } catch {
    found.push("error");
  }
  return found;
}

/** What a msgpack client makes of our message. */
export function understood(hex) {
  const [{ message: again, ...packet }] = message(Buffer.from(hex, "hex"));
  return packet;
}
