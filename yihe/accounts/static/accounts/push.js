// Switches notifications on for this browser: asks it, then sends what it says as the form of the page.
(function () {
  "use strict";
  var row = document.getElementById("push"), no = document.getElementById("push-no");
  if (!row || !("serviceWorker" in navigator) || !("PushManager" in window) || !window.isSecureContext) { return; }
  var form = row.querySelector("form"), scope = row.dataset.worker.replace(/[^/]*$/, "");
  function bytes(text) {
    var raw = atob((text + "===".slice((text.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (one) { return one.charCodeAt(0); });
  }
  function kind() {
    var said = navigator.userAgent;
    var on = /iPhone/.test(said) ? "iPhone" : /iPad/.test(said) ? "iPad" : /Android/.test(said) ? "安卓手机" : "电脑";
    var by = /Edg\//.test(said) ? "Edge" : /Firefox\//.test(said) ? "Firefox" : /Chrome\//.test(said) ? "Chrome" : "浏览器";
    return on + "，" + by;
  }
  function refused() { no.hidden = false; }
  navigator.serviceWorker.register(row.dataset.worker, { scope: scope }).then(function (place) {
    return place.pushManager.getSubscription().then(function (known) {
      row.hidden = Boolean(known && Notification.permission === "granted" && row.previousElementSibling.querySelector("form"));
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        Notification.requestPermission().then(function (answer) {
          if (answer !== "granted") { throw new Error("refused"); }
          return navigator.serviceWorker.getRegistration(scope);
        }).then(function () {
          return place.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(row.dataset.key) });
        }).then(function (made) {
          var said = made.toJSON();
          form.elements.endpoint.value = said.endpoint;
          form.elements.p256dh.value = said.keys.p256dh;
          form.elements.auth.value = said.keys.auth;
          form.elements.label.value = kind();
          form.submit();
        }).catch(refused);
      });
    });
  }).catch(function () { row.hidden = true; });
})();
