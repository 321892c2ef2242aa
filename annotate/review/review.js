"use strict";

// Whatever a dataset says is put in as text, never as markup.
const at = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const KEPT = { accept: "accepted", reject: "rejected", clear: "undecided" };
const NAMES = { image: "Picture", semantic: "Semantic", depth: "Depth", masks: "Masks", boxes: "Boxes" };

let rows = [];
let shown = [];
let place = 0;
let base = "image";
const over = { boxes: true, masks: false };

function element(name, text, parent, kind) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  if (parent) parent.append(made);
  return made;
}

// What is wrong, by what it is with: the first of them is said until that is right.
const wrong = { keeping: "", frame: "", picture: "", masks: "" };

function trouble(what, text) {
  wrong[what] = text;
  const said = Object.values(wrong).find(Boolean) || "";
  at("trouble").textContent = said;
  at("trouble").hidden = !said;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer: longtail review has ended. What was kept is kept.");
  }
  const kind = answer.headers.get("Content-Type") || "";
  const said = kind.startsWith("application/json") ? await answer.json() : { error: answer.ok ? "" : await answer.text() };
  if (!answer.ok) throw Object.assign(new Error(said.error), { status: answer.status, said });
  return said;
}

const row = () => shown[place];

function words(name) {
  return name.replaceAll("_", " ");
}

function filtered() {
  const wanted = at("filter").value;
  if (wanted === "undecided" || wanted === "rejected" || wanted === "accepted") {
    return rows.filter((one) => one.decision === wanted);
  }
  if (wanted === "flagged") return rows.filter((one) => one.flags.length);
  if (wanted === "random") return rows.filter((one) => !one.flags.length);
  if (wanted.startsWith("flag:")) {
    return rows.filter((one) => one.flags.some((flag) => flag.name === wanted.slice(5)));
  }
  return rows.slice();
}

function counts() {
  const of = (decision) => rows.filter((one) => one.decision === decision).length;
  const where = shown.length ? `${place + 1} of ${shown.length}` : "0";
  at("counts").textContent =
    `${where} \u00b7 ${of("accepted")} accepted, ${of("rejected")} rejected, ${of("undecided")} undecided`;
}

function verdict() {
  const one = row();
  at("verdict").className = one ? one.decision : "";
  at("verdict").textContent = one ? `Frame ${one.frame}: ${one.decision}` : "";
  counts();
}

function layers() {
  for (const button of document.querySelectorAll("#bases button")) {
    button.setAttribute("aria-checked", String(button.dataset.layer === base));
  }
  for (const button of document.querySelectorAll("#overlays button")) {
    button.setAttribute("aria-pressed", String(over[button.dataset.layer]));
  }
  const one = row();
  at("boxes").toggleAttribute("hidden", !one || !over.boxes);
  at("masks").hidden = !one || !over.masks;
  at("picture").hidden = !one;
  if (!one) drop("picture");
  if (!one || !over.masks) drop("masks");
  if (!one) return;
  put("picture", `picture/${one.frame}/${base}`);
  at("picture").alt = `frame ${one.frame}, ${NAMES[base].toLowerCase()}`;
  if (over.masks) put("masks", `picture/${one.frame}/masks`);
}

// A browser shows the picture before until another is there: neither is to be seen under the other's labels.
function put(id, path) {
  const image = at(id);
  if (image.getAttribute("src") === path) return;
  image.classList.add("waiting");
  trouble(id, "");
  image.src = path;
}

// What is not to be seen is not missed, and is asked for anew when it is.
function drop(id) {
  at(id).removeAttribute("src");
  trouble(id, "");
}

function watch(id) {
  const image = at(id);
  image.addEventListener("load", () => image.classList.remove("waiting"));
  image.addEventListener("error", async () => {
    const path = image.getAttribute("src");
    const now = row();
    if (!now || path === null) return;
    const missing = `No ${id} of frame ${now.frame}`;
    trouble(id, missing);
    // The server knows why.
    const why = await ask(path).then(() => "the browser cannot show it", (error) => error.message);
    if (row() === now && image.getAttribute("src") === path) trouble(id, `${missing}: ${why}`);
  });
}

function boxes(known) {
  const svg = at("boxes");
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${known.width} ${known.height}`);
  for (const box of known.boxes) {
    const rect = document.createElementNS(SVG, "rect");
    ["x", "y", "width", "height"].forEach((name, k) => rect.setAttribute(name, box.box[k]));
    rect.setAttribute("stroke", box.colour);
    if (box.ignored) rect.classList.add("ignored");
    const title = document.createElementNS(SVG, "title");
    title.textContent = box.note;
    rect.append(title);
    svg.append(rect);
  }
}

// What is written and not kept yet stays with its frame, whatever becomes known of that and wherever one goes.
const written = (one) => one.draft ?? one.comment;

function draft(one, text) {
  if (text === one.comment) delete one.draft;
  else one.draft = text;
}

// What holds of a frame, which another page may have decided on.
function learn(one, said) {
  one.decision = said.decision;
  one.comment = said.comment;
  draft(one, written(one));
  if (row() !== one) return;
  at("comment").value = written(one);
  verdict();
}

async function show() {
  const one = row();
  at("none").hidden = Boolean(one);
  for (const id of ["accept", "reject", "clear", "comment"]) at(id).disabled = !one;
  at("back").disabled = place <= 0;
  at("on").disabled = place >= shown.length - 1;
  at("flags").replaceChildren();
  at("facts").replaceChildren();
  at("boxes").replaceChildren();
  at("caption").textContent = "";
  at("comment").value = one ? written(one) : "";
  verdict();
  layers();
  if (!one) {
    trouble("frame", "");
    return;
  }
  for (const flag of one.flags) {
    const item = element("li", "", at("flags"));
    element("b", words(flag.name), item);
    element("span", flag.said, item);
  }
  if (!one.flags.length) element("li", "Not flagged; drawn at random.", at("flags"), "soft");
  try {
    const known = await ask(`labels/${one.frame}`);
    if (row() !== one) return;
    if (!one.busy) learn(one, known);
    boxes(known);
    at("caption").textContent = `${known.condition} \u00b7 ${known.width} \u00d7 ${known.height}`;
    for (const [name, value] of known.facts) {
      element("dt", name, at("facts"));
      element("dd", value, at("facts"));
    }
    trouble("frame", "");
  } catch (error) {
    if (row() === one) trouble("frame", error.message);
  }
  // The next one is there before it is asked for.
  if (shown[place + 1]) new Image().src = `picture/${shown[place + 1].frame}/${base}`;
}

function go(to) {
  if (to < 0 || to >= shown.length) return;
  place = to;
  show();
}

function undecided() {
  for (let k = 1; k <= shown.length; k += 1) {
    const to = (place + k) % shown.length;
    if (shown[to].decision === "undecided") return go(to);
  }
}

// One at a time: what was asked first is kept first.
let pending = Promise.resolve();

function keep(decision) {
  const one = row();
  if (!one) return Promise.resolve(false);
  const asked = { frame: one.frame, decision, comment: written(one) };
  one.busy = (one.busy || 0) + 1;
  pending = pending.then(() => kept(one, asked)).finally(() => { one.busy -= 1; });
  return pending;
}

async function kept(one, asked) {
  try {
    const said = await ask("decision", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...asked, was: { decision: one.decision, comment: one.comment } }),
    });
    if (one.draft === asked.comment) delete one.draft;
    learn(one, said);
    trouble("keeping", "");
    verdict();
    return true;
  } catch (error) {
    if (error.status === 409) learn(one, error.said);
    trouble("keeping", `Not kept: ${error.message}`);
    return false;
  }
}

let deciding = false;

async function decide(decision) {
  // Until a decision is kept and the page has gone on, another would be on the same frame.
  if (deciding) return;
  deciding = true;
  const one = row();
  try {
    if ((await keep(decision)) && row() === one) go(place + 1);
  } finally {
    deciding = false;
  }
}

function option(value, text) {
  const made = element("option", text, at("filter"));
  made.value = value;
}

function filters() {
  const names = [...new Set(rows.flatMap((one) => one.flags.map((flag) => flag.name)))];
  for (const name of ["undecided", "accepted", "rejected", "flagged", "random"]) option(name, name);
  for (const name of names) option(`flag:${name}`, `flag: ${words(name)}`);
  at("filter").addEventListener("change", () => {
    shown = filtered();
    place = 0;
    show();
    at("filter").blur();
  });
}

function switches(known) {
  for (const layer of known.filter((name) => name !== "masks")) {
    const button = element("button", NAMES[layer], at("bases"));
    button.type = "button";
    button.setAttribute("role", "radio");
    button.dataset.layer = layer;
    button.addEventListener("click", () => { base = layer; layers(); });
  }
  for (const layer of ["boxes", ...known.filter((name) => name === "masks")]) {
    const button = element("button", NAMES[layer], at("overlays"));
    button.type = "button";
    button.dataset.layer = layer;
    button.addEventListener("click", () => { over[layer] = !over[layer]; layers(); });
  }
}

function press(layer) {
  const button = document.querySelector(`#layers button[data-layer=${layer}]`);
  if (button) button.click();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // A key that is held turns pages, and decides once.
  if (event.repeat && !event.key.startsWith("Arrow")) return;
  if (event.target === at("comment")) {
    if (event.key === "Escape") at("comment").blur();
    return;
  }
  if (event.target === at("filter")) return;
  const does = {
    a: () => decide("accepted"), r: () => decide("rejected"), u: () => decide("undecided"),
    ArrowRight: () => go(place + 1), j: () => go(place + 1), ArrowLeft: () => go(place - 1), k: () => go(place - 1),
    n: undecided, 1: () => press("image"), 2: () => press("semantic"), 3: () => press("depth"),
    b: () => press("boxes"), m: () => press("masks"), c: () => at("comment").focus(),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!does) return;
  event.preventDefault();
  does();
}

async function begin() {
  try {
    const known = await ask("frames");
    rows = known.rows;
    at("name").textContent = `Review of ${known.name}`;
    document.title = `Longtail: review of ${known.name}`;
    for (const id of ["picture", "masks"]) watch(id);
    switches(known.layers);
    filters();
    shown = filtered();
    for (const [id, decision] of Object.entries(KEPT)) at(id).addEventListener("click", () => decide(decision));
    at("back").addEventListener("click", () => go(place - 1));
    at("on").addEventListener("click", () => go(place + 1));
    at("comment").addEventListener("input", () => { if (row()) draft(row(), at("comment").value); });
    at("comment").addEventListener("change", () => { if (row()) keep(row().decision); });
    document.addEventListener("keydown", keys);
    addEventListener("beforeunload", (event) => {
      if (rows.some((one) => "draft" in one)) event.preventDefault();
    });
    await show();
  } catch (error) {
    trouble("frame", error.message);
  }
}

begin();
