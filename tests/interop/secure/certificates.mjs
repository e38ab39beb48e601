// An authority and what it signs, made with openssl in a folder that goes with the process.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const folder = mkdtempSync(join(tmpdir(), "socketio-tls-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

/** What goes into a certificate; `crl` is never fetched, but careful clients want to see one. */
function extensions(names) {
  const file = `extensions-${Math.random()}`;
  const lines = ["basicConstraints=CA:FALSE", "crlDistributionPoints=URI:http://127.0.0.1/crl"];
  if (names) lines.push(`subjectAltName=${names}`);
  writeFileSync(join(folder, file), lines.join("\n"));
  return file;
}

const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Paths and texts of a certificate and its key. */
function made(name) {
  const chainFile = join(folder, `${name}.pem`);
  const keyFile = join(folder, `${name}.key`);
  return { chainFile, keyFile, cert: readFileSync(chainFile), key: readFileSync(keyFile) };
}

export function authority(name) {
  const subject = ["-subj", `/CN=${name}`, "-days", "30"];
  openssl("req", "-x509", ...ec, "-keyout", `${name}.key`, "-out", `${name}.pem`, ...subject);
  return made(name);
}

/** A certificate signed by `by`, made out to `names` such as "DNS:localhost,IP:127.0.0.1". */
export function signed(by, name, { names, days = 90, key = ec } = {}) {
  const request = [...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
  openssl("req", "-new", ...request);
  const signer = ["-CA", by.chainFile, "-CAkey", by.keyFile, "-CAcreateserial"];
  const result = ["-days", String(days), "-extfile", extensions(names), "-out", `${name}.pem`];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signer, ...result);
  return made(name);
}

export const ca = authority("authority");
export const server = signed(ca, "server", { names: "DNS:localhost,IP:127.0.0.1" });
