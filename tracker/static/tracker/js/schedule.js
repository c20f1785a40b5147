/* How often: number and weekdays are shown only where the schedule needs them. */

const schedule = document.querySelector("select[name=schedule]");
const count = document.querySelector("[name=schedule_count]")?.closest(".field");
const weekdays = document.querySelector("[name=weekdays]")?.closest(".field");

function show() {
  count.hidden = !["times_a_day", "every_n_days"].includes(schedule.value);
  weekdays.hidden = schedule.value !== "weekdays";
}

if (schedule && count && weekdays) {
  schedule.addEventListener("change", show);
  show();
}
