// The drop zone of /verify and /seal/new. Without scripts the form works as it is.
const form = document.querySelector("form.drop");
const input = document.getElementById("file");
const zone = form.querySelector(".drop-zone");
const text = document.getElementById("drop-text");
const tooLarge = document.getElementById("too-large");
const hint = document.getElementById("file-hint");
const busy = document.getElementById("busy");
const invitation = text.textContent;

// With scripts a chosen file is sent at once: no button, and the page says so beforehand.
form.classList.add("live");
hint.textContent = hint.dataset.atOnce;

// Say the limit before the upload, not after it.
function chosen() {
  const file = input.files[0];
  text.textContent = file ? file.name : invitation;
  tooLarge.hidden = !file || file.size <= Number(form.dataset.limit);
  if (file && tooLarge.hidden) form.requestSubmit();
}

input.addEventListener("change", chosen);
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  zone.addEventListener(name, () => zone.classList.remove("over"));
}
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length === 0) return;
  input.files = event.dataTransfer.files;
  chosen();
});
form.addEventListener("submit", (event) => {
  if (tooLarge.hidden) busy.classList.add("sent");
  else event.preventDefault();
});
// Coming back to the page, nothing is under way.
window.addEventListener("pageshow", () => busy.classList.remove("sent"));

// Keyboard and screen-reader users land on the verdict.
document.body.addEventListener("htmx:after:swap", () => {
  busy.classList.remove("sent");
  document.getElementById("verdict-word")?.focus();
});
