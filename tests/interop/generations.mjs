// The generations of the official client, behind one face.
import io2 from "socket.io-client-2";
import { io as io3 } from "socket.io-client-3";
import { io as io4 } from "socket.io-client";
import { patience, within } from "./support.mjs";

/** `binary` is whether the client can be told to use base64, and what `auth` it can send. */
export const generations = [
  { name: "2.5", package: "socket.io-client-2", io: io2, eio: "3" },
  { name: "3.1", package: "socket.io-client-3", io: io3, eio: "4" },
  { name: "4.x", package: "socket.io-client", io: io4, eio: "4" },
];

export const generation = (name) => generations.find((each) => each.name === name);

/** A socket of this generation; it ends with the test. `auth` becomes what the generation has for it. */
export function socketOf(t, { io, eio }, fixture, { nsp = "/", auth, ...options } = {}) {
  const query = eio === "3" && auth ? `?${new URLSearchParams(auth)}` : "";
  const socket = io(fixture.url + nsp + query, {
    forceNew: true,
    reconnection: false,
    transports: ["websocket"],
    auth,
    ...options,
  });
  t.after(() => (eio === "3" ? socket.io.close() : socket.io._close()));
  return socket;
}

/** The same, once it is connected. */
export async function connectedOf(t, kind, fixture, options) {
  const socket = socketOf(t, kind, fixture, options);
  await heard(socket, "connect");
  return socket;
}

/** The arguments of the next `event`. */
export function heard(socket, event, ms) {
  let hear;
  const occurs = new Promise((resolve, reject) => {
    hear = (...args) => resolve(args);
    socket.once(event, hear);
    if (event === "connect") socket.once("connect_error", reject);
  });
  return within(occurs, `"${event}"`, ms).finally(() => {
    socket.off(event, hear);
    if (event === "connect") socket.off("connect_error");
  });
}

/** Emits, and gives the acknowledgement's arguments. */
export function asked(socket, event, ...args) {
  const answer = new Promise((resolve) => socket.emit(event, ...args, (...got) => resolve(got)));
  return within(answer, `the acknowledgement of "${event}"`, patience);
}

/** What a client shows when it is refused in a namespace: [message, data]. */
export async function refusalOf(socket, { eio }) {
  if (eio === "4") {
    const [error] = await heard(socket, "connect_error");
    return [error.message, error.data];
  }
  const [error] = await heard(socket, "error"); // the message, or else the data alone
  return typeof error === "string" ? [error, undefined] : [undefined, error];
}
