// The page of a post that is being written. The server has drawn every part's place and what it has of the text;
// the socket's frames fill the places. What is lacking after a lost connection is asked for, never guessed.

import { Place } from "./place.js";
import { Room } from "./room.js";

const reading = document.getElementById("reading");
const { run, conversation } = reading.dataset;
const ENDINGS = ["run.completed", "run.failed", "run.cancelled"];
const CLOSING = ["conclusion", "faq"];
const QUIET_FOR = 45_000;

const byId = (id) => document.getElementById(id);

// Whatever the page says is in the server's live_sentences.py; the names in braces are filled in here.
const sentences = JSON.parse(byId("sentences").textContent);
const filled = (sentence, values) => sentence.replace(/{(\w+)}/g, (_, name) => values[name]);

const places = new Map(
  [...document.querySelectorAll("[data-part]")].map((section) => [
    section.dataset.part,
    new Place(section, sentences),
  ]),
);
const room = new Room(places, reading.dataset);
new BroadcastChannel(location.pathname).postMessage("open"); // to tabs in which it had stopped
let seq = Number(reading.dataset.seq);
let { status } = reading.dataset;
let ended = false;
let resuming = reading.dataset.phase === "resuming"; // until the first words

// What is shown ---------------------------------------------------------------------------------

const announce = (sentence) => (byId("milestones").textContent = sentence);
const done = () => [...places.values()].filter((place) => place.state === "done").length;
const planned = () => !("planning" in reading.dataset);

function spoken(name) {
  if (!name.startsWith("section-")) return sentences.milestones[name];
  const sections = [...places.keys()].filter((each) => each.startsWith("section-")).length;
  return filled(sentences.milestones.section, { number: name.slice("section-".length), sections });
}

function progress() {
  if (ended) return;
  const now = phase();
  const sections = [...places.keys()].filter((name) => name.startsWith("section-")).length;
  const numbers = { done: done(), parts: places.size, sections };
  reading.dataset.phase = now;
  byId("phase").textContent = filled(sentences.phases[now], numbers);
  byId("count").textContent = filled(sentences.count, numbers);
  byId("progress").value = [...places.values()].reduce((sum, place) => sum + room.share(place), 0);
  if (now === "checking") for (const place of places.values()) place.mark("checking");
  const title = byId("title").textContent.trim();
  const state = filled(sentences.headings[now], numbers);
  document.title = `${state} · ${title.length > 80 ? `${title.slice(0, 79)}…` : title}`;
  if (connected && now !== "waiting") byId("news").textContent = news(now);
}

function phase() {
  if (status === "queued" && reading.dataset.phase === "waiting") return "waiting";
  if (!planned()) return "planning";
  if (done() === places.size) return "checking";
  if (resuming) return "resuming";
  const body = [...places.values()].filter(({ name }) => !CLOSING.includes(name));
  if (body.every(({ state }) => state === "done")) return "closing";
  return places.has("section-2") ? "writing" : "writing_one";
}

function news(now) {
  return performance.now() < held.until ? held.news : sentences.news[now];
}

function draft({ title, headings }) {
  byId("title").textContent = title;
  for (const [index, line] of byId("planning").querySelectorAll("li").entries()) {
    line.textContent = headings[index] ?? "";
  }
}

function plan(outline, parts) {
  if (planned()) return;
  byId("title").textContent = outline.title;
  for (const { part, heading } of parts) {
    const place = places.get(part);
    if (!place || !heading) continue;
    place.section.querySelector(".part-heading").textContent = heading;
    const name = place.row.querySelector(".outline-name");
    name.textContent = heading;
    name.lang = byId("parts").lang;
  }
  outline.sections.forEach((section, index) => {
    const place = places.get(`section-${index + 1}`);
    if (!place) return;
    place.words = section.words;
    room.reserve(place);
  });
  delete reading.dataset.planning;
  byId("planning").hidden = true;
  announce(filled(sentences.milestones.outline, { title: outline.title }));
  figures();
}

let asking = false;
async function figures() {
  if (asking || ended) return;
  asking = true;
  try {
    const reply = await fetch(reading.dataset.figures, { headers: { Accept: "text/html" } });
    if (reply.ok && !reply.redirected && !ended) byId("figures").innerHTML = await reply.text();
  } catch {
    // The next milestone asks again.
  } finally {
    asking = false;
  }
}

const begun = performance.now() - Number(reading.dataset.seconds) * 1000;
const clock = setInterval(() => {
  const seconds = Math.floor((performance.now() - begun) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  byId("clock").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}, 1000);

// Frames ----------------------------------------------------------------------------------------

const held = { until: 0, news: "" };

function take(frame) {
  if (frame.type === "reconnect") return socket.close();
  if (frame.run !== run || ended) return;
  if (frame.type === "outline.review" || frame.status === "waiting") return review();
  const place = places.get(frame.part);
  if (frame.type === "run.snapshot") snapshot(frame);
  else if (frame.type === "run.queued") resume("queued");
  else if (frame.type === "run.started") resume("running");
  else if (frame.type === "run.waiting") pause(frame);
  else if (frame.type === "outline.draft" && !planned()) room.change(() => draft(frame));
  else if (frame.type === "outline.ready") room.change(() => plan(frame.outline, frame.parts));
  else if (frame.type === "part.reset" && place) reset(place, frame);
  else if (frame.type === "part.delta" && place) grow(place, frame);
  else if (frame.type === "part.done" && place) finishPart(place, frame);
  if (frame.type.startsWith("part.")) resuming = false;
  if (frame.seq && frame.type !== "run.snapshot") seq = Math.max(seq, frame.seq);
  if (ENDINGS.includes(frame.type)) end();
  else progress();
}

// A worker takes it up, perhaps from one that is gone.
function resume(now) {
  status = now;
  resuming = [...places.values()].some(({ length }) => length);
}

function pause(frame) {
  held.news = sentences.waits[frame.reason];
  held.until = performance.now() + frame.seconds * 1000;
  setTimeout(progress, frame.seconds * 1000 + 10);
}

function snapshot(frame) {
  connected = true;
  status = frame.status;
  tries = 0;
  refused = false;
  room.change(() => {
    if (frame.outline) plan(frame.outline, frame.parts);
    for (const part of frame.parts) {
      const place = places.get(part.part);
      if (!place || (place.rendered && part.attempt === place.attempt)) continue;
      if (part.text || part.attempt > Math.max(1, place.attempt)) {
        place.write(part.text, part.attempt, part.rendered);
      }
      if (part.state === "writing" || part.state === "done") {
        place.show(part.state === "writing" && part.attempt > 1 ? "again" : part.state);
      }
    }
  });
  if (!["queued", "running", "waiting"].includes(frame.status)) end();
  else if (frame.seq > seq) sync(); // the milestones since then have the rendered parts
}

function sync() {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "sync", run, after: seq }));
}

function reset(place, frame) {
  if (frame.attempt <= place.attempt) return;
  place.write("", frame.attempt);
  place.show("again", sentences.again[frame.reason] ?? frame.reason);
}

function grow(place, frame) {
  place.attempt ||= 1;
  if (frame.attempt < place.attempt || (place.rendered && frame.attempt === place.attempt)) return;
  if (frame.attempt > place.attempt || frame.offset > place.length) return sync();
  if (frame.offset < place.length) return;
  room.change(() => place.append(frame.text, frame.rendered));
  if (place.state !== "again") place.show("writing");
  followNewest();
}

function finishPart(place, frame) {
  if (frame.attempt < place.attempt) return;
  const news = place.state !== "done";
  room.change(() => {
    place.done(frame.html, frame.attempt, frame.length);
    place.show("done");
    room.fit();
  });
  if (news) announce(frame.length ? spoken(place.name) : sentences.milestones.left_out);
  figures();
}

// The outline is to be read and changed: that is a page of its own at this address.
function review() {
  ended = true;
  location.reload();
}

// The end, in place -----------------------------------------------------------------------------

async function end() {
  if (ended) return;
  ended = true;
  clearInterval(clock);
  clearTimeout(retry);
  socket?.close();
  for (let wait = 250; !(await refresh()); wait = Math.min(wait * 2, 8000)) {
    await new Promise((resume) => setTimeout(resume, wait));
  }
}

// Take over what the server shows now. True when that is the page of a post, or of a run that was stopped.
async function refresh() {
  let reply;
  try {
    reply = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" });
  } catch {
    return false;
  }
  if (reply.status === 404 || reply.redirected) location.reload();
  if (!reply.ok || reply.redirected) return false;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (fresh.getElementById("review")) review();
  const now = fresh.getElementById("reading");
  if (!now) return false;
  const live = "live" in now.dataset;
  if (live && ended) return false;
  if (live) {
    room.change(() => catchUp(fresh, now));
    return false;
  }
  ended = true;
  settle(fresh);
  return true;
}

// Without a socket: what Postgres has, part by part.
function catchUp(fresh, now) {
  if (!("planning" in now.dataset)) {
    byId("title").textContent = fresh.getElementById("title").textContent;
    delete reading.dataset.planning;
    byId("planning").hidden = true;
  }
  adopt(fresh, (place, section) => {
    place.section.className = section.className;
    place.section.dataset.words = section.dataset.words;
    place.section.dataset.length = section.dataset.length;
    const heading = place.section.querySelector(".part-heading");
    if (heading) heading.textContent = section.querySelector(".part-heading").textContent;
    if (place.rendered && Number(section.dataset.attempt) === place.attempt) return;
    place.text.replaceWith(document.adoptNode(section.querySelector(".part-text")));
    place.section.dataset.state = section.dataset.state;
    place.section.dataset.attempt = section.dataset.attempt;
    place.read();
  });
  swap("outline", fresh);
  swap("figures", fresh);
  status = now.dataset.status;
  reading.dataset.phase = now.dataset.phase;
  resuming = now.dataset.phase === "resuming";
  progress();
}

function settle(fresh) {
  const stopped = fresh.getElementById("ending")?.textContent.trim();
  room.change(() => {
    byId("title").textContent = fresh.getElementById("title").textContent;
    for (const id of ["postbar", "news"]) swap(id, fresh);
    adopt(fresh, (place, section) => {
      const text = section.querySelector(".part-text");
      if (place.text.innerHTML.trim() !== text.innerHTML.trim()) {
        place.text.replaceWith(document.adoptNode(text));
      }
      place.section.dataset.state = section.dataset.state ?? "";
    });
    for (const place of places.values()) if (!fresh.getElementById(place.name)) place.section.remove();
    byId("outline").ariaLabel = fresh.getElementById("outline").ariaLabel;
    swap("outline", fresh);
    swap("receipt", fresh);
    byId("planning").hidden = true;
    if (stopped) {
      swap("ending", fresh);
      byId("ending").className = "ending-floating";
    }
    delete reading.dataset.live;
    if (!stopped) delete reading.dataset.planning;
    room.release();
  });
  document.title = fresh.title;
  announce(stopped ? sentences.milestones.stopped : sentences.milestones.finished);
  document.dispatchEvent(new Event("post:ready"));
  if (stopped) import(reading.dataset.stoppedScript);
}

function adopt(fresh, change) {
  for (const place of places.values()) {
    const section = fresh.getElementById(place.name);
    if (section) change(place, section);
  }
}

// Replace an element's content, and leave the focus where it was: on the same link, or the first that is left.
function swap(id, fresh) {
  const from = fresh.getElementById(id);
  const to = byId(id);
  const focused = to.contains(document.activeElement) ? document.activeElement : null;
  to.replaceChildren(...document.adoptNode(from).childNodes);
  if (!focused) return;
  const href = focused.getAttribute("href");
  const same = href && to.querySelector(`[href="${CSS.escape(href)}"]`);
  const first = [...to.querySelectorAll("button, a")].find((element) => element.checkVisibility());
  (same || first || byId("content")).focus({ preventScroll: true });
}

// Follow: a choice, given up by scrolling --------------------------------------------------------

const follow = byId("follow");
let following = false;
let followed;

function setFollowing(on) {
  following = on;
  followed = undefined;
  follow.setAttribute("aria-pressed", String(on));
  if (on) followNewest();
}

// To the end of one part, the one in view if there is one; when it is done, to the next that is being written.
function followNewest() {
  if (!following) return;
  if (!followed?.growing) followed = nextToFollow();
  const end = followed?.text.lastElementChild?.getBoundingClientRect().bottom;
  if (end === undefined) return;
  const by = end - (innerHeight - 96);
  if (by > 0 || end < 96) scrollBy({ top: by, behavior: "instant" });
}

function nextToFollow() {
  const growing = [...places.values()].filter((place) => place.growing);
  const seen = growing.find(({ section }) => {
    const { top, bottom } = section.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  });
  return seen ?? growing[0];
}

follow.hidden = false;
follow.addEventListener("click", () => setFollowing(!following));
for (const kind of ["wheel", "touchmove"]) {
  addEventListener(kind, () => following && setFollowing(false), { passive: true });
}
addEventListener("keydown", ({ key }) => {
  if (following && ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End"].includes(key)) {
    setFollowing(false);
  }
});

// The socket ------------------------------------------------------------------------------------

let socket;
let connected = false;
let tries = 0;
let refused = false;
let retry;
let heard = 0;

function connect() {
  clearTimeout(retry);
  if (ended || (socket && socket.readyState < WebSocket.CLOSING)) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/ws/conversation/${conversation}?rendered=1`);
  socket = opened;
  heard = performance.now();
  opened.onmessage = ({ data }) => {
    if (opened !== socket) return;
    heard = performance.now();
    take(JSON.parse(data));
  };
  opened.onclose = ({ code }) => opened === socket && lost(code);
}

function lost(code) {
  if (ended) return;
  connected = false;
  // A new password gives this browser a new session: the next socket has it, or nobody is signed in.
  if (code === 4403 || (code === 4401 && refused)) return signedOut();
  refused = code === 4401;
  tries += 1;
  if (tries > 1) sayReconnecting();
  else setTimeout(sayReconnecting, 700);
  if (tries > 3) refresh(); // where only sockets are blocked, the page itself still answers
  const wait = Math.min(8000, 400 * 2 ** (tries - 1));
  retry = setTimeout(connect, wait * (0.75 + Math.random() / 2));
}

function sayReconnecting() {
  if (!connected && !ended) byId("news").textContent = sentences.news.reconnecting;
}

function signedOut() {
  byId("news").replaceChildren(byId("signed-out").content.cloneNode(true));
}

setInterval(() => {
  if (ended || socket?.readyState !== WebSocket.OPEN) return;
  if (performance.now() - heard > QUIET_FOR) socket.close();
  else socket.send(JSON.stringify({ type: "ping" }));
}, 15_000);

// A socket without a network is silent, not closed: nobody should wait to be told.
addEventListener("offline", () => {
  const cut = socket;
  socket = undefined;
  cut?.close();
  lost();
});
addEventListener("online", connect);
addEventListener("pageshow", connect);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connect());
let looking = false;
addEventListener(
  "scroll",
  () => {
    if (looking || ended) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      if (!ended) room.change(() => room.fit());
    });
  },
  { passive: true },
);
connect();
