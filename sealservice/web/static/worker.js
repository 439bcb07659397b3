// The wallet's service worker: static files whose address names their content, and nothing else.
// No page, no answer and nothing of anybody's is kept.
const CACHE = "wallet-static-v1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  const isStatic = origin === location.origin && pathname.startsWith("/static/");
  if (method !== "GET" || !isStatic || !search.startsWith("?v=")) return;
  event.respondWith(kept(event.request));
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
