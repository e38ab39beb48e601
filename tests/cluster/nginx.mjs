// nginx as a plain round-robin balancer: each request goes to the next server.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { free, launch, until } from "./support.mjs";

process.env.PATH += ":/usr/sbin";

/** In front of these servers: {url, end()}. */
export async function startNginx(servers) {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const file = join(folder, "conf");
  const port = await free();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  writeFileSync(file, `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
    events {}
    http {
      access_log off; ${temporary.join(" ")}
      upstream servers {
        ${servers.map(({ url }) => `server ${new URL(url).host} max_fails=0;`).join("\n        ")}
        keepalive 16;
      }
      map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://servers;
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
          proxy_buffering off;
        }
      }
    }`);
  const program = launch("nginx", ["-e", "stderr", "-c", file]);
  const url = `http://127.0.0.1:${port}`;
  const end = async () => {
    await program.kill();
    rmSync(folder, { recursive: true });
  };
  let over;
  program.exited.then(() => { over = true; }, (failure) => { over = failure; });
  try {
    await until(() => over || fetch(url).then(() => true, () => false), "nginx to listen");
    if (over) assert.fail(`nginx did not start\n${over.message ?? program.output}`);
    return { url, end };
  } catch (failure) {
    await end().catch(() => {});
    throw failure;
  }
}
