/* Entry of other tests: only the units of the chosen test are shown. */

const test = document.querySelector("select[name=measurand]");
const units = document.querySelectorAll("input[name=unit]");

function allowedFor(value) {
  const option = test.querySelector(`option[value="${CSS.escape(value)}"]`);
  return (option?.dataset.units ?? "").split("|").filter(Boolean);
}

function show() {
  const allowed = allowedFor(test.value);
  for (const unit of units) {
    const hidden = allowed.length > 0 && !allowed.includes(unit.value);
    unit.closest("label").hidden = hidden;
    if (hidden) unit.checked = false;
  }
}

if (test) {
  test.addEventListener("change", show);
  show();
}
