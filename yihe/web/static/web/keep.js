// Keeps what is typed until it was sent: in this tab, for this sign-in. Opens what an anchor leads to.
(function () {
  "use strict";
  var me = "yihe." + document.currentScript.getAttribute("data-keeper") + ".";
  function each(list, act) { [].forEach.call(list, act); }
  function open() {
    var there = document.getElementById(location.hash.slice(1));
    if (there && there.tagName === "DETAILS") { there.open = true; }
  }
  window.addEventListener("hashchange", open);
  open();

  function typed(form) {
    return [].filter.call(form.elements, function (one) { return one.name && !/hidden|submit|file/.test(one.type); });
  }
  function written(form, value) {
    return typed(form).some(function (one) { return one.type === "textarea" && one[value].trim(); });
  }
  try {
    var box = window.sessionStorage, sent = box[me + "sent"];
    var forget = function (but) {
      each(Object.keys(box), function (key) { if (/^yihe\./.test(key) && key.indexOf(but)) { delete box[key]; } });
    };
    forget(me);
    delete box[me + "sent"];
    if (sent && document.querySelector("[role=status]")) { delete box[sent]; }
    document.addEventListener("submit", function (event) {
      if (/logout\/$/.test(event.target.action)) { forget("-"); }
    });
    each(document.querySelectorAll("[data-keep]"), function (form) {
      var key = me + form.getAttribute("data-keep"), was = JSON.parse(box[key] || "[]"), all = typed(form);
      if (was.length === all.length && !written(form, "defaultValue")) {
        each(all, function (one, at) { one.value = was[at][0]; one.checked = was[at][1]; });
      }
      each(["input", "change"], function (kind) {
        form.addEventListener(kind, function () {
          var now = all.map(function (one) { return [one.value, one.checked]; });
          box[key] = JSON.stringify(written(form, "value") ? now : []);
        });
      });
      form.addEventListener("submit", function () { box[me + "sent"] = key; });
    });
  } catch (error) { /* no storage: nothing is kept */ }
})();
