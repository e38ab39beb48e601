// Ada watches who comes and goes: Bob with two tabs.
import { io } from "socket.io-client";

const connect = (auth) => io(process.argv[2] ?? "http://127.0.0.1:3000", { auth, forceNew: true });
const next = (socket, event) => new Promise((heard) => socket.once(event, (_, what) => heard(what)));
const names = (list) => list.map(({ name }) => name).join(" and ") || "nobody";

const ada = connect({ name: "Ada", mood: "curious" });
const first = next(ada, "presence");
ada.emit("enter", "lobby");
console.log("here:", names(await first));
const tabs = [connect({ name: "Bob" }), connect({ name: "Bob" })];
const arrival = next(ada, "presence change");
for (const tab of tabs) {
  tab.emit("enter", "lobby");
  console.log("Bob sees:", (await next(tab, "presence")).length, "people");
}
console.log("joined:", names((await arrival).joined));
console.log("count:", await ada.emitWithAck("how many", "lobby"));
const departure = next(ada, "presence change");
for (const tab of tabs) tab.close();
console.log("left:", names((await departure).left));
ada.close();
