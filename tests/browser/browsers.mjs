// Chromium, Firefox and WebKit (WebKitGTK's MiniBrowser) behind one face:
//
//     const browser = await kind.start();      // of `kinds`, each with a `name`, and `skip` where there is none
//     const page = await browser.open(url);    // a window
//     await page.run(work, argument);          // awaits an async function in the page; both ways goes what JSON can say
//     await page.close();
//     await browser.stop();
//
// Certificates that nobody has signed are good enough for them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { WebSocket } from "ws";

export const chromium_path = process.env.CHROMIUM ?? "/usr/bin/chromium";
const firefox_path = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const webkit_path = process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
const xvfb_path = "/usr/bin/Xvfb";

export const launch_chromium = () => chromium.launch({
  executablePath: chromium_path,
  headless: true,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** The reason why tests with this program are skipped, or false. */
export function lacking(...paths) {
  for (const path of paths) {
    try {
      accessSync(path, constants.X_OK);
    } catch {
      return `there is no ${path}`;
    }
  }
  return false;
}

// ---- processes

const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

function start(file, args, options) {
  const child = spawn(file, args, options);
  children.add(child);
  child.gone = new Promise((resolve) => child.once("close", resolve));
  child.gone.then(() => children.delete(child));
  return child;
}

/** What `pattern` finds in what a process prints. */
async function printed(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    createInterface(stream).on("line", (line) => {
      const found = pattern.exec(line)?.[0];
      if (found) resolve(found);
    });
    child.once("error", reject);
    child.gone.then((code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
}

async function stop(child) {
  child?.kill("SIGTERM");
  await child?.gone;
}

async function free_port() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// ---- Chromium

class Chromium {
  static name = "Chromium";
  static skip = lacking(chromium_path);

  static async start() {
    const browser = new Chromium();
    browser.program = await launch_chromium();
    return browser;
  }

  async open(url) {
    const page = await this.program.newPage({ ignoreHTTPSErrors: true });
    await page.goto(url);
    return { run: (work, argument) => page.evaluate(work, argument), close: () => page.close() };
  }

  stop() {
    return this.program.close();
  }
}

// ---- Firefox: WebDriver BiDi (https://w3c.github.io/webdriver-bidi/)

class Firefox {
  static name = "Firefox";
  static skip = lacking(firefox_path);

  static async start() {
    const browser = new Firefox();
    browser.profile = mkdtempSync(join(tmpdir(), "firefox-"));
    writeFileSync(join(browser.profile, "user.js"), Object.entries({
      "app.normandy.enabled": false,
      "app.update.disabledForTesting": true,
      "browser.newtabpage.enabled": false,
      "browser.safebrowsing.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "dom.ipc.processPrelaunch.enabled": false,
      "extensions.update.enabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "services.settings.server": "data:,#remote-settings-dummy/v1",
    }).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
    const words = ["--headless", "--no-remote", "--profile", browser.profile, "--remote-debugging-port=0"];
    const env = { ...process.env, HOME: browser.profile };
    browser.program = start(firefox_path, words, { env, stdio: ["ignore", "ignore", "pipe"] });
    const url = await printed(browser.program, browser.program.stderr, /ws:\/\/\S+/);
    browser.wire = new WebSocket(`${url}/session`);
    browser.asked = new Map();
    browser.wire.on("message", (text) => browser.hear(JSON.parse(text)));
    await once(browser.wire, "open");
    await browser.ask("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    return browser;
  }

  ask(method, params) {
    return new Promise((resolve, reject) => {
      const id = this.asked.size + 1;
      this.asked.set(id, { resolve, reject });
      this.wire.send(JSON.stringify({ id, method, params }));
    });
  }

  hear({ type, id, result, message }) {
    if (type === "success") this.asked.get(id).resolve(result);
    if (type === "error") this.asked.get(id).reject(new Error(message));
  }

  async open(url) {
    const { context } = await this.ask("browsingContext.create", { type: "window" });
    await this.ask("browsingContext.navigate", { context, url, wait: "complete" });
    return {
      run: async (work, argument = null) => {
        const { type, result, exceptionDetails } = await this.ask("script.callFunction", {
          functionDeclaration: `async (text) => JSON.stringify(await (${work})(JSON.parse(text)))`,
          arguments: [{ type: "string", value: JSON.stringify(argument) }],
          awaitPromise: true,
          target: { context },
        });
        if (type !== "success") throw new Error(exceptionDetails.text);
        return result.type === "undefined" ? undefined : JSON.parse(result.value);
      },
      close: () => this.ask("browsingContext.close", { context }),
    };
  }

  async stop() {
    await this.ask("browser.close", {});
    await this.program.gone;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

// ---- WebKit: WebDriver (https://www.w3.org/TR/webdriver2/), and a screen that nobody sees

class WebKit {
  static name = "WebKit";
  static skip = lacking(webkit_path, xvfb_path);

  static async start() {
    const browser = new WebKit();
    const screen = ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
    browser.screen = start(xvfb_path, screen, { stdio: ["ignore", "pipe", "ignore"] });
    const display = await printed(browser.screen, browser.screen.stdout, /^\d+$/);
    const port = await free_port();
    const env = { ...process.env, DISPLAY: `:${display}` };
    browser.driver = start(webkit_path, [`--port=${port}`], { env, stdio: "ignore" });
    browser.url = `http://127.0.0.1:${port}`;
    for (let ready; !ready; ready = await browser.ask("GET", "/status").catch(() => {})) await sleep(20);
    const capabilities = { alwaysMatch: { acceptInsecureCerts: true } };
    const { sessionId } = await browser.ask("POST", "/session", { capabilities });
    browser.url += `/session/${sessionId}`;
    browser.first = await browser.ask("GET", "/window");
    return browser;
  }

  async ask(method, path, body) {
    const answer = await fetch(this.url + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(value.message || value.error);
    return value;
  }

  /** Commands go to the current window: one thing after the other. */
  within(handle, ...commands) {
    const turn = async () => {
      await this.ask("POST", "/window", { handle });
      let value;
      for (const command of commands) value = await this.ask(...command);
      return value;
    };
    const result = (this.last ?? Promise.resolve()).then(turn);
    this.last = result.catch(() => {});
    return result;
  }

  async open(url) {
    const { handle } = await this.within(this.first, ["POST", "/window/new", { type: "window" }]);
    await this.within(handle, ["POST", "/url", { url }]);
    return {
      run: async (work, argument = null) => {
        const script = `const [argument, done] = arguments;
          Promise.resolve(argument).then(${work}).then((value) => done({ value }), (e) => done({ failure: String(e) }))`;
        const { value, failure } = await this.within(handle, ["POST", "/execute/async", { script, args: [argument] }]);
        if (failure) throw new Error(failure);
        return value;
      },
      close: () => this.within(handle, ["DELETE", "/window"]),
    };
  }

  async stop() {
    await this.ask("DELETE", "");
    await stop(this.driver);
    await stop(this.screen);
  }
}

export const kinds = [Chromium, Firefox, WebKit];
