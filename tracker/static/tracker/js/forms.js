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

/* What got no answer is told beside what was sent, and nothing typed is taken away.
   What asks again by itself, as progress does, has its next answer soon. */
const isBackground = (detail) => detail.requestConfig?.headers["X-Background"];

function tellUnsent({ target, detail }) {
  if (isBackground(detail)) return;
  clearUnsent();
  const words = document.getElementById("unsent").content.cloneNode(true);
  const form = target.matches("a") ? null : target.closest("form");
  const part = detail.target instanceof Element ? detail.target : null;
  if (form) form.append(words);
  else (part ?? document.querySelector("main")).prepend(words);
  const isLive = form && form !== target; // an echo while somebody types
  if (!isLive) unsent().scrollIntoView({ block: "nearest" });
}

const unsent = () => document.querySelector("[data-unsent]");
const clearUnsent = () => unsent()?.remove();

for (const name of ["sendError", "responseError", "targetError", "swapError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, tellUnsent);
}
document.addEventListener("htmx:afterSwap", clearUnsent);

/* Who was signed out meanwhile gets the page to sign in, which is not for this place. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { finalRequestPath, responsePath } = detail.pathInfo;
  const path = (address) => new URL(address, location.href).pathname;
  if (path(finalRequestPath) === path(responsePath)) return;
  detail.shouldSwap = false;
  if (isBackground(detail)) location.reload();
  else tellUnsent({ target: detail.requestConfig.elt, detail });
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
