// Our codecs and the official parsers, fed with the same packets.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { packets, payloads } from "./corpus.mjs";
import { differences } from "./differences.mjs";
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

/** How our answer differs from theirs: not at all, we refused more, or otherwise. */
function compare(ours, theirs) {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  if (a === b) return undefined;
  return ours.at(-1) === "error" && theirs.at(-1) !== "error" ? "refused" : "other";
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

const packetAnswers = ask(packets.map(([, messages]) =>
  "sio " + messages.map((m) => (typeof m === "string" ? "t:" : "b:") + hex(m)).join(" ")));
packets.forEach(([name, messages], i) => {
  // Through JSON, as the probe's answers are.
  const theirs = JSON.parse(JSON.stringify(oracle.packets(messages)));
  test(`Socket.IO packets: ${name}`, () => check(name, packetAnswers[i], theirs));
});

test("each known difference belongs to a case", () => {
  const names = new Set([...payloads, ...packets].map(([name]) => name));
  assert.equal(names.size, payloads.length + packets.length, "a name stands for two cases");
  assert.deepEqual(Object.keys(differences).filter((name) => !names.has(name)), []);
});
