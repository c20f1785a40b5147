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

/* After a review the list is drawn anew; who worked through it goes on at that place.
   The place goes along in the address, where a redirect leaves it: nothing is kept. */
document.addEventListener("submit", (event) => {
  const row = event.submitter?.closest(".worklist-row");
  if (!row) return;
  const [address] = event.target.action.split("#");
  event.target.action = `${address}#${PLACE}${rows().indexOf(row)}`;
});

if (location.hash.startsWith(`#${PLACE}`)) {
  const place = Number(location.hash.slice(PLACE.length + 1));
  history.replaceState(null, "", location.pathname + location.search);
  moveTo(rows().at(Math.min(place, rows().length - 1)));
}

const printing = document.querySelector("[data-print]");
printing?.removeAttribute("hidden");
printing?.addEventListener("click", () => print());

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "panel") return;
  const panel = event.detail.target;
  (panel.querySelector(".error-summary") ?? panel).focus();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".worklist-row");
  if (row && event.target.matches("th a")) moveTo(row);
});
