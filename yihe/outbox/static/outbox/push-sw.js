// Shows what the house sends to this device, and opens the page when it is tapped. Keeps nothing.
self.addEventListener("push", function (event) {
  var said = {};
  try { said = event.data.json(); } catch (error) { said = {}; }
  event.waitUntil(self.registration.showNotification(said.title || "一核有一条消息", {
    tag: said.tag || "yihe", lang: "zh-CN", data: said.link || "/inbox/"
  }));
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  var there = new URL(event.notification.data, self.location.origin);
  if (there.origin !== self.location.origin) { there = new URL("/inbox/", self.location.origin); }
  event.waitUntil(self.clients.openWindow(there.href));
});
