"use strict";
// Shows the pictures in an order of each person's own, takes guesses, and says how good they were.
const data = JSON.parse(document.getElementById("data").textContent);
const at = (name) => document.getElementById(name);
let order = [], answers = [], since = 0;

// Whether a picture is ours: an odd number of ones in its number.
const isOurs = (number) => {
  let odd = false;
  for (let rest = number; rest > 0; rest = Math.floor(rest / 2)) odd = odd !== (rest % 2 === 1);
  return odd;
};

// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. American Statistical
// Association 22, 1927: the 95 % interval of a share.
const wilson = (right, of) => {
  const z = 1.959963984540054, share = right / of, scale = 1 + z * z / of;
  const middle = (share + z * z / (2 * of)) / scale;
  const half = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale;
  return [Math.max(middle - half, 0), Math.min(middle + half, 1)];
};

const show = (name) => ["begin", "ask", "end"].forEach((one) => { at(one).hidden = one !== name; });
const percent = (share) => (100 * share).toFixed(1) + "\u00a0%";

const start = () => {
  order = data.pictures.map((_, place) => place);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  answers = [];
  show("ask");
  next();
};

const next = () => {
  if (answers.length === order.length) { finish(); return; }
  at("picture").src = data.pictures[order[answers.length]].image;
  at("place").textContent = (answers.length + 1) + " of " + order.length;
  at("bar").value = answers.length;
  at("stop").hidden = answers.length === 0;
  since = performance.now();
};

const guess = (word) => {
  if (at("ask").hidden) return;
  const place = order[answers.length];
  const truth = isOurs(data.pictures[place].number) ? "synthetic" : "real";
  const seconds = Math.round(performance.now() - since) / 1000;
  answers.push({ picture: place, kind: data.pictures[place].kind, guess: word, truth: truth, right: word === truth,
                 seconds: seconds });
  next();
};

const told = () => {
  const right = answers.filter((one) => one.right).length, [low, high] = wilson(right, answers.length);
  return { format: data.format, page: data.page, what: data.what, person: at("person").value.trim(),
           pictures: order.length, answered: answers.length, right: right, accuracy: right / answers.length, low: low,
           high: high, answers: answers };
};

const cell = (row, tag, text) => { const made = document.createElement(tag); made.textContent = text; row.append(made); };

const finish = () => {
  const found = told();
  show("end");
  at("verdict").textContent = found.low > 0.5 ? "You can tell them apart." : found.high < 0.5
    ? "You take them for each other." : "You cannot tell them apart so far.";
  at("interval").textContent = "Right on " + found.right + " of " + found.answered + ": " + percent(found.accuracy)
    + ", with a 95 % interval from " + percent(found.low) + " to " + percent(found.high) + ". Guessing gives 50\u00a0%.";
  at("table").replaceChildren();
  const head = document.createElement("tr");
  ["", "taken for real", "taken for synthetic"].forEach((text) => cell(head, "th", text));
  at("table").append(head);
  ["real", "synthetic"].forEach((truth) => {
    const row = document.createElement("tr"), those = answers.filter((one) => one.truth === truth);
    cell(row, "th", truth);
    ["real", "synthetic"].forEach((word) => cell(row, "td", those.filter((one) => one.guess === word).length));
    at("table").append(row);
  });
  at("text").value = JSON.stringify(found, null, 1);
  at("seen").replaceChildren();
  answers.forEach((one) => {
    const figure = document.createElement("figure"), image = document.createElement("img");
    image.src = data.pictures[one.picture].image;
    image.alt = one.truth;
    figure.className = one.right ? "" : "wrong";
    figure.append(image);
    cell(figure, "figcaption", one.truth + (one.kind ? ", " + one.kind : "") + (one.right ? "" : ": you said " + one.guess));
    at("seen").append(figure);
  });
  at("verdict").focus();
};

const save = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([at("text").value + "\n"], { type: "application/json" }));
  link.download = "answers-" + data.page + ".json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

at("start").addEventListener("click", start);
at("again").addEventListener("click", start);
at("stop").addEventListener("click", finish);
at("save").addEventListener("click", save);
at("real").addEventListener("click", () => guess("real"));
at("synthetic").addEventListener("click", () => guess("synthetic"));
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft") guess("real");
  if (event.key === "ArrowRight") guess("synthetic");
});
