// Our codecs and the official parsers, fed with the same packets.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { packets, payloads, payloads3, written3 } from "./corpus.mjs";
import { differences } from "./differences.mjs";
import { messages } from "./msgpack-corpus.mjs";
import * as oracle from "./oracle.mjs";

const probe = process.env.SOCKETIO_CODEC_PROBE;
assert.ok(probe, "set SOCKETIO_CODEC_PROBE to the program built from probe.cpp");

const hex = (data) => Buffer.from(data).toString("hex");

/** The probe's answers to lines of input. */
function ask(lines) {
  const { status, signal, stdout, stderr } = spawnSync(probe, {
    input: lines.join("\n") + "\n",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, `the probe ended with ${status ?? signal}: ${stderr}`);
  const answers = stdout.toString().trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, lines.length);
  return answers;
}

const shortened = (value) => {
  const text = JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 400)} … ${text.slice(-100)}` : text;
};

/** How our answer differs from theirs: not at all, we refused or accepted more, or otherwise. */
function compare(ours, theirs) {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  if (a === b) return undefined;
  const [refused, refusedByThem] = [ours, theirs].map((answer) => answer.at(-1) === "error");
  if (refused === refusedByThem) return "other";
  return refused ? "refused" : "accepted";
}

function check(name, ours, theirs) {
  const found = compare(ours, theirs);
  const expected = differences[name]?.how;
  assert.equal(found, expected, `${name}\n  ours   ${shortened(ours)}\n  theirs ${shortened(theirs)}`);
}

const payloadAnswers = ask(payloads.map(([, body]) => `eio ${hex(body)}`));
payloads.forEach(([name, body], i) => {
  test(`Engine.IO payload: ${name}`, () => check(name, payloadAnswers[i], oracle.payload(Buffer.from(body))));
});

const tagged = (data) => (typeof data === "string" ? "t:" : "b:") + hex(data);
const line = (list) => list.map(tagged).join(" ");

const payloadAnswers3 = ask(payloads3.map(([, body]) => `eio3 ${tagged(body)}`));
payloads3.forEach(([name, body], i) => {
  test(`Engine.IO payload: ${name}`, () => check(name, payloadAnswers3[i], oracle.payload3(body)));
});

const writtenAnswers3 = ask(written3.map(([, list]) => `write3 ${line(list)}`));
written3.forEach(([name, list], i) => {
  test(`Engine.IO payload written: v3 ${name}`, () =>
    assert.deepEqual(writtenAnswers3[i], oracle.written3(list)));
});

const packetAnswers = ask(packets.map(([, list]) => `sio ${line(list)}`));
packets.forEach(([name, list], i) => {
  // Through JSON, as the probe's answers are.
  const theirs = JSON.parse(JSON.stringify(oracle.packets(list)));
  test(`Socket.IO packets: ${name}`, () => check(name, packetAnswers[i], theirs));
});

const messageAnswers = ask(messages.map(([, bytes]) => `msgpack ${hex(bytes)}`));
messages.forEach(([name, bytes], i) => {
  const theirs = JSON.parse(JSON.stringify(oracle.message(bytes)));
  test(name, () => check(name, messageAnswers[i], theirs));
});

// The other way: what we say to JSON clients, as msgpack clients hear it. Their decoder assigns the
// members of an object, and what is assigned to __proto__ is no member.
const assigned = (packet) =>
  JSON.parse(JSON.stringify(packet), (key, value) => (key === "__proto__" ? undefined : value));
const heardAnswers = ask(packets.map(([, list]) => `hear ${line(list)}`));
packets.forEach(([name], i) => {
  const said = packetAnswers[i].filter((packet) => packet.messages);
  if (said.length === 0) return;
  test(`heard by a msgpack client: ${name}`, () => {
    const heard = heardAnswers[i].map((bytes) => JSON.parse(JSON.stringify(oracle.understood(bytes))));
    assert.deepEqual(heard, said.map(({ messages, ...packet }) => assigned(packet)));
  });
});

test("each known difference belongs to a case", () => {
  const all = [...payloads, ...payloads3, ...packets, ...messages].map(([name]) => name);
  const names = new Set(all);
  assert.equal(names.size, all.length, "a name stands for two cases");
  assert.deepEqual(Object.keys(differences).filter((name) => !names.has(name)), []);
});
