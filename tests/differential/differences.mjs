// Where we differ from the official parsers on purpose: a difference that is not in this table
// fails the test, and so does an entry that makes no difference any more.
//   refused:  they accept the packet, we close the connection
//   accepted: they refuse it
//   other:    both accept it, and understand or write something else
const table = [
  {
    rule: "R78 F156", how: "refused",
    why: "a length is decimal digits, at most sixteen, of a packet that is there",
    cases: ["v3 R78 length 0", "v3 R78 length 0 between", "v3 R78 a sign", "v3 R78 a space",
      "v3 R78 hexadecimal", "v3 R78 an exponent", "v3 R78 a fraction", "v3 R78 seventeen digits",
      "v3 bytes: F156 empty body", "v3 bytes: R78 empty binary", "v3 bytes: R78 another flag",
      "v3 bytes: R78 a length too long", "v3 bytes: R78 seventeen digits",
      "v3 bytes: R78 300 digits"],
  },
  {
    rule: "R78", how: "other",
    why: "what stands before a wrong length is delivered, and nothing of a character that is cut",
    cases: ["v3 R78 half of a character", "v3 bytes: R78 a second length without an end"],
  },
  {
    rule: "R79 R80", how: "refused",
    why: "bytes are a message, and base64 is what an encoder writes",
    cases: ["v3 R79 no base64", "v3 R80 base64 of another type", "v3 R80 base64 without type",
      "v3 bytes: R78 binary of another type", "v3 bytes: R78 binary of no type"],
  },
  {
    rule: "R79", how: "refused",
    why: "base64 that no encoder writes: they skip foreign characters and do without padding",
    cases: ["R79 no base64", "R79 one character", "R79 no padding", "R79 too little padding",
      "R79 URL alphabet", "R79 white space", "R79 bits that belong to no byte"],
  },
  {
    rule: "RFC 3629", how: "refused",
    why: "text that is not UTF-8 is an error in long-polling as it is in WebSocket",
    cases: ["not UTF-8", "half a surrogate pair"],
  },
  {
    rule: "R112", how: "refused",
    why: "they take an empty type for the number 0, a CONNECT",
    cases: ["R112 empty", "R112 a space"],
  },
  {
    rule: "L22 R115", how: "refused",
    why: "names have a limit",
    cases: ["L22 a name of 257 bytes", "L22 a namespace of 1 KiB and a byte",
      "R115 a namespace of 900 kB"],
  },
  {
    rule: "L20 R120 R122", how: "refused",
    why: "nesting has a limit",
    cases: ["R122 129 levels", "R122 1000 levels", "R120 deep auth"],
  },
  {
    rule: "R117", how: "refused",
    why: "an event's name is a string",
    cases: ["R117 a number as name"],
  },
  {
    rule: "R118 R125", how: "refused",
    why: "events and acks have a payload",
    cases: ["R118 no payload", "R118 no payload but a namespace", "R118 no payload but an id",
      "R118 a binary event without payload", "R125 no payload"],
  },
  {
    rule: "L24 R113 R124", how: "refused",
    why: "an ack id that JavaScript cannot count would be answered with another number",
    cases: ["R124 2^53", "R124 17 digits", "R124 30 digits", "R124 400 digits",
      "R124 an event with 30 digits", "R113 a million digits of an id"],
  },
  {
    rule: "R119 F225", how: "refused",
    why: "only events and acks have ids (they read the payload 1 as the id of a packet without one)",
    cases: ["an id in a connect packet", "an id in a disconnect packet", "an id in a connect error",
      "R119 a number", "F225 connect error with a number"],
  },
  {
    rule: "F381", how: "refused",
    why: "they take white space for a digit of the id",
    cases: ["F381 a space as id", "F381 a space before the id"],
  },
  {
    rule: "R113 R129", how: "refused",
    why: "the number of attachments is a few decimal digits (they take all that converts to a number)",
    cases: ["R113 a million zeros", "R129 an exponent", "R129 a space first", "R129 a space last",
      "R129 hexadecimal", "R129 a plus sign"],
  },
  {
    rule: "R130", how: "refused",
    why: "a placeholder names an attachment by a whole number (they put undefined in its place)",
    cases: ["R130 a fraction"],
  },
  {
    rule: "R131", how: "refused",
    why: "every attachment has a place",
    cases: ["R131 fewer placeholders than attachments",
      "R131 as many placeholders, one attachment left", "R131 no placeholder"],
  },
  {
    rule: "R121", how: "other",
    why: "what is passed on unread keeps its duplicate keys; the last one counts for both",
    cases: ["R121 duplicate keys", "R131 the last of two members counts"],
  },
  {
    rule: "R123", how: "other",
    why: "64-bit integers keep all their bits when they are passed on",
    cases: ["R123 beyond 2^53"],
  },
  {
    rule: "R123", how: "other",
    why: "half a surrogate pair cannot be UTF-8 and becomes U+FFFD",
    cases: ["R123 a lone high surrogate", "R123 a lone low surrogate"],
  },
];

// Of msgpack clients: theirs is socket.io-msgpack-parser.
const msgpackTable = [
  {
    rule: "R121", how: "other",
    why: "what is passed on unread keeps all its keys",
    cases: ["R121 a key named __proto__", "R121 duplicate keys"],
  },
  {
    rule: "L20", how: "refused",
    why: "nesting has a limit, of 128 with the packet itself",
    cases: ["R133 126 levels", "R133 127 levels"],
  },
  {
    rule: "R123", how: "other",
    why: "64-bit integers keep all their bits when they are passed on",
    cases: ["R123 beyond 2^53"],
  },
  {
    rule: "R123", how: "other",
    why: "whole numbers of 2^64 and more are written as doubles (they write 0)",
    cases: ["doubles beyond 2^64"],
  },
  {
    rule: "R133", how: "other",
    why: "timestamps are dates",
    cases: ["R133 timestamps of notepack.io 3"],
  },
  {
    rule: "R133", how: "refused",
    why: "a second has no more than 999,999,999 nanoseconds",
    cases: ["R133 a timestamp with too many nanoseconds"],
  },
  {
    rule: "R133", how: "refused",
    why: "keys are strings (they turn all else into a string)",
    cases: ["R133 integers as keys", "R133 null as key", "R133 an array as key",
      "R133 binary as key"],
  },
  {
    rule: "R134", how: "accepted",
    why: "clients in other languages write nil for what is not there",
    cases: ["connect with nil", "disconnect with nil", "nil as id"],
  },
  {
    rule: "R134", how: "accepted",
    why: "as in JSON; no client sends it, and the connection is closed a moment later",
    cases: ["R134 connect error without data"],
  },
  {
    rule: "R117 R116 L22", how: "refused",
    why: "an event's name is a string, not too long, and not reserved",
    cases: ["R134 event without a name", "R134 event with a number as name",
      "R134 event with a reserved name", "L22 a name of 257 bytes in msgpack"],
  },
  {
    rule: "L24 R124 R125", how: "refused",
    why: "only acks and events have ids, and JavaScript can count them",
    cases: ["R134 connect with an id", "R134 a negative id", "R134 an id of 2^53"],
  },
  {
    rule: "R134 L22", how: "refused",
    why: "the name of a namespace is one that JSON clients could use too",
    cases: ["R134 an empty namespace", "R134 a namespace without a slash",
      "R134 a namespace with a comma", "L22 a namespace of 1 KiB and a byte in msgpack"],
  },
];
for (const entry of msgpackTable) {
  table.push({ ...entry, cases: entry.cases.map((name) => `msgpack: ${name}`) });
}

/** The entry of the table for each case that has one. */
export const differences = Object.fromEntries(
  table.flatMap(({ cases, ...difference }) => cases.map((name) => [name, difference])));
