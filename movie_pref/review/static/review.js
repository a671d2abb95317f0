"use strict";
// Keys and clicks of the review page. Every change names the movie that it is about, so that a key pressed twice can
// never decide the next one; what the server answers is HTML that it has escaped itself.

const TWICE = 250; // milliseconds in which the same key is taken for one that was pressed twice
const POLL = 2000;
const KEYS = {
  w: "would_watch", ArrowRight: "would_watch", a: "would_watch_again", n: "would_not_watch", ArrowLeft: "would_not_watch", s: "skip", u: "undo",
};
const token = document.querySelector('meta[name="review-token"]').content;
const main = document.querySelector("main");
let busy = false;
let last = { key: "", at: -TWICE };
let known = null; // the marks of the status that this page has told of

const find = (selector, inside = document) => inside.querySelector(selector);

function say(text, trouble = false) {
  const said = find("#said");
  said.textContent = text;
  said.className = trouble ? "trouble" : "";
}

function setBusy(now) {
  busy = now;
  main.toggleAttribute("data-busy", now);
}

async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Review-Token": token },
    body: new URLSearchParams(fields),
  });
  return answer.json();
}

async function change(address, fields) {
  if (busy) return;
  setBusy(true);
  try {
    const found = await post(address, fields);
    if (found.trouble) {
      say(found.trouble, true);
    } else {
      show(found);
    }
  } catch {
    say("It was not saved: the page does not answer. Is movie-pref review still running? Then try again.", true);
  } finally {
    setBusy(false);
  }
}

function show(found) {
  if (find(".card[data-stay]")) {
    location.reload();
    return;
  }
  const again = find("#status .status").dataset.again;
  if (found.status) setStatus(found.status, true);
  if (find("#rows") && find("#status .status").dataset.again !== again) {
    location.reload(); // a button more in every row, or one less
    return;
  }
  for (const form of document.querySelectorAll("form.undo")) {
    find('[name="imdb_id"]', form).value = found.last;
    form.hidden = !found.last;
  }
  if (find("#desk")) {
    setDesk(found.desk);
    window.scrollTo(0, 0);
  } else if (find("#rows")) {
    const row = rowOf(found.imdb_id);
    if (row) {
      choose(row.nextElementSibling || row.previousElementSibling, row.contains(document.activeElement));
      row.remove();
      if (!find("#rows .row")) location.reload();
    } else {
      location.reload(); // taken back: its row is here again
    }
  }
  say(found.says);
}

function setDesk(html) {
  const focused = find("#desk").contains(document.activeElement);
  find("#desk").innerHTML = html;
  if (focused) find("#desk h1").focus({ preventScroll: true });
}

// a picture that does not come (no network) leaves no hole; such an event does not bubble, so it is caught on its way down
document.addEventListener("error", (event) => {
  if (event.target.matches?.("img.poster")) event.target.remove();
}, true);
for (const image of document.querySelectorAll("img.poster")) { // it may have failed before this script ran
  if (image.complete && !image.naturalWidth) image.remove();
}

// what happens elsewhere

let written = find("#status").innerHTML; // written anew only where it differs, so that a link in it keeps the focus

function setStatus(html, own = false) {
  if (html !== written) find("#status").innerHTML = html;
  written = html;
  const now = find("#status .status").dataset;
  const before = known;
  known = { mark: now.mark, model: now.model };
  if (!before || own) return;
  if (before.model !== now.model) say(now.says);
  if (before.mark !== now.mark) {
    const card = find("#desk .card");
    if (card && !card.dataset.movie) refresh();
    else if (card) say(`${before.model !== now.model ? now.says + " " : ""}The queue is new: the next movie comes from it.`);
  }
}

async function refresh() {
  const answer = await fetch("/desk");
  if (answer.ok && !busy) setDesk(await answer.text());
}

async function poll() {
  if (!document.hidden && !busy) {
    try {
      const answer = await fetch("/status");
      if (answer.ok && !busy) setStatus(await answer.text());
    } catch {
      say("The page does not answer any more: start movie-pref review again.", true);
    }
  }
  setTimeout(poll, POLL);
}

// rows of the list

const rowOf = (imdbId) => [...document.querySelectorAll("#rows .row")].find((row) => row.dataset.movie === imdbId);

function choose(row, focus = false) {
  if (!row) return;
  const before = find('#rows .row[aria-current="true"]');
  if (before) before.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  if (focus) find("a", row).focus({ preventScroll: true });
}

function move(step) {
  const row = find('#rows .row[aria-current="true"]') || find("#rows .row");
  if (row) choose(step > 0 ? row.nextElementSibling : row.previousElementSibling, true);
}

// deciding

function act(what, movie, way) {
  if (!movie) return;
  if (what === "skip") change("/skip", { imdb_id: movie });
  else change("/decide", { imdb_id: movie, label: what, way });
}

function undo() {
  const movie = find('form.undo [name="imdb_id"]')?.value;
  if (movie) change("/undo", { imdb_id: movie });
  else say("There is nothing to undo.");
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.act");
  if (!form) return;
  event.preventDefault();
  const button = find("button", form);
  if (busy) return;
  const fields = new FormData(form);
  const address = new URL(form.action).pathname;
  fields.delete("token");
  change(address, fields);
});

// the second click of a double click would land on the next movie
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("form.act button")) event.preventDefault();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "l") { location.href = "/list"; return; }
  if (key === "/") { event.preventDefault(); const box = find("#search"); if (box) box.focus(); else location.href = "/add"; return; }
  if (find("#rows") && (key === "j" || key === "k")) { move(key === "j" ? 1 : -1); return; }
  const what = KEYS[key];
  const shown = find(".card") || find('#rows .row[aria-current="true"]');
  if (!what || !shown || event.repeat) return;
  event.preventDefault();
  const twice = key === last.key && event.timeStamp - last.at < TWICE;
  last = { key, at: event.timeStamp };
  if (busy || twice) {
    if (twice) say("That key came twice at once, so it was counted once.");
    return;
  }
  if (what === "undo") { undo(); return; }
  if (what === "skip" && shown.dataset.stay) return;
  act(what, shown.dataset.movie, shown.dataset.way);
});

// by thumb: a card that is pulled far enough to a side is decided, right would watch, left would not

const FAR = 90; // pixels
let pull = null;

function setPull(card, x) {
  card.style.transform = x ? `translateX(${x}px) rotate(${x / 40}deg)` : "";
  if (Math.abs(x) >= FAR) card.dataset.pulled = x > 0 ? "would watch" : "would not watch";
  else delete card.dataset.pulled;
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("#desk .card");
  pull = null;
  if (event.pointerType !== "touch" || !event.isPrimary || !card?.dataset.movie || event.target.closest(".actions")) return;
  pull = { card, x: event.clientX, y: event.clientY, by: 0 };
});

document.addEventListener("pointermove", (event) => {
  if (!pull || event.pointerType !== "touch" || busy) return;
  const x = event.clientX - pull.x;
  if (!pull.by && (Math.abs(x) < 12 || Math.abs(x) < 1.5 * Math.abs(event.clientY - pull.y))) return;
  pull.by = x;
  setPull(pull.card, x);
});

function letGo(event) {
  if (!pull) return;
  const { card, by } = pull;
  pull = null;
  setPull(card, 0);
  if (event.type === "pointerup" && Math.abs(by) >= FAR) act(by > 0 ? "would_watch" : "would_not_watch", card.dataset.movie, card.dataset.way);
}
document.addEventListener("pointerup", letGo);
document.addEventListener("pointercancel", letGo);

// search as one types, and parts that take a while

function searches() {
  const box = find("#search");
  if (!box) return;
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    const text = box.value.trim();
    const answer = text ? await fetch(`/search?q=${encodeURIComponent(text)}`) : null;
    const html = answer && answer.ok ? await answer.text() : "";
    if (mine !== asked) return; // a newer letter has been typed
    find("#hits").innerHTML = html;
    const title = find('.fields [name="media_title"]');
    const identifier = find('.fields [name="imdb_id"]');
    const number = identifier && text.match(identifier.pattern);
    if (number) identifier.value = number[0];
    else if (title && !title.dataset.typed) title.value = text;
  };
  let wait = 0;
  box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 120); });
  const title = find('.fields [name="media_title"]');
  if (title) title.addEventListener("input", () => { title.dataset.typed = "yes"; });
  box.focus();
  if (box.value) look();
}

async function loads() {
  for (const part of document.querySelectorAll("[data-load]")) {
    const answer = await fetch(part.dataset.load);
    if (answer.ok) part.innerHTML = await answer.text();
    else find("p", part).textContent = "It could not be worked out; the terminal of movie-pref review says why.";
  }
}

const narrow = find("details.narrow");
if (narrow && !("used" in narrow.dataset)) narrow.open = !matchMedia("(max-width: 40rem)").matches;
known = { ...find("#status .status").dataset };
searches();
loads();
setTimeout(poll, 400);
main.dataset.ready = "yes";
