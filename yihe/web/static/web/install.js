// Brings the worker that has a page for when there is no network, and offers to put the house on the home screen.
(function () {
  "use strict";
  var hint = document.getElementById("install"), asked = null;
  if ("serviceWorker" in navigator && window.isSecureContext) {
    window.addEventListener("load", function () {
      navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(function () { /* everything works without */ });
    });
  }
  if (!hint) { return; }
  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    asked = event;
    hint.hidden = false;
  });
  window.addEventListener("appinstalled", function () { hint.hidden = true; });
  hint.querySelector("button").addEventListener("click", function () {
    if (asked) { asked.prompt(); }
    hint.hidden = true;
  });
})();
