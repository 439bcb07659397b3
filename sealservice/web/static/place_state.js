// What the parts of the placing page share: the places that are asked for, the server's answers, and
// small words. Lengths are millimetres on the page as displayed, from its bottom left.
export const form = document.getElementById("place");
export const texts = document.getElementById("texts").dataset;
export const pages = JSON.parse(form.dataset.pages);
export const at = (id) => document.getElementById(id);

export const state = {
  places: [], // as sealing takes them, each with its seal
  answers: [], // one for each place: impressions, or an error
  selected: 0,
  page: 1,
  zoom: 0, // 0: as wide as there is room
  found: [], // candidates of the keyword that was looked for last
};

export const selected = () => state.places[state.selected];
export const answerOf = (index) => state.answers[index] ?? { impressions: [] };
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const round = (value) => Math.round(value * 1000) / 1000;
export const isUpright = (place) => place.edge === "left" || place.edge === "right";

export function make(tag, properties = {}, ...children) {
  const { dataset = {}, ...others } = properties;
  const element = Object.assign(document.createElement(tag), others);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

export function sealOf(place) {
  const { dataset } = form.querySelector(`input[name="seal"][value="${place.seal}"]`);
  const { name, drawing } = dataset;
  return { width: Number(dataset.width), height: Number(dataset.height), name, drawing };
}

export function isComplete(place) {
  if (place.type === "keyword") return Boolean(place.keyword);
  return place.type !== "field" || Boolean(place.field);
}

// What is said of an impression: page, and the seal's centre.
export function words(index, impression) {
  return {
    number: index + 1,
    seal: sealOf(state.places[index]).name,
    page: impression.page,
    x: (impression.left + impression.width / 2).toFixed(1),
    y: (impression.bottom + impression.height / 2).toFixed(1),
    count: answerOf(index).impressions.length,
  };
}

// Post a form of ours and read the JSON that comes back; an error is a sentence to be shown.
export async function send(what, fields) {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value, ...fields });
  try {
    const answer = await fetch(`${form.dataset.address}/${what}`, { method: "POST", body });
    if (answer.status === 401) return { error: texts.expired };
    return await answer.json();
  } catch {
    return { error: texts.away };
  }
}
