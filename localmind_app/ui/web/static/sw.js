// The service worker: an offline page, and fast reloads. The build fills the three constants.
// It never touches the event socket, the API, uploads or anything that is not a GET: nothing private is cached.
const VERSION = "__VERSION__";
const PRECACHE = ["__PRECACHE__"];
const ASSETS = new Set(["__ASSETS__"]);
const CACHE = `localmind-${VERSION}`;
const OFFLINE = "/offline.html";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PRECACHE)));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("localmind-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

// The page asks for the switch, after the person has agreed to reload.
self.addEventListener("message", (event) => {
  if (event.data?.type === "skipWaiting") self.skipWaiting();
});

const isOurs = (request, url) =>
  request.method === "GET" &&
  url.origin === self.location.origin &&
  !url.pathname.startsWith("/_") &&
  !/^\/(api|v1)(\/|$)/.test(url.pathname);

const navigate = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
};

const fromCache = async (request) => {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.status === 200) cache.put(request, response.clone());
  return response;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!isOurs(request, url) || request.headers.has("range")) return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (ASSETS.has(url.pathname)) event.respondWith(fromCache(request));
  else if (PRECACHE.includes(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});
