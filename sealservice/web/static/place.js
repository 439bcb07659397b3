// The placing page: what is asked for, in fields and lists. Every change goes to the server's dry
// run, and what is shown is its answer. Without scripts the visible fields are sent as they are.
import { answerOf, at, fill, form, isComplete, isUpright, make, pages, round, sealOf, selected, send, state, texts, words } from "./place_state.js";
import { draw, drawn, listen, markChosen, reveal, turnTo, zoomTo } from "./place_sheet.js";

const PATIENCE_MS = 150;
const MARGIN_MM = 25;
const MOST_NAMED = 100;

// The dry run -----------------------------------------------------------------------------------

let asked = 0; // only the answer to the latest question counts
let waiting = 0;
let refused = at("trouble").textContent; // what was sent before; holds until something is changed

function changed() {
  asked += 1;
  clearTimeout(waiting);
  waiting = setTimeout(resolve, PATIENCE_MS);
}

async function resolve() {
  clearTimeout(waiting);
  asked += 1;
  const mine = asked;
  if (mine > 1) refused = "";
  form.setAttribute("aria-busy", "true");
  const complete = state.places.filter(isComplete);
  const question = { placements: JSON.stringify(complete) };
  const answer = complete.length ? await send("resolution", question) : { places: [] };
  if (mine !== asked) return;
  form.removeAttribute("aria-busy");
  if (answer.places) {
    const given = [...answer.places];
    state.answers = state.places.map((place) => (isComplete(place) ? given.shift() : undefined));
  }
  draw();
  tell(answer.error);
}

function tell(error) {
  const own = answerOf(state.selected);
  const trouble = error ?? own.error ?? state.answers.find((answer) => answer?.error)?.error ?? refused;
  at("trouble").textContent = trouble;
  at("trouble").hidden = !trouble;
  at("inside").hidden = own.code !== "placement_outside" || selected().clamp !== false;
  const seen = own.impressions.find(({ page }) => page === state.page) ?? own.impressions[0];
  at("status").textContent = seen ? fill(texts.say, words(state.selected, seen)) : "";
  list();
  assemble();
}

// The places ------------------------------------------------------------------------------------

function newPlace(seal, type) {
  const place = { seal, type };
  for (const field of form.querySelectorAll(`[data-type="${type}"] [data-bind]`)) {
    place[field.dataset.bind] = read(field);
  }
  if (type !== "coordinate") return place;
  const [width, height] = pages[state.page - 1];
  const size = sealOf(place);
  place.pages = String(state.page);
  place.x_mm = round(Math.max(width - size.width / 2 - MARGIN_MM, width / 2));
  place.y_mm = round(Math.min(size.height / 2 + MARGIN_MM, height / 2));
  return { ...place, origin: "bottom-left", clamp: false };
}

function select(index) {
  state.selected = index;
  const { seal, type } = selected();
  form.querySelector(`input[name="seal"][value="${seal}"]`).checked = true;
  const isTyped = type === "coordinate" && form.elements.kind.value === "coordinate";
  form.elements.kind.value = type === "coordinate" && !isTyped ? "drag" : type;
  bind();
  markChosen();
  tell();
}

function add() {
  const kind = form.elements.kind.value;
  state.places.push(newPlace(selected().seal, kind === "drag" ? "coordinate" : kind));
  select(state.places.length - 1);
  resolve();
}

function remove(index) {
  state.places.splice(index, 1);
  state.answers.splice(index, 1);
  select(Math.min(state.selected, state.places.length - 1));
  resolve();
  at("more").focus();
}

function list() {
  const most = Number(form.dataset.most);
  at("more").disabled = state.places.length >= most;
  at("places").replaceChildren(...state.places.map(line));
}

function line(place, index) {
  const { impressions, error } = answerOf(index);
  const [first] = impressions;
  const values = first ? words(index, first) : { seal: sealOf(place).name };
  const told = impressions.length > 1 ? texts.several : texts.one;
  const text = fill(first ? told : error ? texts.wrong : texts.unfinished, values);
  const choose = make("button", { type: "button", className: "line", textContent: text });
  choose.setAttribute("aria-pressed", index === state.selected);
  choose.addEventListener("click", () => {
    select(index);
    if (first && !impressions.some(({ page }) => page === state.page)) turnTo(first.page);
    reveal();
    at("places").children[index].firstElementChild.focus();
  });
  const away = make("button", { type: "button", className: "quiet", textContent: texts.remove });
  away.setAttribute("aria-label", fill(texts.removeLabel, { number: index + 1 }));
  away.hidden = state.places.length === 1;
  away.addEventListener("click", () => remove(index));
  return make("li", { className: error ? "wrong" : "" }, choose, away);
}

function moved(index, impression, [x, y], isDone) {
  const place = state.places[index];
  if (place.type === "coordinate") {
    place.x_mm = round(place.x_mm + (place.origin.endsWith("right") ? -x : x));
    place.y_mm = round(place.y_mm + (place.origin.startsWith("top") ? -y : y));
  } else if (place.type === "keyword") {
    place.dx_mm = round(place.dx_mm + x);
    place.dy_mm = round(place.dy_mm + y);
  } else if (place.type === "straddle") {
    const { left, bottom, width, height } = impression;
    place.at_mm = round(isUpright(place) ? bottom + height / 2 + y : left + width / 2 + x);
  }
  bind();
  if (isDone) resolve();
  else changed();
}

// The fields of a place: what is typed goes into it, what is dragged comes out of it --------------

function bind() {
  for (const field of form.querySelectorAll(`[data-type="${selected().type}"] [data-bind]`)) {
    const value = selected()[field.dataset.bind];
    if (field.type === "checkbox") field.checked = value;
    else if (field !== document.activeElement) field.value = value ?? "";
  }
}

function read(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.dataset.number === undefined) return field.value.trim();
  return field.value === "" ? null : Number(field.value);
}

function typed({ target }) {
  const name = target.dataset.bind;
  if (!name) return;
  const value = read(target);
  if ((value === null || value === "") && target.dataset.number !== "optional") return;
  if (name === "origin") reckon(selected(), value);
  else selected()[name] = value;
  if (name === "keyword") {
    selected().occurrence = "last"; // what was chosen before was of another text
    look([]);
  }
  changed();
}

// Measuring from another corner leaves the seal where it is.
function reckon(place, origin) {
  const [width, height] = pages[(answerOf(state.selected).impressions[0]?.page ?? state.page) - 1];
  const turn = (value, length, side) => {
    const fromNear = place.origin.includes(side) ? length - value : value + (place.origin === "centre" ? length / 2 : 0);
    return round(origin.includes(side) ? length - fromNear : fromNear - (origin === "centre" ? length / 2 : 0));
  };
  place.x_mm = turn(place.x_mm, width, "right");
  place.y_mm = turn(place.y_mm, height, "top");
  place.origin = origin;
  bind();
}

function kindChosen() {
  const kind = form.elements.kind.value;
  const type = kind === "drag" ? "coordinate" : kind;
  if (type !== selected().type) state.places[state.selected] = newPlace(selected().seal, type);
  look([]);
  bind();
  resolve().then(reveal);
}

// Keyword ---------------------------------------------------------------------------------------

function look(found) {
  state.found = found;
  at("candidates").replaceChildren(...found.slice(0, MOST_NAMED).map((one) => {
    const text = fill(texts.candidate, one);
    const button = make("button", { type: "button", className: "quiet", textContent: text });
    button.setAttribute("aria-pressed", one.number === selected().occurrence);
    button.addEventListener("click", () => choose(one));
    return make("li", {}, button);
  }));
  at("everywhere").hidden = found.length < 2;
  at("nearest").replaceChildren();
  at("found").textContent = "";
}

async function search() {
  const place = selected();
  place.keyword = at("keyword").value.trim();
  if (!place.keyword) return at("keyword").focus();
  const answer = await send("searches", { text: place.keyword });
  look(answer.found ?? []);
  if (answer.found?.length) return choose(answer.found.at(-1));
  at("found").textContent = answer.error ?? fill(texts.nothing, { keyword: place.keyword });
  at("nearest").replaceChildren(...(answer.nearest ?? []).map((text) => {
    const button = make("button", { type: "button", className: "quiet", textContent: text });
    button.addEventListener("click", () => {
      at("keyword").value = text;
      search();
    });
    return make("li", {}, button);
  }));
  place.keyword = "";
  resolve();
}

function choose(one) {
  const place = Object.assign(selected(), { occurrence: one.number, dx_mm: 0, dy_mm: 0 });
  look(state.found);
  at("found").textContent = fill(texts.found, { ...place, count: state.found.length, number: one.number });
  bind();
  if (one.page !== state.page) turnTo(one.page);
  resolve().then(reveal);
}

function everywhere() {
  const place = Object.assign(selected(), { occurrence: "all", dx_mm: 0, dy_mm: 0 });
  look(state.found);
  at("found").textContent = fill(texts.foundAll, { ...place, count: state.found.length });
  resolve();
}

// Straddle: the slices of the seal that the page at hand belongs to, put together again -------------

function assemble() {
  const place = selected();
  const { impressions } = answerOf(state.selected);
  at("assembly").hidden = place.type !== "straddle" || !impressions.length;
  if (at("assembly").hidden) return;
  const seal = sealOf(place);
  const wholes = whole(impressions, seal);
  const one = wholes.find((slices) => slices.some(({ page }) => page === state.page)) ?? wholes[0];
  at("whole").style.aspectRatio = `${seal.width} / ${seal.height}`;
  at("whole").replaceChildren(...one.map((slice) => piece(slice, seal)));
  const values = { from: one[0].page, to: one.at(-1).page, count: one.length, seals: wholes.length };
  at("whole-text").textContent = fill(texts.assembled, values);
}

function whole(impressions, seal) {
  const wholes = [];
  let left = 0; // of the seal's area, in mm²
  for (const impression of impressions) {
    if (left < 0.001) {
      wholes.push([]);
      left = seal.width * seal.height;
    }
    const [x1, y1, x2, y2] = impression.window ?? [0, 0, seal.width, seal.height];
    wholes.at(-1).push(impression);
    left -= (x2 - x1) * (y2 - y1);
  }
  return wholes;
}

function piece(impression, seal) {
  const [left, bottom, right, top] = impression.window ?? [0, 0, seal.width, seal.height];
  const element = make("span", { className: "slice", title: impression.page }, drawn(impression, state.selected));
  element.style.left = `${(left / seal.width) * 100}%`;
  element.style.bottom = `${(bottom / seal.height) * 100}%`;
  element.style.width = `${((right - left) / seal.width) * 100}%`;
  element.style.height = `${((top - bottom) / seal.height) * 100}%`;
  return element;
}

// Everything that can be pressed ------------------------------------------------------------------

function submitted(event) {
  const isReady = state.places.every(isComplete) && !state.answers.some((answer) => answer?.error);
  form.elements.placements.value = JSON.stringify(state.places);
  if (isReady) return;
  event.preventDefault();
  at("trouble").textContent ||= texts.unready;
  at("trouble").hidden = false;
  at("trouble").focus();
}

function start() {
  const chosen = form.elements.seal.value;
  listen({ select, moved, choose });
  form.classList.add("scripted");
  form.elements.kind.value = "drag";
  state.places = JSON.parse(form.dataset.initial);
  if (!state.places.length) state.places = [newPlace(chosen, "coordinate")];
  turnTo(1);
  select(0);
  resolve().then(reveal);
}

const pressed = {
  before: () => turnTo(state.page - 1),
  after: () => turnTo(state.page + 1),
  smaller: () => zoomTo(-1),
  larger: () => zoomTo(1),
  fit: () => zoomTo(0),
  more: add,
  search,
  everywhere,
  here: () => {
    selected().pages = String(state.page);
    bind();
    resolve();
  },
  inside: () => {
    selected().clamp = true;
    resolve();
  },
};

for (const [id, act] of Object.entries(pressed)) at(id).addEventListener("click", act);
at("page").addEventListener("change", () => turnTo(Number(at("page").value)));
// Enter in a field must not send the order: it ends the typing, and searches.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  if (event.target.id === "keyword") search();
  if (event.target.id === "page") turnTo(Number(event.target.value));
});
form.addEventListener("input", typed);
form.addEventListener("change", ({ target }) => {
  if (target.name === "kind") kindChosen();
  if (target.name !== "seal") return;
  selected().seal = target.value;
  resolve();
});
form.addEventListener("submit", submitted);
start();
