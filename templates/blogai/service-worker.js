// {% load static %}Shows a page of ours where the browser would show its own: when an address cannot be fetched.
// Everything comes from the network, always. What is kept is that page and what it is made of, no other.

const KEPT = "offline-{{ version }}";
const PAGE = "{% url 'offline' %}";
const FILES = ["{% static 'css/site.css' %}", "{% static 'js/site.js' %}"];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([PAGE, ...FILES])));
});

addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  await registration.navigationPreload?.enable(); // the network is asked while this script wakes up
  const outdated = (await caches.keys()).filter((name) => name.startsWith("offline-") && name !== KEPT);
  await Promise.all(outdated.map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { mode, url } = event.request;
  if (mode === "navigate") event.respondWith(fetched(event).catch(() => caches.match(PAGE)));
  else if (FILES.includes(new URL(url).pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});

async function fetched(event) {
  return (await event.preloadResponse) ?? (await fetch(event.request));
}
