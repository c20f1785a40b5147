/* Keeps the page that says that there is no connection, and its styles. Nothing else:
   no page of anybody's record is ever put into this cache, or answered from it. */

const CACHE = "calcidiol-{{ cache }}";
const OFFLINE = "{{ offline|escapejs }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

async function keep() {
  const cache = await caches.open(CACHE);
  /* Without cookies: what is kept is of nobody. */
  await cache.addAll(
    FILES.map((file) => new Request(file, { cache: "reload", credentials: "omit" })),
  );
  await self.skipWaiting();
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (origin === self.location.origin && FILES.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  }
});
