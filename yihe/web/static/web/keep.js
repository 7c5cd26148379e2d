// Keeps what is written until it was sent: on this device, under this account, for seven days.
// A form says by data-keep="name" that it wants this, a field by data-private that it does not. Also opens what
// an anchor leads to.
(function () {
  "use strict";
  var ALL = "yihe.draft.", WEEK = 7 * 24 * 3600 * 1000, SENT = "yihe.sent";
  var me = document.currentScript.getAttribute("data-keeper"), mine = ALL + me + ".", box, tab, sent;
  function each(list, act) { [].forEach.call(list, act); }
  function open() {
    var there = document.getElementById(location.hash.slice(1));
    if (there && there.tagName === "DETAILS") { there.open = true; }
  }
  window.addEventListener("hashchange", open);
  open();

  // what a form holds ---------------------------------------------------------------------------
  function fields(form) {
    return [].filter.call(form.elements, function (one) {
      return one.name && !/hidden|submit|button|reset|file|image|password|multiple/.test(one.type) &&
        one.autocomplete !== "one-time-code" && !one.hasAttribute("data-private");
    });
  }
  function texts(form) { return fields(form).filter(function (one) { return one.type === "textarea"; }); }
  function ticked(one) { return one.type === "checkbox" || one.type === "radio"; }
  function values(form) {
    var found = {};
    each(fields(form), function (one) {
      var here = found[one.name] = found[one.name] || [];
      if (!ticked(one) || one.checked) { here.push(one.value); }
    });
    return found;
  }
  function fill(form, found) {
    var place = {};
    each(fields(form), function (one) {
      var here = found[one.name], at = place[one.name] || 0;
      if (!here) { return; }
      if (ticked(one)) { one.checked = here.indexOf(one.value) >= 0; return; }
      if (at < here.length) { one.value = here[at]; }
      place[one.name] = at + 1;
    });
  }
  function plain(text) { return text.replace(/\r\n?/g, "\n").trim(); }

  // what a person reads -------------------------------------------------------------------------
  function line(role, words, label, act, css) {
    var note = document.createElement("div"), said = document.createElement("span"), button = document.createElement("button");
    note.className = "y-note align-items-center mb-3";
    note.setAttribute("role", role);
    said.className = "flex-grow-1";
    button.className = "btn w-auto ms-2 flex-shrink-0 " + css;
    button.type = "button";
    note.appendChild(said);
    note.appendChild(button);
    note.say = function (words, label) { said.textContent = words; button.textContent = label; };
    note.say(words, label);
    button.addEventListener("click", act);
    return note;
  }

  // what is kept --------------------------------------------------------------------------------
  function drafts(unlike) {
    return Object.keys(box).filter(function (key) {
      return key.indexOf(ALL) === 0 && !(unlike && key.indexOf(unlike) === 0);
    });
  }
  function forget(keys) { each(keys, function (key) { box.removeItem(key); }); }
  function read(key) {
    try { return JSON.parse(box.getItem(key)); } catch (error) { return null; }
  }
  function forgetOld() {
    forget(drafts().filter(function (key) {
      var draft = read(key);
      return !draft || !draft.at || Math.abs(Date.now() - draft.at) > WEEK;
    }));
  }
  function keep(form) {
    var key = mine + (form.getAttribute("data-keep") || location.pathname), once = form.elements.once;
    var fresh = once && once.value, draft = read(key), last = null, warned = null;
    function save() {
      var some = texts(form).some(function (one) { return plain(one.value); });
      if (!some) { box.removeItem(key); return; }
      try {
        box.setItem(key, JSON.stringify({ at: Date.now(), once: once ? once.value : "", fields: values(form) }));
      } catch (error) { /* no room on this device: nothing is kept */ }
    }
    function put(kept) {
      fill(form, kept.fields);
      if (once && kept.once) { once.value = kept.once; }
    }
    function restore() {
      var note, was = values(form), gone = false, words = "已恢复上次没有发出的内容";
      if (sent === key) { words = "没有收到回音，可能没有发出去。您写的都在" + (once ? "，再发一次也不会重复。" : "。"); }
      put(draft);
      note = line("status", words, "清空", function () {
        gone = !gone;
        put(gone ? { fields: was, once: fresh } : draft);
        if (gone) { box.removeItem(key); } else { save(); }
        note.say(gone ? "已清空" : words, gone ? "找回来" : "清空");
      }, "btn-link px-2");
      form.insertBefore(note, form.firstChild);
      for (var above = form; above; above = above.parentElement) {
        if (above.tagName === "DETAILS") { above.open = true; }
      }
    }
    function fromServer(one) {
      return plain(one.defaultValue) === plain((draft.fields[one.name] || [""])[0]);
    }
    if (draft && draft.fields) {
      // What came back with the page, after a refusal, stands there already.
      if (texts(form).every(fromServer)) { save(); } else { restore(); }
    }
    each(["input", "change"], function (kind) { form.addEventListener(kind, save); });
    form.addEventListener("click", function (event) {
      var button = event.target.closest && event.target.closest("button");
      if (button && button.type === "submit") { last = button; }
    });
    form.addEventListener("submit", function (event) {
      if (navigator.onLine === false && !warned) {  // some browsers say so wrongly: the second time it goes
        event.preventDefault();
        warned = line("alert", "没有网络，没有发出去。您写的都在，不会丢。", "再发一次", function () {
          if (last) { last.click(); } else { form.submit(); }
        }, "btn-outline-primary");
        var foot = last && last.closest(".y-send");  // stays in sight
        if (foot) { foot.insertBefore(warned, foot.firstChild); } else if (last) {
          (last.closest(".y-acts") || last).insertAdjacentElement("beforebegin", warned);
        } else { form.appendChild(warned); }
        return;
      }
      tab.setItem(SENT, key);
    });
    window.addEventListener("online", function () {
      if (warned) { warned.say("网络好了，可以再发一次。", "再发一次"); }
    });
  }

  try {
    box = window.localStorage;
    tab = window.sessionStorage;
    forgetOld();
    if (me) { forget(drafts(mine)); }  // another person's
    sent = tab.getItem(SENT);
    tab.removeItem(SENT);
    window.addEventListener("pageshow", function (event) { if (event.persisted) { tab.removeItem(SENT); } });
    if (sent && document.querySelector("[data-done]")) { box.removeItem(sent); sent = null; }
    each(document.querySelectorAll("[data-kept]"), function (one) {
      var told = one.getAttribute("data-kept") === "sent" ? sent && box.getItem(sent) : drafts().length;
      if (told) { one.hidden = false; }
    });
    document.addEventListener("submit", function (event) {
      if (event.target.hasAttribute("data-forget")) { forget(drafts()); }
    });
    if (me) {
      each(document.querySelectorAll("form[data-keep]"), function (form) { if (texts(form).length) { keep(form); } });
    }
  } catch (error) { /* no storage: nothing is kept */ }
})();
