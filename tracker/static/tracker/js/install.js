/* The worker shows a page of its own without a connection; it keeps nobody's data. */
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/service-worker.js").catch(() => {});
}
