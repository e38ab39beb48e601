// The chat page: tells the server what the user does, shows what the server says. Events: see ../PROTOCOL.md.
// All text of other people goes through textContent; nothing here builds HTML.

const file_limit = 5 * 1024 * 1024;
const chunk = 128 * 1024;
const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];   // no SVG: it may hold scripts

const $ = (id) => document.getElementById(id);
const random = () => crypto.getRandomValues(new Uint32Array(3)).join("-");
const me = { nick: "", room: "", key: random(), seen: new Set() };
const people = new Set();
const typists = new Map();      // nick → the timer that forgets it
const sent_files = new Map();   // file id → the File that this page uploaded, so that it need not come back
// A balancer in front of several servers can tell by `tab` which requests belong together.
const socket = io({ reconnectionDelayMax: 3000, query: { tab: random() } });

// ---- asking the server

// `take` runs before the next packet is looked at; what follows an `await` would run after it.
function ask(event, args, take = (reply) => reply) {
  return new Promise((resolve, reject) => {
    if (!socket.connected) return reject(new Error("There is no connection at the moment."));
    socket.timeout(10_000).emit(event, ...args, (silence, reply) => {
      if (silence) reject(new Error("The server did not answer."));
      else if (reply.error) reject(new Error(reply.error));
      else resolve(take(reply));
    });
  });
}

const connection = () => new Promise((resolve) => (socket.connected ? resolve() : socket.once("connect", resolve)));

const join = (nick, room) => ask("join", [nick, room, me.key], (reply) => {
  if (room !== me.room) clear_log();
  Object.assign(me, { nick, room });
  people.clear();
  reply.people.forEach((name) => people.add(name));
  reply.history.forEach(show_message);
  [...typists.keys()].forEach(stop_typing);
  history.replaceState({ nick }, "", `#room=${encodeURIComponent(room)}`);   // outlives a reload, and can be shared
  show_people();
  show_rooms();
});

// ---- small pieces of the page

function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function paint_avatar(avatar, nick) {
  let hue = 0;
  for (const c of nick) hue = (hue * 31 + c.codePointAt(0)) % 360;
  avatar.textContent = [...nick][0].toUpperCase();
  avatar.style.setProperty("--hue", hue);
  return avatar;
}

const size_text = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const head_count = (n) => (n === 1 ? "1 person" : `${n} people`);

// ---- rooms and people

let known_rooms = [];

function show_rooms() {
  list_rooms($("rooms"), switch_room);
  list_rooms($("entry-rooms"), (name) => { $("entry-room").value = name; });
}

function list_rooms(list, choose) {
  const focused = list.contains(document.activeElement) && document.activeElement.value;
  list.replaceChildren(...known_rooms.map(({ name, people: count }) => {
    const button = element("button", "row", element("bdi", "name", name), element("span", "number", count || ""));
    Object.assign(button, { type: "button", value: name, title: head_count(count), onclick: () => choose(name) });
    if (name === me.room) button.setAttribute("aria-current", "true");
    return element("li", "", button);
  }));
  [...list.querySelectorAll("button")].find((button) => button.value === focused)?.focus();
}

function show_people() {
  $("room").textContent = me.room;
  $("count").textContent = people.size === 1 ? "just you" : head_count(people.size);
  $("nick").textContent = me.nick;
  paint_avatar($("avatar"), me.nick);
  $("people").replaceChildren(...[...people].sort().map((nick) =>
    element("li", "row", paint_avatar(element("span", "avatar"), nick), element("bdi", "name", nick))));
  show_title();
}

function switch_room(room) {
  show_menu(false);
  if (room !== me.room) join(me.nick, room).then(() => $("text").focus()).catch(show_error);
}

socket.on("rooms", (rooms) => { known_rooms = rooms; show_rooms(); });
socket.on("joined", (nick) => { people.add(nick); show_people(); show_notice(`${nick} joined`); });
socket.on("left", (nick) => { people.delete(nick); show_people(); show_notice(`${nick} left`); stop_typing(nick); });

// ---- the log

let unread = 0;

function show_title() {
  if (document.visibilityState === "visible") unread = 0;
  document.title = `${unread ? `(${unread}) ` : ""}${me.room || "welcome"} · socketio chat`;
}

let following = true;   // the reader is at the end and wants to stay there

function scroll_to_end() {
  $("log").scrollTop = $("log").scrollHeight;
  $("newer").hidden = true;
}

function append(line) {
  $("log").append(line);
  if ($("log").childElementCount > 500) drop_line($("log").firstElementChild);
  if (following) scroll_to_end();
  else $("newer").hidden = false;
}

function drop_line(line) {
  line.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
  line.remove();
}

function clear_log() {
  [...$("log").children].forEach(drop_line);
  following = true;
  me.seen.clear();
}

const show_notice = (text) => append(element("li", "notice", text));
const show_error = (error) => show_notice(error.message);

function show_message(message) {
  const key = `${message.id} ${message.from}`;
  if (me.seen.has(key)) return;
  me.seen.add(key);
  const line = $("message").content.firstElementChild.cloneNode(true);
  const last = $("log").lastElementChild;
  const own = message.from === me.nick;
  const when = new Date(message.time);
  line.classList.toggle("own", own);
  line.classList.toggle("more", last?.dataset.from === message.from && message.time - last.dataset.time < 300_000);
  Object.assign(line.dataset, { from: message.from, time: message.time });
  paint_avatar(line.querySelector(".avatar"), message.from);
  line.querySelector(".name").textContent = message.from;
  Object.assign(line.querySelector("time"), {
    textContent: when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    dateTime: when.toISOString(),
    title: when.toLocaleString(),
  });
  line.querySelector(".bubble").append(message.file?.id ? file_part(message.file) : message.text);
  following ||= own;
  append(line);
  stop_typing(message.from);
  if (document.visibilityState === "hidden") unread += 1;
  show_title();
}

socket.on("message", show_message);
$("log").onscroll = ({ target: log }) => {
  following = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  if (following) $("newer").hidden = true;
};
new ResizeObserver(() => { if (following) scroll_to_end(); }).observe($("log"));
$("newer").onclick = scroll_to_end;
document.addEventListener("visibilitychange", show_title);

// ---- files: sent and fetched chunk by chunk, the next one after the reply to the one before

let uploads = Promise.resolve();

function send_files(files) {
  for (const file of files) uploads = uploads.then(() => upload(file)).catch(show_error);
}

async function upload(file) {
  if (file.size > file_limit) throw new Error(`${file.name} is larger than ${size_text(file_limit)}.`);
  if (file.size === 0) throw new Error(`${file.name} is empty.`);
  $("upload").querySelector("label").textContent = `Sending ${file.name}`;
  $("progress").value = 0;
  $("upload").hidden = false;
  try {
    const about = { name: file.name.slice(-100), type: file.type.slice(0, 100), size: file.size };
    const { id } = await ask("upload-start", [about]);
    sent_files.set(id, file);
    for (let at = 0; at < file.size; at += chunk) {
      const { received } = await ask("upload-chunk", [id, await file.slice(at, at + chunk).arrayBuffer()]);
      $("progress").value = received / file.size;
    }
  } finally {
    $("upload").hidden = true;
  }
}

// Only pictures keep their type: any other blob, opened in a tab, could run scripts in this page's name.
async function fetch_file({ id, size, type }) {
  const parts = sent_files.has(id) ? [sent_files.get(id)] : [];
  for (let got = parts.length ? size : 0; got < size; got += parts.at(-1).byteLength) {
    parts.push(await ask("download", [id, got]));
    if (parts.at(-1).byteLength === 0) throw new Error("The server has no longer this file.");
  }
  return URL.createObjectURL(new Blob(parts, { type: pictures.includes(type) ? type : "application/octet-stream" }));
}

function file_part(file) {
  const parts = [element("bdi", "name", file.name), element("span", "number", size_text(file.size))];
  if (pictures.includes(file.type)) {
    const link = element("a", "file", ...parts);
    show_picture(file, link).catch(() => { /* its name stays */ });
    return link;
  }
  const button = element("button", "file", ...parts);
  button.onclick = () => save_file(file).catch(show_error);
  return button;
}

async function show_picture(file, link) {
  const picture = element("img");
  picture.alt = file.name;
  picture.src = await fetch_file(file);
  await picture.decode();
  Object.assign(link, { href: picture.src, target: "_blank" });
  link.prepend(picture);
  if (following) scroll_to_end();
}

async function save_file(file) {
  const link = element("a");
  Object.assign(link, { href: await fetch_file(file), download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

$("attach").onclick = () => $("file").click();
$("file").onchange = () => { send_files($("file").files); $("file").value = ""; };
$("text").onpaste = ({ clipboardData }) => { if (!clipboardData.getData("text")) send_files(clipboardData.files); };
document.ondragover = (event) => event.preventDefault();
document.ondrop = (event) => { event.preventDefault(); if (me.room) send_files(event.dataTransfer.files); };

// ---- writing

let typing_pause, typing_told = 0;   // when the others were last told that we type; 0: they believe that we do not

function tell_typing(on) {
  clearTimeout(typing_pause);
  if (on) typing_pause = setTimeout(tell_typing, 3000, false);
  if (on ? Date.now() - typing_told < 2000 : !typing_told) return;
  typing_told = on ? Date.now() : 0;
  socket.volatile.emit("typing", on);
}

function show_typing(nick, on) {
  clearTimeout(typists.get(nick));
  if (on) typists.set(nick, setTimeout(stop_typing, 5000, nick));
  else typists.delete(nick);
  const names = typists.size > 3 ? "Several people" : new Intl.ListFormat("en").format(typists.keys());
  $("typing").textContent = names && `${names} ${typists.size === 1 ? "is" : "are"} typing…`;
}

const stop_typing = (nick) => show_typing(nick, false);

socket.on("typing", show_typing);
$("text").oninput = () => tell_typing($("text").value.trim() !== "");
$("text").onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
};
$("composer").onsubmit = (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  tell_typing(false);
  ask("say", [text]).catch((error) => {
    $("text").value ||= text;
    show_error(error);
  });
};

// ---- coming in, and the menu on a narrow screen

function show_entry(error = "") {
  $("entry-error").textContent = error;
  $("entry-nick").value ||= me.nick || (history.state?.nick ?? "");
  if (me.room) $("entry-room").value = me.room;
  if (!$("entry").open) $("entry").showModal();
}

$("entry").onclose = () => { if (!me.room) show_entry(); };   // Escape, before there is a room to go back to
$("entry-form").onsubmit = async (event) => {
  event.preventDefault();
  const [nick, room] = [$("entry-nick").value.trim(), $("entry-room").value.trim()];
  $("entry-join").disabled = true;
  try {
    if (!socket.connected) show_entry("Waiting for the connection…");
    await connection();   // a quick typist is done before it stands
    await join(nick, room);
    $("entry").close();
    $("text").focus();
  } catch (error) {
    show_entry(error.message);
  } finally {
    $("entry-join").disabled = false;
  }
};
$("rename").onclick = () => { show_menu(false); show_entry(); };
$("new-room").onsubmit = (event) => {
  event.preventDefault();
  switch_room($("new-room-name").value.trim());
  $("new-room").reset();
};

function show_menu(open) {
  document.body.classList.toggle("menu", open);
  $("menu").setAttribute("aria-expanded", open);
  if (open) $("rooms").querySelector("button")?.focus();
}

$("menu").onclick = (event) => { event.stopPropagation(); show_menu(true); };
document.querySelector("main").onclick = () => show_menu(false);
document.onkeydown = (event) => { if (event.key === "Escape") show_menu(false); };

// ---- the connection

let banner_timer;
function show_banner(text, state = "", ms) {
  clearTimeout(banner_timer);
  $("banner").textContent = text;
  $("banner").className = state;
  if (ms) banner_timer = setTimeout(() => show_banner(""), ms);
}

function show_badge() {
  $("badge").textContent = $("badge").className = socket.connected ? socket.io.engine.transport.name : "offline";
}

socket.on("server", (name) => { $("server").textContent = `on ${name}`; });
socket.on("connect", async () => {
  show_badge();
  socket.io.engine.on("upgrade", show_badge);
  try {
    if (me.room) await join(me.nick, me.room);
    if ($("banner").textContent) show_banner("Back again", "back", 3000);
  } catch (error) {
    show_banner("");
    show_entry(error.message);
  }
});
socket.on("disconnect", (reason) => {
  show_badge();
  show_banner("Connection lost, reconnecting…", "lost");
  if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);   // else the client does it
});
socket.on("connect_error", () => show_banner("No connection to the server, trying again…", "lost"));

$("entry-room").value = new URLSearchParams(location.hash.slice(1)).get("room")?.slice(0, 24) || "lobby";
show_title();
show_entry();
