/* The worklist's keys: j and k move, Enter opens, r reviews, t sets a range, u undoes,
   Escape leaves the panel and goes back to its row. */

const PLACE = "worklist-place"; // how far down the list somebody was, and nothing more

const rows = () => [...document.querySelectorAll(".worklist-row")];
const current = () => document.querySelector(".worklist-row[aria-current]");

function moveTo(row) {
  if (!row) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const place = all.indexOf(current());
  moveTo(all[Math.min(Math.max(place + by, 0), all.length - 1)]);
}

function leavePanel() {
  const panel = document.getElementById("panel");
  if (!panel?.contains(document.activeElement)) return;
  panel.dispatchEvent(new Event("panel:leave", { bubbles: true }));
  panel.replaceChildren();
  moveTo(current() ?? rows()[0]);
}

const KEYS = {
  Escape: leavePanel,
  j: () => step(1),
  k: () => step(-1),
  r: () => current()?.querySelector("button[name=one]")?.click(),
  t: () => {
    const row = current();
    if (row) location.assign(row.dataset.target);
  },
  u: () => document.querySelector("[data-key=u]")?.click(),
  Enter: () => current()?.querySelector("th a")?.click(),
};

document.addEventListener("keydown", (event) => {
  const isWriting = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && !event.target.matches?.(".worklist-row")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/* After a review the list is drawn anew; who worked through it goes on at that place,
   and after an undo with the same person. Place and person go along in the address, where
   a redirect leaves them: nothing is kept. */
document.addEventListener("submit", (event) => {
  const isUndo = event.submitter?.matches("[data-key=u]");
  const row = isUndo ? current() : event.submitter?.closest(".worklist-row");
  if (!row) return;
  const [address] = event.target.action.split("#");
  const person = isUndo ? row.id : "";
  event.target.action = `${address}#${PLACE}${rows().indexOf(row)}:${person}`;
});

if (location.hash.startsWith(`#${PLACE}`)) {
  const [place, person] = location.hash.slice(PLACE.length + 1).split(":");
  history.replaceState(null, "", location.pathname + location.search);
  const same = rows().find((row) => row.id === person);
  moveTo(same ?? rows().at(Math.min(Number(place), rows().length - 1)));
}

const printing = document.querySelector("[data-print]");
printing?.removeAttribute("hidden");
printing?.addEventListener("click", () => print());

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "panel") return;
  const panel = event.detail.target;
  const problem = panel.querySelector(".error-summary");
  if (problem) {
    problem.focus();
    return;
  }
  // Its head is what one sees first: who this is, and why.
  panel.focus({ preventScroll: true });
  panel.scrollTop = 0;
  if (getComputedStyle(panel).position === "static") panel.scrollIntoView();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".worklist-row");
  if (row && event.target.matches("th a")) moveTo(row);
});
