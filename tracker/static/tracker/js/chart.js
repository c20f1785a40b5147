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
