// testssl.sh against a real server: nothing above LOW. (LOW is that its host has no CAA record.)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, it } from "node:test";
import { promisify } from "node:util";
import { ca, folder, server, signed } from "./certificates.mjs";
import { SecureFixture } from "./support.mjs";

const names = { names: "DNS:localhost,IP:127.0.0.1", key: ["-newkey", "rsa:2048", "-nodes"] };
const fixture = await SecureFixture.start([server, signed(ca, "rsa", names)]);
after(() => fixture.stop());

it("R166 R168 is found to be in order", async () => {
  const report = join(folder, "report.json");
  // Protocols, ciphers, forward secrecy, preferences, certificates, known vulnerabilities; not the
  // HTTP headers of pages, which are the host's.
  const what = ["-p", "-s", "-f", "-P", "-S", "-U"];
  const how = ["--quiet", "--color", "0", "--warnings", "off", "--add-ca", ca.chainFile];
  await promisify(execFile)(
    "testssl",
    [...how, ...what, "--jsonfile", report, `localhost:${fixture.port}`],
    { maxBuffer: 1 << 24, timeout: 600_000 },
  ).catch((error) => {
    if (error.killed) throw error; // else the exit code counts what was found
  });
  const findings = JSON.parse(readFileSync(report, "utf8"));
  const found = (id) => findings.find((each) => each.id === id)?.finding;
  assert.match(found("TLS1_3"), /^offered/);
  assert.match(found("TLS1_1"), /^not offered/);
  assert.match(found("secure_client_renego"), /^not vulnerable/);
  assert.match(found("LUCKY13"), /^not vulnerable/);
  const bad = ["MEDIUM", "HIGH", "CRITICAL", "FATAL"];
  assert.deepEqual(
    findings.filter((each) => bad.includes(each.severity)),
    [],
  );
});
