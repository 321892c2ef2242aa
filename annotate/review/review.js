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

function trouble(text) {
  at("trouble").textContent = text;
  at("trouble").hidden = !text;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer: longtail review has ended. What was kept is kept.");
  }
  const kind = answer.headers.get("Content-Type") || "";
  const said = kind.startsWith("application/json") ? await answer.json() : { error: await answer.text() };
  if (!answer.ok) throw new Error(said.error);
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
  if (!one) return;
  at("picture").src = `picture/${one.frame}/${base}`;
  at("picture").alt = `frame ${one.frame}, ${NAMES[base].toLowerCase()}`;
  if (over.masks) at("masks").src = `picture/${one.frame}/masks`;
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
  at("comment").value = one ? one.comment : "";
  verdict();
  layers();
  if (!one) return;
  for (const flag of one.flags) {
    const item = element("li", "", at("flags"));
    element("b", words(flag.name), item);
    element("span", flag.said, item);
  }
  if (!one.flags.length) element("li", "Not flagged; drawn at random.", at("flags"), "soft");
  try {
    const known = await ask(`labels/${one.frame}`);
    if (row() !== one) return;
    boxes(known);
    at("caption").textContent = `${known.condition} \u00b7 ${known.width} \u00d7 ${known.height}`;
    for (const [name, value] of known.facts) {
      element("dt", name, at("facts"));
      element("dd", value, at("facts"));
    }
    trouble("");
  } catch (error) {
    trouble(error.message);
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
  const asked = { frame: one.frame, decision, comment: at("comment").value };
  pending = pending.then(() => kept(one, asked));
  return pending;
}

async function kept(one, asked) {
  if (one.decision === asked.decision && one.comment === asked.comment) return true;
  try {
    const said = await ask("decision", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    one.decision = said.decision;
    one.comment = said.comment;
    trouble("");
    verdict();
    return true;
  } catch (error) {
    trouble(`Not kept: ${error.message}`);
    return false;
  }
}

async function decide(decision) {
  const one = row();
  if ((await keep(decision)) && row() === one) go(place + 1);
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
    switches(known.layers);
    filters();
    shown = filtered();
    for (const [id, decision] of Object.entries(KEPT)) at(id).addEventListener("click", () => decide(decision));
    at("back").addEventListener("click", () => go(place - 1));
    at("on").addEventListener("click", () => go(place + 1));
    at("comment").addEventListener("change", () => keep(row().decision));
    document.addEventListener("keydown", keys);
    await show();
  } catch (error) {
    trouble(error.message);
  }
}

begin();
