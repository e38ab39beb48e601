// The messages of msgpack clients that both codecs are fed with: each is one packet. A name that
// begins with a rule's number says which rule the case belongs to.
import { createRequire } from "node:module";
import { encode as encode3 } from "notepack.io";

const require = createRequire(import.meta.url);
const parser = createRequire(require.resolve("socket.io-msgpack-parser"));
/** notepack.io 2, which the parser brings. */
const { encode } = parser("notepack.io");

const hex = (...pieces) => Buffer.from(pieces.join(""), "hex");
const event = (...args) => encode({ type: 2, data: ["x", ...args], options: { compress: true }, nsp: "/" });
/** An event with one argument, given as bytes. */
const argument = (...pieces) => {
  const around = encode({ type: 2, data: ["x", 1], nsp: "/" }).toString("hex");
  const [before, after] = around.split("92a17801");
  return hex(before, "92a178", ...pieces, after);
};
const nested = (n, open, end) => argument(open.repeat(n), end);
const members = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i]));

const values = {
  "every type": event(null, true, false, 0, -1, 1.5, "s", [], {}, [1, [2]], { a: { b: [] } }),
  "an ack id": encode({ type: 2, data: ["x"], options: { compress: true }, id: 13, nsp: "/" }),
  "a namespace": encode({ type: 2, data: ["x", 1], nsp: "/admin" }),
  "an ack": encode({ type: 3, id: 7, data: ["a", { b: 1 }, null], nsp: "/admin" }),
  "ack ids": encode({ type: 3, id: 9007199254740991, data: [], nsp: "/" }),
  "integers": event(0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991,
    -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9007199254740991),
  "doubles": event(0.5, -0.5, 0.1, 5e-324, 2.2250738585072014e-308, Math.PI, -0, 123456.789),
  "R133 NaN and infinity": event(NaN, Infinity, -Infinity),
  "numbers in wider forms than they need": argument("9c", "cc01", "cd0001", "ce00000001",
    "cf0000000000000001", "d001", "d10001", "d200000001", "d30000000000000001", "cb3ff0000000000000",
    "ca3f800000", "cb0000000000000000", "d0ff"),
  "float32": argument("ca3fc00000"),
  "float32 of a tenth": argument("ca3dcccccd"),
  "strings": event("", "a".repeat(31), "a".repeat(32), "a".repeat(255), "a".repeat(256), "a".repeat(70_000)),
  "unicode": event("€ текст 🙂 \u0000\u001f\u007f\u2028", "é".repeat(40)),
  "strings in wider forms than they need": argument("93", "d90161", "da000161", "db0000000161"),
  "binary": event(Buffer.from([]), Buffer.from([1, 2, 255]), Buffer.alloc(256, 7), Buffer.alloc(70_000, 8)),
  "binary inside": event({ a: [Buffer.from("a"), { b: Buffer.from("b") }] }),
  "an ack with binary": encode({ type: 3, id: 1, data: [Buffer.from("bytes")], nsp: "/" }),
  "ArrayBuffers": event(new ArrayBuffer(0), new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(300), new ArrayBuffer(70_000)),
  "typed arrays": event(new Uint8Array([1, 2, 3]), new Float32Array([1.5])),
  "arrays": event(Array(15).fill(0), Array(16).fill("x"), Array(300).fill([]), Array(66_000).fill(1)),
  "objects": event(members(15), members(16), members(300), members(66_000)),
  "undefined": event(undefined, [undefined, 1], { a: undefined, b: 1 }),
  "dates": event(new Date(0), new Date(-1), new Date(1.7e12 + 123), new Date(8.64e15), { at: new Date(1e12) }),
  "toJSON": event({ toJSON: () => ({ a: 1 }) }),
  "functions": event({ f() {}, a: 1 }),
  "R121 a key named __proto__": argument("82", "a9", Buffer.from("__proto__").toString("hex"), "01",
    "ab", Buffer.from("constructor").toString("hex"), "02"),
  "R121 duplicate keys": argument("83a16101a16202a16103"),
  "64 levels": nested(64, "91", "90"),
  "R133 125 levels of objects": nested(125, "81a161", "80"),
  "R133 126 levels": nested(126, "91", "90"),
  "R133 127 levels": nested(127, "91", "90"),
  "R133 5000 levels of objects": nested(5000, "81a161", "80"),
  "R123 beyond 2^53": argument("94", "cf0020000000000001", "cfffffffffffffffff", "d3ffdfffffffffffff", "d38000000000000000"),
  "doubles beyond 2^53": event(2 ** 53, 2 ** 63, -(2 ** 63)),
  "doubles beyond 2^64": argument("92", "cb43f0000000000000", "cb7e37e43c8800759c"),
  "F234 a placeholder": event({ _placeholder: true, num: 0 }, Buffer.from("a")),
};

const extensions = {
  "R133 timestamps of notepack.io 3": encode3({ type: 2, data: ["x", new Date(1.7e12), new Date(1.7e12 + 123), new Date(-1000)], nsp: "/" }),
  "R133 a timestamp with too many nanoseconds": argument("d7ffee6b280000000000"),
  "an extension of another type": argument("d405aa"),
  "extensions of other types": argument("97", "d5feaabb", "d601aabbccdd", "d702" + "00".repeat(8),
    "d803" + "11".repeat(16), "c70380aabbcc", "c800027faabb", "c900000002f0aabb"),
  "extensions of type 0 and other sizes": argument("93", "d50000aa", "d600aabbccdd", "d800" + "11".repeat(16)),
};

const text = {
  "R133 a lone high surrogate": event("a\ud800", "\ud83d\ude42"),
  "R133 surrogates as bytes": argument("a7", "61eda08062", "ff", "63"),
  "R133 overlong text": argument("a5", "c0afe080bf"),
  "R133 half a character": argument("a4", "61f09f98"),
  "R133 a key that is no UTF-8": argument("81", "a2", "c328", "01"),
};

const announced = Object.fromEntries(
  ["ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff", "c9ffffffff00", "dc0010", "de0010", "c510", "da10", "c4ff",
    "d9ff", "9f", "8f", "bf", "d6", "d7ff00", "cb00", "cf00", "c1"]
    .map((bytes) => [`R133 ${bytes} at the end`, hex("83a47479706502a36e7370a12fa46461746192a178", bytes)]),
);

const broken = {
  "R133 0xc1": argument("c1"),
  "R133 integers as keys": argument("810102"),
  "R133 null as key": argument("81c002"),
  "R133 an array as key": argument("819002"),
  "R133 binary as key": argument("81c4016102"),
  "R133 trailing bytes": Buffer.concat([event(1), hex("c0")]),
  "R133 nothing": Buffer.alloc(0),
  "R134 a number": hex("02"),
  "R134 an array": encode([2, ["x"], "/"]),
  "R134 an empty object": encode({}),
};

const packet = (fields) => encode(fields);
const fields = {
  "connect": packet({ type: 0, data: undefined, nsp: "/" }),
  "connect without data": packet({ type: 0, nsp: "/" }),
  "connect with auth": packet({ type: 0, data: { token: "123" }, nsp: "/admin" }),
  "connect with a query": packet({ type: 0, nsp: "/admin?a=1" }),
  "connect with nil": packet({ type: 0, data: null, nsp: "/" }),
  "R134 connect with an array": packet({ type: 0, data: [], nsp: "/" }),
  "R134 connect with a string": packet({ type: 0, data: "x", nsp: "/" }),
  "R134 connect with an id": packet({ type: 0, id: 1, nsp: "/" }),
  "disconnect": packet({ type: 1, nsp: "/admin" }),
  "disconnect with nil": packet({ type: 1, data: null, nsp: "/" }),
  "R134 disconnect with data": packet({ type: 1, data: {}, nsp: "/" }),
  "connect error": packet({ type: 4, data: { message: "no" }, nsp: "/" }),
  "connect error with a string": packet({ type: 4, data: "no", nsp: "/" }),
  "R134 connect error without data": packet({ type: 4, nsp: "/" }),
  "R134 connect error with an array": packet({ type: 4, data: [], nsp: "/" }),
  "R134 event without data": packet({ type: 2, nsp: "/" }),
  "R134 event with an object": packet({ type: 2, data: {}, nsp: "/" }),
  "R134 event without a name": packet({ type: 2, data: [], nsp: "/" }),
  "R134 event with a number as name": packet({ type: 2, data: [1], nsp: "/" }),
  "R134 event with a reserved name": packet({ type: 2, data: ["connect"], nsp: "/" }),
  "L22 a name of 257 bytes in msgpack": packet({ type: 2, data: ["n".repeat(257)], nsp: "/" }),
  "R134 ack without id": packet({ type: 3, data: [], nsp: "/" }),
  "R134 ack with an object": packet({ type: 3, id: 1, data: {}, nsp: "/" }),
  "R134 a negative id": packet({ type: 3, id: -1, data: [], nsp: "/" }),
  "R134 a fraction as id": packet({ type: 3, id: 1.5, data: [], nsp: "/" }),
  "R134 a string as id": packet({ type: 3, id: "1", data: [], nsp: "/" }),
  "R134 an id of 2^53": packet({ type: 3, id: 2 ** 53, data: [], nsp: "/" }),
  "nil as id": packet({ type: 2, id: null, data: ["x"], nsp: "/" }),
  "R134 no type": packet({ data: ["x"], nsp: "/" }),
  "R134 type 5": packet({ type: 5, data: ["x"], nsp: "/" }),
  "R134 type 2^32": packet({ type: 2 ** 32, data: ["x"], nsp: "/" }),
  "R134 type 2^32 + 2": packet({ type: 2 ** 32 + 2, data: ["x"], nsp: "/" }),
  "R134 type -1": packet({ type: -1, data: ["x"], nsp: "/" }),
  "R134 type 1.5": packet({ type: 1.5, data: ["x"], nsp: "/" }),
  "R134 type \"2\"": packet({ type: "2", data: ["x"], nsp: "/" }),
  "R134 no namespace": packet({ type: 2, data: ["x"] }),
  "R134 a number as namespace": packet({ type: 2, data: ["x"], nsp: 1 }),
  "R134 an empty namespace": packet({ type: 0, nsp: "" }),
  "R134 a namespace without a slash": packet({ type: 0, nsp: "admin" }),
  "R134 a namespace with a comma": packet({ type: 0, nsp: "/a,b" }),
  "L22 a namespace of 1 KiB and a byte in msgpack": packet({ type: 0, nsp: "/" + "n".repeat(1024) }),
  "R134 other members": packet({ a: 1, type: 2, data: ["x"], nsp: "/", attachments: 3 }),
};

export const messages = Object.entries({ ...values, ...extensions, ...text, ...announced, ...broken, ...fields })
  .map(([name, bytes]) => [`msgpack: ${name}`, bytes]);
