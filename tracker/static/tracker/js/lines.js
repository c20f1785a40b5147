/* Labels with many lines: a new line without a round trip. */

const lines = document.getElementById("lines");
const more = document.querySelector("button[name=more]");
const total = document.querySelector("input[name=line-TOTAL_FORMS]");
const most = Number(document.querySelector("input[name=line-MAX_NUM_FORMS]")?.value ?? 0);

function renumbered(text, from, to) {
  return text.replaceAll(`line-${from}-`, `line-${to}-`);
}

function addLine() {
  const last = lines.lastElementChild;
  const from = Number(total.value) - 1;
  const next = last.cloneNode(true);
  for (const element of next.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, renumbered(value, from, from + 1));
    }
    if (element.matches("input, select")) element.value = "";
    element.removeAttribute("aria-invalid");
  }
  for (const error of next.querySelectorAll(".field-error")) error.remove();
  for (const field of next.querySelectorAll(".has-error")) field.classList.remove("has-error");
  const legend = next.querySelector("legend");
  legend.textContent = legend.textContent.replace(String(from + 1), String(from + 2));
  lines.append(next);
  total.value = String(from + 2);
  more.hidden = from + 2 >= most;
  next.querySelector("select").focus();
}

if (lines && more && total) {
  more.addEventListener("click", (event) => {
    event.preventDefault();
    addLine();
  });
}
