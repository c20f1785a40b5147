/* What is typed beside the list and not yet signed stays while the panel shows something
   else, and is asked about before the page goes. It is kept in this page alone. */

const unsigned = new Map(); // by the address of the form, which names the person

const ANSWERS = "input:not([type=hidden]), select, textarea";
const isAnswered = (field) => (field.type === "radio" ? field.checked : field.value !== "");
const forms = (part) => [...part.querySelectorAll("form.panel-form")];

function keep(form) {
  const answered = [...form.querySelectorAll(ANSWERS)].filter(isAnswered);
  if (answered.some((field) => field.type !== "radio")) {
    unsigned.set(form.action, answered.map(({ name, type, value }) => ({ name, type, value })));
  }
}

function bringBack(form) {
  for (const { name, type, value } of unsigned.get(form.action) ?? []) {
    const same = [...form.elements].filter((field) => field.name === name);
    const field = type === "radio" ? same.find((each) => each.value === value) : same[0];
    if (field && type === "radio") field.checked = true;
    else if (field) field.value = value;
  }
  unsigned.delete(form.action);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "panel" || !detail.shouldSwap) return;
  for (const form of forms(detail.target)) {
    if (form !== detail.requestConfig.elt) keep(form);
  }
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "panel") forms(detail.target).forEach(bringBack);
});

/* Escape empties the panel without asking the server. */
document.addEventListener("panel:leave", ({ target }) => forms(target).forEach(keep));

let sent = null;
document.addEventListener("submit", (event) => { sent = event.target; });
document.addEventListener("input", () => { sent = null; });

window.addEventListener("beforeunload", (event) => {
  const open = forms(document).filter((form) => form !== sent);
  const notes = open.flatMap((form) => [...form.querySelectorAll("textarea")]);
  if (unsigned.size || notes.some(isAnswered)) event.preventDefault();
});
