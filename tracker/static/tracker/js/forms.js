/* The error summary takes the focus; a form is sent once; a swap loses no focus. */

const summary = document.querySelector("[data-focus-first]");
if (summary) summary.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.setAttribute("aria-disabled", "true");
  }
});

/* A page that comes back from the browser's memory can be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

/* What had the focus has it again when its part of the page was replaced. */
let held = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const active = document.activeElement;
  if (!detail.target.contains(active)) return;
  held = { place: detail.target.id, kind: active.tagName, words: active.textContent };
});

document.addEventListener("htmx:afterSettle", () => {
  const part = held && document.getElementById(held.place);
  if (part && document.activeElement === document.body) {
    const { kind, words } = held;
    const same = [...part.querySelectorAll(kind)].find((each) => each.textContent === words);
    same?.focus({ preventScroll: true });
  }
  held = null;
});
