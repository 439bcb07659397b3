// The page, the seals on it, and the pages in small. Boxes are drawn as the server gave them; only
// while something is dragged or stepped does its box run ahead.
import { answerOf, at, fill, form, isUpright, make, pages, sealOf, state, texts, words } from "./place_state.js";

const PIXELS_PER_MM = 96 / 25.4;
const POINT_MM = 25.4 / 72;
const ZOOMS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const PICTURE_WIDTHS = [240, 480, 800, 1200, 1600, 2400]; // any other would be rendered anew
const INSET_MM = 0.01; // a rounded coordinate must not stand over the edge
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const paper = at("paper");
const picture = at("picture");
const layer = at("layer");
const leaves = at("leaves");
let dragging = false;
let told = {}; // select(index), moved(index, impression, [x, y], isDone), choose(number)

export function listen(handlers) {
  told = handlers;
  leaves.replaceChildren(...pages.map(leaf));
  for (const item of leaves.children) looker.observe(item);
  new ResizeObserver(() => state.zoom || fit()).observe(at("view"));
}

// The page --------------------------------------------------------------------------------------

function pixelsPerMm() {
  if (state.zoom) return PIXELS_PER_MM * state.zoom;
  const { clientWidth } = at("view");
  const padding = 2 * parseFloat(getComputedStyle(at("view")).paddingLeft);
  return Math.min((clientWidth - padding) / pages[state.page - 1][0], PIXELS_PER_MM * ZOOMS.at(-1));
}

function address(page, pixels) {
  const width = PICTURE_WIDTHS.find((one) => one >= pixels) ?? PICTURE_WIDTHS.at(-1);
  return `${form.dataset.address}/pages/${page}?width=${width}`;
}

function fit() {
  const [width, height] = pages[state.page - 1];
  const scale = pixelsPerMm();
  paper.style.width = `${width * scale}px`;
  paper.style.aspectRatio = `${width} / ${height}`;
  at("percent").value = `${Math.round((scale / PIXELS_PER_MM) * 100)} %`;
  const wanted = address(state.page, width * scale * window.devicePixelRatio);
  if (picture.getAttribute("src") !== wanted) picture.src = wanted;
}

export function turnTo(page) {
  if (!Number.isInteger(page) || page < 1 || page > pages.length) return;
  leaves.children[state.page - 1].firstElementChild.removeAttribute("aria-current");
  state.page = page;
  const item = leaves.children[page - 1];
  item.firstElementChild.setAttribute("aria-current", "page");
  // Not scrollIntoView, which would move the window, too.
  leaves.scrollTop = item.offsetTop - leaves.clientHeight / 2;
  leaves.scrollLeft = item.offsetLeft - leaves.clientWidth / 2;
  picture.alt = fill(texts.picture, { page });
  at("page").value = page;
  at("before").disabled = page === 1;
  at("after").disabled = page === pages.length;
  fit();
  draw();
}

// Zoom in (1) or out (-1) by a step; 0 makes the page as wide as there is room.
export function zoomTo(step) {
  const now = pixelsPerMm() / PIXELS_PER_MM;
  const next = step > 0 ? ZOOMS.find((one) => one > now + 0.01) : ZOOMS.findLast((one) => one < now - 0.01);
  state.zoom = step && (next ?? state.zoom);
  fit();
  reveal();
}

// Seals -----------------------------------------------------------------------------------------

// The part of a drawing that shows, filling the element it is put into.
export function drawn(impression, index) {
  const seal = sealOf(state.places[index]);
  const [left, bottom, right, top] = impression.window ?? [0, 0, seal.width, seal.height];
  const image = make("img", { src: seal.drawing, alt: "", draggable: false });
  image.style.width = `${(seal.width / (right - left)) * 100}%`;
  image.style.height = `${(seal.height / (top - bottom)) * 100}%`;
  image.style.left = `${(-left / (right - left)) * 100}%`;
  image.style.bottom = `${(-bottom / (top - bottom)) * 100}%`;
  return image;
}

function lay(element, box) {
  const [width, height] = pages[box.page - 1];
  element.style.left = `${(box.left / width) * 100}%`;
  element.style.bottom = `${(box.bottom / height) * 100}%`;
  element.style.width = `${(box.width / width) * 100}%`;
  element.style.height = `${(box.height / height) * 100}%`;
}

function shownOn(page) {
  return state.places.flatMap((_, index) =>
    answerOf(index).impressions.flatMap((impression, nth) =>
      impression.page === page ? [{ impression, index, nth }] : []));
}

export function draw() {
  if (dragging) return;
  const focused = document.activeElement?.dataset.key;
  layer.replaceChildren(...shownOn(state.page).map(overlay), ...candidates());
  if (focused) layer.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  for (const item of leaves.querySelectorAll("[data-seen]")) mark(item);
}

function overlay({ impression, index, nth }) {
  const { page, left, bottom, width, height } = impression;
  const dataset = { key: `${index}.${nth}`, index, page, left, bottom, width, height };
  const button = make("button", { type: "button", className: "impression", dataset }, drawn(impression, index));
  button.setAttribute("aria-label", fill(texts.label, words(index, impression)));
  button.classList.toggle("chosen", index === state.selected);
  lay(button, impression);
  button.addEventListener("focus", () => told.select(index));
  button.addEventListener("keydown", (event) => step(event, index, impression));
  button.addEventListener("pointerdown", (event) => drag(event, index, impression));
  return button;
}

// Bring the chosen seal into view, without moving the window.
export function reveal() {
  const button = layer.querySelector(".chosen");
  if (!button) return;
  const view = at("view");
  const [seal, frame] = [button.getBoundingClientRect(), view.getBoundingClientRect()];
  if (seal.bottom > frame.bottom || seal.top < frame.top) view.scrollTop += (seal.top + seal.bottom - frame.top - frame.bottom) / 2;
  if (seal.right > frame.right || seal.left < frame.left) view.scrollLeft += (seal.left + seal.right - frame.left - frame.right) / 2;
}

export function markChosen() {
  for (const button of layer.querySelectorAll(".impression")) {
    button.classList.toggle("chosen", Number(button.dataset.index) === state.selected);
  }
}

function candidates() {
  const { occurrence } = state.places[state.selected];
  const others = state.found.filter(({ number }) => number !== occurrence && occurrence !== "all");
  return others.filter(({ page }) => page === state.page).map((one) => {
    const button = make("button", { type: "button", className: "candidate", textContent: one.number });
    button.setAttribute("aria-label", fill(texts.candidate, one));
    const [width, height] = pages[one.page - 1];
    button.style.left = `${((one.left + one.width / 2) / width) * 100}%`;
    button.style.bottom = `${((one.bottom + one.height) / height) * 100}%`;
    button.addEventListener("click", () => told.choose(one));
    return button;
  });
}

// Moving ----------------------------------------------------------------------------------------

// How far a seal may go before it meets the edge of the page; a slice only moves along its edge.
function bounded(index, box, [x, y]) {
  const [width, height] = pages[box.page - 1];
  const place = state.places[index];
  const within = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
  const across = within(x, INSET_MM - box.left, width - box.left - box.width - INSET_MM);
  const along = within(y, INSET_MM - box.bottom, height - box.bottom - box.height - INSET_MM);
  const isStopped = Math.abs(across - x) > 0.1 || Math.abs(along - y) > 0.1;
  if (place.type === "field") return [0, 0];
  if (place.type === "straddle") return isUpright(place) ? [0, along] : [across, 0];
  at("edge-hint").hidden = !isStopped;
  return [across, along];
}

function step(event, index, impression) {
  if (!(event.key in STEPS) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const length = POINT_MM * (event.shiftKey ? 10 : 1);
  const by = bounded(index, impression, STEPS[event.key].map((part) => part * length));
  told.moved(index, impression, by, false);
  // Keys may be pressed faster than the server answers: all of them count.
  impression.left += by[0];
  impression.bottom += by[1];
  lay(event.currentTarget, impression);
}

function drag(event, index, impression) {
  if (event.button !== 0) return;
  const button = event.currentTarget;
  const pixels = paper.getBoundingClientRect().width / pages[impression.page - 1][0];
  let by = [0, 0];
  const follow = ({ clientX, clientY }) => {
    const wanted = [(clientX - event.clientX) / pixels, (event.clientY - clientY) / pixels];
    by = bounded(index, impression, wanted);
    lay(button, { ...impression, left: impression.left + by[0], bottom: impression.bottom + by[1] });
  };
  const drop = () => {
    dragging = false;
    button.removeEventListener("pointermove", follow);
    if (by.some(Boolean)) told.moved(index, impression, by, true);
  };
  event.preventDefault();
  button.focus({ preventScroll: true });
  button.setPointerCapture(event.pointerId);
  dragging = true;
  button.addEventListener("pointermove", follow);
  button.addEventListener("lostpointercapture", drop, { once: true });
}

// Pages in small --------------------------------------------------------------------------------

// Only what comes into view is asked for.
const looker = new IntersectionObserver(
  (entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      looker.unobserve(target);
      target.dataset.seen = "";
      target.querySelector("img").src = address(Number(target.dataset.page), PICTURE_WIDTHS[0]);
      mark(target);
    }
  },
  { root: leaves, rootMargin: "150px" },
);

function leaf([width, height], index) {
  const page = index + 1;
  const sheet = make("span", { className: "leaf" }, make("img", { alt: "" }), make("span", { className: "marks" }));
  sheet.style.aspectRatio = `${width} / ${height}`;
  const button = make("button", { type: "button" }, sheet, make("span", { textContent: page }));
  button.setAttribute("aria-label", fill(texts.leaf, { page }));
  button.addEventListener("click", () => turnTo(page));
  return make("li", { dataset: { page } }, button);
}

function mark(item) {
  const boxes = shownOn(Number(item.dataset.page)).map(({ impression, index }) => {
    const box = make("span", { className: "mark-box" }, drawn(impression, index));
    lay(box, impression);
    return box;
  });
  item.querySelector(".marks").replaceChildren(...boxes);
}
