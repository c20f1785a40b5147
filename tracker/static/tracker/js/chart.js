/* The chart's points: arrow keys walk along them, and the words of one are read out. */

function pointsOf(chart) {
  return [...chart.querySelectorAll(".chart-point")].sort((one, other) =>
    one.dataset.date.localeCompare(other.dataset.date),
  );
}

function say(point) {
  const place = document.getElementById("chart-detail");
  if (place) place.textContent = point.dataset.detail || point.dataset.value;
}

function step(points, from, key) {
  const last = points.length - 1;
  const places = {
    ArrowRight: Math.min(from + 1, last),
    ArrowLeft: Math.max(from - 1, 0),
    Home: 0,
    End: last,
  };
  return places[key];
}

document.addEventListener("keydown", (event) => {
  const point = event.target.closest?.(".chart-point");
  if (!point) return;
  const points = pointsOf(point.closest("svg"));
  const next = step(points, points.indexOf(point), event.key);
  if (next === undefined) return;
  event.preventDefault();
  point.setAttribute("tabindex", "-1");
  points[next].setAttribute("tabindex", "0");
  points[next].focus();
});

document.addEventListener("focusin", (event) => {
  const point = event.target.closest?.(".chart-point");
  if (point) say(point);
});

document.addEventListener("pointerover", (event) => {
  const point = event.target.closest?.(".chart-point");
  if (point) say(point);
});

/* A result that was just saved is shown in chart and table. */
function showNew() {
  const [, id] = location.hash.match(/^#new-([0-9a-f-]{36})$/) ?? [];
  if (!id) return;
  for (const each of document.querySelectorAll(`[data-result="${id}"]`)) {
    each.classList.add("is-new");
  }
}

showNew();

/* Days are chosen by dragging across the plot; the form beside it does the same. */
let drag = null;

function placeIn(chart, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  const { x } = point.matrixTransform(chart.getScreenCTM().inverse());
  const { left, right } = chart.dataset;
  return Math.min(Math.max(x, Number(left)), Number(right));
}

function dayAt(chart, x) {
  const { first, last, left, right } = chart.dataset;
  const [start, end] = [Date.parse(first), Date.parse(last)];
  const share = (x - left) / (right - left);
  return new Date(start + share * (end - start)).toISOString().slice(0, 10);
}

document.addEventListener("pointerdown", (event) => {
  const chart = event.target.closest?.("svg[data-first]");
  if (!chart?.closest("[data-zoom]") || event.button || event.pointerType === "touch") return;
  const veil = document.createElementNS(chart.namespaceURI, "rect");
  veil.setAttribute("class", "chart-veil");
  veil.setAttribute("height", "100%");
  drag = { chart, veil, from: placeIn(chart, event), to: null };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.to = placeIn(drag.chart, event);
  if (Math.abs(drag.to - drag.from) < 8) return;
  event.preventDefault();
  drag.chart.append(drag.veil);
  drag.veil.setAttribute("x", Math.min(drag.from, drag.to));
  drag.veil.setAttribute("width", Math.abs(drag.to - drag.from));
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { chart, veil, from, to } = drag;
  drag = null;
  if (!veil.parentNode) return;
  veil.remove();
  const form = document.getElementById(chart.closest("[data-zoom]").dataset.zoom);
  const [first, last] = [from, to].sort((one, other) => one - other);
  form.elements.from.value = dayAt(chart, first);
  form.elements.to.value = dayAt(chart, last);
  form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  drag.veil.remove();
  drag = null;
});
