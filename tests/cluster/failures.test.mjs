// Redis and servers that stop, freeze, die or are slow: clients of the others are served at once, questions end with an
// error, nothing comes twice, and all resumes by itself.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startNode } from "./node.mjs";
import { Cluster, Redis, patience, startCpp, until } from "./support.mjs";

/** One that finds out after a second that Redis says nothing. */
const startQuick = (redis, adapter) => startCpp(redis, adapter, 1000);

const missing = "not every server of the cluster has answered";

const ask = (client, ...args) => client.timeout(patience).emitWithAck(...args);
const numbers = (client) => client.heard.filter(([event]) => event === "n").map(([, n]) => n);
const upTo = (n) => Array.from({ length: n }, (_, i) => i);

/** Each number once, and in order. */
function assertOnce(list) {
  for (let i = 1; i < list.length; i++) assert.ok(list[i - 1] < list[i], `${list[i]} after ${list[i - 1]}`);
}

/** Whoever asks finds all of them, and what each says is heard by all, once. */
async function resumes(clients) {
  for (const each of clients) await until(async () => (await ask(each, "fetch", {})).length === clients.length, "all to meet again");
  for (const [n, each] of clients.entries()) await ask(each, "emit", {}, "after", n);
  const heard = ({ heard: all }) => all.filter(([event]) => event === "after").map(([, n]) => n).sort();
  await until(() => clients.every((each) => heard(each).length >= clients.length), "all to be heard");
  for (const each of clients) {
    const { error, answers } = await ask(each, "ask", {}, "all here?");
    assert.equal(error, "");
    assert.equal(answers.length, clients.length);
  }
  for (const each of clients) {
    assert.deepEqual(heard(each), upTo(clients.length));
    assertOnce(numbers(each));
  }
}

// They mostly wait: several adapters at the same time.
describe("failures", { concurrency: 2 }, () => {
  for (const adapter of ["sharded", "classic", "streams"]) describe(`the ${adapter} adapter for Redis`, () => {
    const starts = async (t, ...kinds) => {
      const cluster = await Cluster.start(adapter, kinds);
      t.after(() => cluster.end());
      return cluster;
    };

    test("R141 R143 while Redis is away what waits for it is bounded; it comes back empty", async (t) => {
      const { clients: [here, there], redis } = await starts(t, startCpp, startCpp);
      await redis.stop();
      for (let i = 0; i < 12_000; i++) here.emit("emit", {}, "n", i);
      await until(() => numbers(here).length === 12_000, "the own client to hear");
      await redis.run();
      await resumes([here, there]);
      assert.deepEqual(numbers(here), upTo(12_000));
      assert.ok(numbers(there).length <= 10_000);
    });

    test("R142 Redis is frozen, and goes on", async (t) => {
      const { clients, redis } = await starts(t, startQuick, startQuick, startNode);
      const [here] = clients;
      redis.freeze();
      for (let i = 0; i < 5; i++) await ask(here, "emit", {}, "n", i);
      await until(() => numbers(here).length === 5, "the own client to hear");
      for (const when of ["before", "after"]) {
        const { error, answers } = await ask(here, "ask", {}, `${when} it has been noticed`);
        assert.equal(error, missing);
        assert.deepEqual(answers, [0]);
      }
      for (let i = 5; i < 10; i++) await ask(here, "emit", {}, "n", i);
      await until(() => numbers(here).length === 10, "the own client to hear");
      redis.thaw();
      await resumes(clients);
      assert.deepEqual(numbers(here), upTo(10));
    });

    test("R144 Redis cuts off all servers", async (t) => {
      const { clients, redis } = await starts(t, startCpp, startCpp, startNode);
      for (const [n, type] of ["pubsub", "normal"].entries()) {
        redis.ask("client", "kill", "type", type);
        await ask(clients[0], "emit", {}, "n", n);
      }
      await resumes(clients);
    });

    test("R147 a server is killed: its clients are found no more, and who waits for them is told", async (t) => {
      const cluster = await starts(t, startCpp, startCpp, startNode);
      const [here, doomed, other] = cluster.clients;
      doomed.silent = true;
      const question = ask(here, "ask", {}, "q");
      await until(() => doomed.heard.length === 1, "the question");
      const [dead] = cluster.servers.splice(1, 1);
      await dead.kill();
      const { error, answers } = await question;
      assert.equal(error, missing);
      assert.deepEqual(answers.sort(), [0, 2]);
      await resumes([here, other]);
    });

    test("a slow server: the others do not wait for it, and it hears all of it later", async (t) => {
      const cluster = await starts(t, startCpp, startCpp, startNode);
      const [here, slow, other] = cluster.clients;
      cluster.servers[1].child.kill("SIGSTOP");
      for (let i = 0; i < 100; i++) await ask(here, "emit", {}, "n", i);
      await until(() => numbers(here).length === 100 && numbers(other).length === 100, "the others to hear");
      const { error, answers } = await ask(here, "ask", {}, "q");
      assert.equal(error, missing);
      assert.deepEqual(answers.sort(), [0, 2]);
      cluster.servers[1].child.kill("SIGCONT");
      await until(() => numbers(slow).length === 100, "the slow one to hear");
      assert.deepEqual(numbers(slow), upTo(100));
      await resumes(cluster.clients);
    });

    // Not of a stream: who reads one asks for each part of it.
    if (adapter !== "streams") test("a server that is too slow is cut off by Redis, and comes back", async (t) => {
      const cluster = await starts(t, startCpp, startCpp);
      const [here, slow] = cluster.clients;
      const { redis } = cluster;
      redis.ask("config", "set", "client-output-buffer-limit", "pubsub 1000000 1000000 0");
      const connected = () => redis.ask("client", "list", "type", "pubsub").trim().split("\n").length;
      const before = connected();
      cluster.servers[1].child.kill("SIGSTOP");
      const sent = 60, text = "x".repeat(500_000);
      for (let i = 0; i < sent; i++) await ask(here, "emit", {}, "n", i, text);
      await until(() => numbers(here).length === sent, "the own client to hear");
      await until(() => connected() < before, "Redis to cut it off");
      cluster.servers[1].child.kill("SIGCONT");
      await resumes(cluster.clients);
      assert.ok(numbers(slow).length < sent);
    });

    test("R144 Redis fails over, and Sentinel names the new one", async (t) => {
      const role = (of) => {
        try {
          return of.ask("role");
        } catch {
          return "";  // Sentinel ends all connections of whom it reconfigures, also this one
        }
      };
      const all = [];
      t.after(async () => {
        for (const each of all) await each.end();
      });
      const started = async (...args) => {
        all.push(await Redis.start(...args));
        return all.at(-1);
      };
      const first = await started(["--repl-diskless-sync-delay", "0"]);
      const second = await started(["--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", first.port]);
      const sentinel = await started([], `sentinel monitor main 127.0.0.1 ${first.port} 1
sentinel down-after-milliseconds main 60000
sentinel failover-timeout main 2000
`);
      sentinel.ask("sentinel", "debug", "info-period", "200", "ping-period", "200", "ask-period", "200", "publish-period", "200");
      await until(() => sentinel.ask("sentinel", "replicas", "main").includes(String(second.port)), "the replica to be known");

      const connections = adapter === "streams" ? 8 : 4;
      const url = `sentinel://127.0.0.1:${sentinel.port}`;
      const cluster = await Cluster.start(adapter, [startCpp, startCpp].map((start) => () => start(url, adapter)), first);
      all.shift();
      t.after(() => cluster.end());
      const [here] = cluster.clients;
      await until(() => sentinel.ask("sentinel", "failover", "main").includes("OK"), "the failover to begin");
      for (let i = 0; i < 5; i++) await ask(here, "emit", {}, "n", i);
      await until(() => role(second).startsWith("master") && role(first).startsWith("slave"), "the failover");
      await until(() => second.ask("client", "list").match(/name=socketio/g)?.length === connections, "servers and emitters to follow");
      await resumes(cluster.clients);
      assert.deepEqual(numbers(here), upTo(5));
    });
  });
});
