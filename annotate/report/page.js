"use strict";
// The frames of a report: filtered, paged, and one of them enlarged. All that is shown follows from the address, as in
// #condition=fog, day&class=car&at=weather.rain.rate_mm_h:3&frame=12&layer=depth, so that it can be kept and sent.

const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 24;
const KEYS = ["condition", "class", "flag", "at", "page", "layer", "boxes", "frame"];
const IGNORED = 256;
const svg = "http://www.w3.org/2000/svg";
const $ = (id) => document.getElementById(id);
const rowOf = new Map(data.frames.map((frame, row) => [frame, row]));

let query = new URLSearchParams();
let linked = Boolean(data.images);
let filtering = null;
let showing = null;
let chosen = [];

// ---- What the table says

const has = (members, row) => (parseInt(members[row >> 2], 16) >> (row & 3)) & 1;
const letter = (text, place) => data.letters.indexOf(text[place]);

function thingsOf(frame) {
  const row = rowOf.get(frame);
  const picture = data.pictures[frame];
  const text = picture ? picture.boxes : data.boxes[frame];
  if (text === undefined) return null;
  const step = Math.ceil(Math.max(...data.sizes[data.size[row]]) / (data.letters.length ** 2 - 1));
  const things = [];
  for (let start = 0; start < text.length; start += 10) {
    const [kind, ...box] = [0, 2, 4, 6, 8].map(
      (place) => letter(text, start + place) * data.letters.length + letter(text, start + place + 1));
    const note = picture ? picture.notes[things.length] : "";
    const category = data.categories[kind % IGNORED];
    things.push({ ...category, ignored: kind >= IGNORED, box: box.map((side) => side * step), note });
  }
  return things;
}

function matches(row) {
  const condition = query.get("condition");
  const flag = query.get("flag");
  return (!condition || data.conditions[data.condition[row]] === condition)
    && (!flag || has(data.flags[flag] || "", row))
    && query.getAll("class").every((name) => has(data.seen[name] || "", row))
    && query.getAll("at").every((bar) => isAt(bar, row));
}

function isAt(bar, row) {
  const [path, place] = parted(bar);
  return data.columns[path] !== undefined && letter(data.columns[path], row) === place;
}

function parted(bar) {
  const end = bar.lastIndexOf(":");
  return [bar.slice(0, end), Number(bar.slice(end + 1))];
}

const filtered = () => ["condition", "class", "flag", "at"].some((key) => query.has(key));

// ---- The address

function read() {
  // An anchor of the page's own, #people, changes nothing of this.
  if (location.hash.length < 3) query = new URLSearchParams();
  else if (location.hash.includes("=")) query = new URLSearchParams(location.hash.slice(1));
}

function go(change) {
  const next = new URLSearchParams(query);
  change(next);
  for (const key of [...next.keys()]) if (!KEYS.includes(key)) next.delete(key);
  // No element is called "-", so that nothing scrolls.
  location.replace(`#${next.toString() || "-"}`);
  query = next;
  show();
}

function put(key, value) {
  return (next) => {
    if (value) next.set(key, value);
    else next.delete(key);
    if (["condition", "class", "flag", "at"].includes(key)) next.delete("page");
  };
}

// Filters by what a bar, a cell or a name stands for; a second click takes it back.
function toggle(wanted) {
  go((next) => {
    next.delete("page");
    const entries = [...new URLSearchParams(wanted)];
    const there = entries.every(([key, value]) => next.getAll(key).includes(value));
    for (const [key, value] of entries) {
      const path = key === "at" ? parted(value)[0] : "";
      const others = next.getAll(key).filter((one) => key === "class" ? one !== value : key === "at" && parted(one)[0] !== path);
      next.delete(key);
      others.forEach((one) => next.append(key, one));
      if (!there) next.append(key, value);
    }
  });
}

// ---- Making what is shown

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function draw(tag, attributes, text = "") {
  const element = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

const fileOf = ([folder, end], frame) => folder + String(frame).padStart(6, "0") + end;

// Files that lie beside the page are sharper than what it holds; it holds what can be sent alone.
function imageOf(frame, large) {
  const held = data.pictures[frame]?.image;
  return linked && (large || !held) ? fileOf(data.images, frame) : held;
}

function layerOf(frame, layer, large) {
  const held = data.pictures[frame]?.layers[layer.name];
  return linked && layer.files && (large || !held) ? [fileOf(layer.files, frame), layer.filter] : [held, false];
}

function picture(frame, large) {
  const row = rowOf.get(frame);
  const [width, height] = data.sizes[data.size[row]];
  const holder = make("span", { className: "picture" });
  holder.style.aspectRatio = `${width} / ${height}`;
  holder.style.setProperty("--aspect", width / height);
  const source = imageOf(frame, large);
  const words = `frame ${frame}: ${data.conditions[data.condition[row]]}`;
  const layer = data.layers.find((one) => one.name === query.get("layer"));
  const [painted, filter] = layer ? layerOf(frame, layer, large) : [];
  if (source && !(painted && !layer.over)) holder.append(make("img", { src: source, alt: words }));
  if (painted) {
    const over = make("img", { src: painted, alt: source && layer.over ? "" : `${layer.name} of ${words}`, className: "layer" });
    if (filter) over.style.filter = `url(#filter-${layer.name})`;
    holder.append(over);
  }
  if (!source || (layer && !painted)) {
    holder.append(make("span", { className: "absent" }, source ? `no ${layer.name} in this page` : "not in this page"));
  }
  if (query.get("boxes") !== "off") holder.append(boxes(thingsOf(frame) || [], width, height, large));
  return holder;
}

function boxes(things, width, height, large) {
  const drawing = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "boxes" });
  const letterHeight = width / (large ? 75 : 36);
  const taken = [];
  const names = [];
  things.forEach((thing, place) => {
    const [x, y, w, h] = thing.box;
    const rect = draw("rect", { x, y, width: w, height: h, stroke: thing.colour, "data-thing": place });
    if (thing.ignored) rect.classList.add("ignored");
    rect.append(draw("title", {}, [thing.name, thing.note].filter(Boolean).join(": ")));
    drawing.append(rect);
    // The page's font is not known; 0.62 of the height is a wide letter.
    const long = 0.62 * letterHeight * thing.name.length;
    const left = Math.max(0, Math.min(x + letterHeight / 8, width - long));
    const line = Math.max(y - letterHeight / 6, letterHeight);
    const free = taken.every(([first, last, at]) =>
      Math.abs(line - at) > 1.3 * letterHeight || left > last || left + long < first);
    if (!free || thing.ignored || Math.max(w, h) < 1.5 * letterHeight) return;
    taken.push([left, left + long, line]);
    names.push(draw("text", { x: left, y: line, fill: thing.ink, stroke: thing.colour, "font-size": letterHeight }, thing.name));
  });
  drawing.append(...names);
  return drawing;
}

// ---- The frames

function showFrames() {
  const words = JSON.stringify([filtering, query.get("page"), query.get("layer"), query.get("boxes")]);
  if (words === showing) return;
  showing = words;
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(Math.max(1, Number(query.get("page")) || 1), pages);
  const shown = chosen.slice((page - 1) * PAGE, page * PAGE);
  $("grid").replaceChildren(...shown.map((frame) => {
    const things = thingsOf(frame);
    const count = things ? things.filter((thing) => !thing.ignored).length : null;
    const link = make("a", { href: addressOf(frame), className: "tile" },
      picture(frame, false),
      make("span", { className: "caption" },
        make("span", {}, data.conditions[data.condition[rowOf.get(frame)]]),
        make("span", { className: "soft" }, `${count === null ? "" : `${counted(count, "thing")} \u00b7 `}${frame}`)));
    const flags = flagsOf(frame);
    if (flags.length) link.append(make("span", { className: "flags" }, flags.join(", ")));
    return link;
  }));
  $("none").hidden = chosen.length > 0;
  for (const pager of document.querySelectorAll(".pager")) {
    pager.hidden = pages < 2;
    pager.replaceChildren(
      turner("\u2039 Previous", page - 1, page > 1),
      make("span", {}, `page ${page} of ${pages}`),
      turner("Next \u203a", page + 1, page < pages));
  }
}

function turner(words, page, open) {
  return make("button", { type: "button", disabled: !open, onclick: () => turn(page) }, words);
}

function turn(page) {
  go(put("page", page > 1 ? String(page) : ""));
  $("frames").scrollIntoView();
}

function addressOf(frame) {
  const next = new URLSearchParams(query);
  next.set("frame", frame);
  return `#${next}`;
}

const flagsOf = (frame) => Object.keys(data.flags).filter((name) => has(data.flags[name], rowOf.get(frame)));
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function showFilters() {
  $("condition").value = query.get("condition") || "";
  $("class").value = "";
  if ($("flag")) $("flag").value = query.get("flag") || "";
  const chips = [];
  for (const [key, value] of query) {
    const words = { condition: value, class: `with ${value}`, flag: `flag ${value}`, at: wordsAt(value) }[key];
    if (words) {
      const again = new URLSearchParams([[key, value]]).toString();
      chips.push(make("button", { type: "button", className: "chip", "data-go": again, title: "take this back" }, `${words} \u00d7`));
    }
  }
  for (const holder of document.querySelectorAll(".chips")) holder.replaceChildren(...chips.map((chip) => chip.cloneNode(true)));
  const all = data.frames.length;
  const words = filtered() ? `${chosen.length.toLocaleString("en")} of ${counted(all, "frame")}` : counted(all, "frame");
  for (const holder of document.querySelectorAll(".matching")) holder.textContent = words;
  $("selection").hidden = !filtered() || isInView($("filters"));
  for (const button of document.querySelectorAll("[data-layer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.layer === (query.get("layer") || "")));
  }
  for (const button of document.querySelectorAll("[data-boxes]")) {
    button.setAttribute("aria-pressed", String(query.get("boxes") !== "off"));
  }
}

function wordsAt(bar) {
  const [path] = parted(bar);
  const drawn = document.querySelector(`svg [data-go="${CSS.escape(new URLSearchParams([["at", bar]]).toString())}"]`);
  const told = drawn ? tipOf(drawn).replace(/:[^:]*$/, "") : "";
  return `${path} ${told}`.trim();
}

function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

// ---- The plots: of each bar, the part that the filters leave

function showPlots() {
  const some = filtered();
  const counts = {};
  if (some) {
    for (const [path, letters] of Object.entries(data.columns)) {
      const [all, left] = [new Array(data.letters.length).fill(0), new Array(data.letters.length).fill(0)];
      for (let row = 0; row < letters.length; row++) if (letters[row] !== ".") all[letter(letters, row)]++;
      for (const frame of chosen) {
        const place = letter(letters, rowOf.get(frame));
        if (place >= 0) left[place]++;
      }
      counts[path] = all.map((total, place) => (total ? left[place] / total : 0));
    }
  }
  const asked = query.getAll("at");
  for (const drawn of document.querySelectorAll("svg [data-go]")) {
    const wanted = new URLSearchParams(drawn.dataset.go);
    const bar = wanted.get("at");
    const isOn = [...wanted].every(([key, value]) => query.getAll(key).includes(value));
    drawn.classList.toggle("chosen", isOn);
    const rect = bar && drawn.querySelector(".bar");
    if (!rect) continue;
    drawn.querySelector(".part")?.remove();
    drawn.classList.toggle("faded", some);
    const [path, place] = parted(bar);
    const share = some ? counts[path]?.[place] : 0;
    if (!share) continue;
    const part = rect.cloneNode();
    part.setAttribute("class", "part");
    const sideways = rect.parentNode.querySelector("text");
    const [side, length] = sideways ? ["width", Number(rect.getAttribute("width"))] : ["height", Number(rect.getAttribute("height"))];
    part.setAttribute(side, length * share);
    if (!sideways) part.setAttribute("y", Number(rect.getAttribute("y")) + length * (1 - share));
    rect.after(part);
  }
}

// ---- One frame

function showViewer() {
  const viewer = $("viewer");
  const frame = query.has("frame") ? Number(query.get("frame")) : NaN;
  if (!rowOf.has(frame)) {
    if (viewer.open) viewer.close();
    return;
  }
  const place = chosen.indexOf(frame);
  const things = thingsOf(frame);
  $("title").textContent = `Frame ${frame}`;
  $("place").textContent = place < 0 ? "beside the filters" : `${place + 1} of ${chosen.length}`;
  $("stage").replaceChildren(picture(frame, true));
  $("facts").replaceChildren(
    make("b", {}, data.conditions[data.condition[rowOf.get(frame)]]),
    ...flagsOf(frame).map((name) => make("span", { className: "flags" }, name)));
  const layer = data.layers.find((one) => one.name === query.get("layer"));
  $("legend").replaceChildren(...(layer?.legend || []).map(([colour, words]) => make("span", {}, key(colour), words)));
  const order = [...(things || []).keys()].sort((one, other) => things[one].ignored - things[other].ignored || one - other);
  $("things").replaceChildren(...order.map((number) => {
    const { name, note, colour, ignored } = things[number];
    const item = make("li", { className: ignored ? "ignored" : "" }, key(colour), name, make("span", { className: "soft" }, note));
    item.onpointerenter = () => mark(number, true);
    item.onpointerleave = () => mark(number, false);
    return item;
  }));
  $("unknown").textContent = things === null ? "The boxes of this frame are not in this page."
    : things.length ? (data.pictures[frame] ? "" : "Ignored things are not in this page.") : "Nothing is labelled here.";
  $("previous").disabled = neighbour(-1) === null;
  $("next").disabled = neighbour(1) === null;
  if (!viewer.open) viewer.showModal();
}

function key(colour) {
  const square = make("span", { className: "key" });
  square.style.background = colour;
  return square;
}

function mark(number, on) {
  $("stage").querySelector(`[data-thing="${number}"]`)?.classList.toggle("marked", on);
}

// The next of the frames that match, also where the one shown does not.
function neighbour(step) {
  const frame = Number(query.get("frame"));
  const found = step > 0 ? chosen.find((one) => one > frame) : chosen.findLast((one) => one < frame);
  return found ?? null;
}

function move(step) {
  const frame = neighbour(step);
  if (frame !== null) go((next) => next.set("frame", frame));
}

const leave = () => go((next) => {
  const page = Math.floor(Math.max(0, chosen.indexOf(Number(next.get("frame")))) / PAGE) + 1;
  next.delete("frame");
  if (page > 1) next.set("page", page);
  else next.delete("page");
});

// ---- What pointing tells

function tipOf(element) {
  const title = [...element.children].find((child) => child.tagName === "title");
  // The browser would show it a second time, and late.
  if (title) {
    element.dataset.tip = title.textContent;
    title.remove();
  }
  return element.dataset.tip || "";
}

function tell(event) {
  const tip = $("tip");
  const element = event.target.closest?.("svg g, [data-thing], [data-tip]");
  const words = element ? tipOf(element) : "";
  tip.hidden = !words;
  if (!words) return;
  const holder = element.closest("dialog") || document.body;
  if (tip.parentNode !== holder) holder.append(tip);
  tip.textContent = words;
  tip.style.left = `${Math.max(6, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 6))}px`;
  tip.style.top = `${event.clientY > innerHeight - 60 ? event.clientY - tip.offsetHeight - 12 : event.clientY + 14}px`;
}

// ---- Events

function show() {
  const filters = JSON.stringify(["condition", "class", "flag", "at"].map((key) => query.getAll(key)));
  if (filters !== filtering) {
    filtering = filters;
    chosen = data.frames.filter((_, row) => matches(row));
    showPlots();
  }
  showFrames();
  showFilters();
  showViewer();
}

for (const key of ["condition", "flag"]) if ($(key)) $(key).onchange = (event) => go(put(key, event.target.value));
$("class").onchange = (event) => event.target.value && toggle(new URLSearchParams({ class: event.target.value }).toString());
$("previous").onclick = () => move(-1);
$("next").onclick = () => move(1);
$("close").onclick = leave;
$("viewer").addEventListener("cancel", (event) => {
  event.preventDefault();
  leave();
});
$("find").oninput = (event) => {
  const words = event.target.value.trim().toLowerCase();
  for (const card of document.querySelectorAll("[data-path]")) card.hidden = !card.dataset.path.includes(words);
  for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector("[data-path]:not([hidden])");
};

document.addEventListener("click", (event) => {
  // The address is kept for what is shown; an anchor of the page's own only scrolls.
  const anchor = event.target.closest('a[href^="#"]')?.getAttribute("href");
  if (anchor && !anchor.includes("=") && query.toString()) {
    event.preventDefault();
    $(anchor.slice(1))?.scrollIntoView();
  }
  const element = event.target.closest("[data-go], [data-layer], [data-boxes], [data-clear]");
  if (!element) return;
  if (element.dataset.go !== undefined) toggle(element.dataset.go);
  else if (element.dataset.layer !== undefined) go(put("layer", element.dataset.layer));
  else if (element.dataset.boxes !== undefined) go(put("boxes", query.get("boxes") === "off" ? "" : "off"));
  else go((next) => ["condition", "class", "flag", "at", "page"].forEach((key) => next.delete(key)));
});

document.addEventListener("keydown", (event) => {
  if (!$("viewer").open || event.altKey || event.ctrlKey || event.metaKey) return;
  const layers = ["", ...data.layers.map((layer) => layer.name)];
  if (event.key === "ArrowLeft") move(-1);
  else if (event.key === "ArrowRight") move(1);
  else if (event.key === "b") go(put("boxes", query.get("boxes") === "off" ? "" : "off"));
  else if (event.key === "l") go(put("layer", layers[(layers.indexOf(query.get("layer") || "") + 1) % layers.length]));
  else return;
  event.preventDefault();
});

let touched = null;
$("stage").addEventListener("touchstart", (event) => { touched = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
$("stage").addEventListener("touchend", (event) => {
  const end = event.changedTouches[0];
  if (touched && Math.abs(end.clientX - touched.clientX) > 50 && Math.abs(end.clientY - touched.clientY) < 60) {
    move(end.clientX < touched.clientX ? 1 : -1);
  }
  touched = null;
}, { passive: true });

document.addEventListener("pointermove", tell);
document.addEventListener("pointerdown", tell);
document.addEventListener("scroll", () => {
  $("tip").hidden = true;
  $("selection").hidden = !filtered() || isInView($("filters"));
}, { passive: true });
addEventListener("hashchange", () => {
  read();
  show();
});

// A page that was sent without its dataset has what it holds, and no more.
function begin() {
  read();
  show();
}
const first = data.frames.find((frame) => !data.pictures[frame]);
if (linked && data.frames.length) {
  const probe = new Image();
  probe.onload = begin;
  probe.onerror = () => { linked = false; begin(); };
  probe.src = fileOf(data.images, first ?? data.frames[0]);
} else begin();
