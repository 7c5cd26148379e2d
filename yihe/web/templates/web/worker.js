// Shows a page in words when there is no network. Keeps that page and what it looks like, and nothing else:
// no page of a person, no answer of the API. Messages are another worker's (outbox/push-sw.js).
"use strict";
var NAME = "yihe-{{ version }}";
var KEPT = [{% for address in kept %}"{{ address }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", function (event) {
  // No page depends on which worker answers, so a new one need not wait until all are closed.
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then(function (cache) {
    return cache.addAll(KEPT.map(function (address) { return new Request(address, { credentials: "omit" }); }));
  }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.indexOf("yihe-") === 0 && name !== NAME;
    }).map(function (name) { return caches.delete(name); }));
  }).then(function () {
    return self.registration.navigationPreload && self.registration.navigationPreload.enable();
  }).then(function () { return self.clients.claim(); }));
});

function kept(address) {
  return caches.open(NAME).then(function (cache) { return cache.match(address); });
}

function opened(event) {
  var early = event.preloadResponse || Promise.resolve();
  return early.then(function (answer) { return answer || fetch(event.request); }).catch(function () {
    return kept("{{ offline }}");
  });
}

function sent(event) {
  return fetch(event.request).catch(function () {
    // Back to the form: what was written stands there again. Without a network that ends at our page too.
    return Response.redirect(event.request.referrer || "/", 303);
  });
}

self.addEventListener("fetch", function (event) {
  var request = event.request, here = new URL(request.url);
  if (request.mode === "navigate") {
    if (request.method === "GET") {
      event.respondWith(opened(event));
    } else if (!/multipart/.test(request.headers.get("content-type") || "")) {
      event.respondWith(sent(event));  // files go past us: some browsers lose them on this way
    }
  } else if (here.origin === location.origin && KEPT.indexOf(here.pathname) > 0) {
    event.respondWith(fetch(request).catch(function () { return kept(here.pathname); }));
  }
});
