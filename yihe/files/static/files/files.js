// Sends what is chosen piece by piece while the form is still written; after a lost connection it goes on.
// Without this script the form carries the files itself. The protocol: yihe/files/resuming.py.
(function () {
  "use strict";
  var PIECE = 262144, WAITS = [1, 3, 8, 20, 45], LARGE = 1500000, SIDE = 2560, MOST = 10000000;
  var box = null;
  try { box = window.sessionStorage; } catch (error) { /* none: nothing is remembered */ }
  if (!window.Blob || !Blob.prototype.slice) { return; }
  [].forEach.call(document.querySelectorAll("[data-files]"), function (place) {
    var form = place.closest("form"), input = place.querySelector("input[type=file]");
    var list = place.querySelector("ul"), root = place.getAttribute("data-files");
    var kept = "files:" + (form.getAttribute("data-keep") || form.action);
    var open = 0, waiting = null, say = document.createElement("p");
    say.className = "small mb-0";
    say.setAttribute("aria-live", "polite");
    place.appendChild(say);

    function ask(method, address, headers, body, then, progress) {
      var request = new XMLHttpRequest();
      request.open(method, address);
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      Object.keys(headers).forEach(function (name) { request.setRequestHeader(name, headers[name]); });
      if (progress) { request.upload.onprogress = progress; }
      request.onloadend = function () { then(request); };
      request.send(body);
      return request;
    }
    function words(request) {
      try { return JSON.parse(request.responseText).detail; } catch (error) { return "没有传成，请去掉重新选。"; }
    }
    function remember() {
      var keys = [].map.call(list.querySelectorAll("input[name=file]"), function (one) { return one.value; });
      if (box) { box[kept] = JSON.stringify(keys); }
    }
    function row(text) {
      var item = document.createElement("li"), told = document.createElement("span");
      var off = document.createElement("button");
      told.className = "y-pdf";
      told.textContent = text;
      off.type = "button";
      off.className = "btn btn-link";
      off.textContent = "去掉";
      item.appendChild(told);
      item.appendChild(off);
      list.appendChild(item);
      return { item: item, told: told, off: off };
    }
    function whole(at, key, picture) {
      var hidden = document.createElement("input"), image;
      hidden.type = "hidden";
      hidden.name = "file";
      hidden.value = key;
      at.item.appendChild(hidden);
      at.told.textContent = "PDF";
      if (picture) {
        image = document.createElement("img");
        image.alt = "选好的照片";
        image.src = root + key + "/small";
        at.item.replaceChild(image, at.told);
      }
      at.off.onclick = function () {
        ask("DELETE", root + key, {}, null, function () {});
        list.removeChild(at.item);
        remember();
      };
      remember();
    }
    function ended() {
      open -= 1;
      say.textContent = open ? say.textContent : "";
      if (!open && waiting) { var button = waiting; waiting = null; button.click(); }
    }
    function smaller(file, then) {
      var fits = /^image\/(jpeg|png|webp)$/.test(file.type) && file.size > LARGE && window.CSS &&
        CSS.supports && CSS.supports("image-orientation", "from-image") && window.createImageBitmap;
      if (!fits) { then(file); return; }
      createImageBitmap(file, { imageOrientation: "from-image" }).then(function (image) {
        var by = Math.min(1, SIDE / Math.max(image.width, image.height)), sheet = document.createElement("canvas");
        sheet.width = Math.round(image.width * by);
        sheet.height = Math.round(image.height * by);
        sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
        sheet.toBlob(function (made) { then(made && made.size < file.size ? made : file); }, "image/jpeg", 0.88);
      }).catch(function () { then(file); });
    }
    function send(chosen) {
      var at = row("正在传……"), name = "files:" + chosen.size + ":" + chosen.lastModified;
      var stopped = false, tries = 0, running = null, counted = true;
      open += 1;
      function stop() { stopped = true; if (counted) { counted = false; ended(); } }
      function bad(text) { at.told.textContent = text; at.told.setAttribute("role", "alert"); stop(); }
      at.off.onclick = function () {
        if (running) { running.abort(); }
        if (box && box[name]) { ask("DELETE", root + box[name], {}, null, function () {}); delete box[name]; }
        list.removeChild(at.item);
        stop();
      };
      function later(act) {
        var wait = WAITS[Math.min(tries, WAITS.length - 1)], timer;
        tries += 1;
        at.told.textContent = "连不上，等会儿接着传";
        function now() { clearTimeout(timer); window.removeEventListener("online", now); if (!stopped) { act(); } }
        timer = setTimeout(now, wait * 1000);
        window.addEventListener("online", now);
      }
      function done(key, file) {
        if (box) { delete box[name]; }
        whole(at, key, file.type !== "application/pdf");
        stop();
      }
      function begin(file) {
        running = ask("POST", root, { "Upload-Length": file.size }, null, function (request) {
          if (stopped) { return; }
          if (request.status === 201) {
            var key = JSON.parse(request.responseText).id;
            if (box) { box[name] = key; }
            piece(file, key, 0);
          } else if (request.status === 0 || request.status >= 500) {
            later(function () { begin(file); });
          } else { bad(words(request)); }
        });
      }
      function where(file, key) {
        running = ask("HEAD", root + key, {}, null, function (request) {
          if (stopped) { return; }
          if (request.getResponseHeader("Upload-Complete")) { done(key, file); }
          else if (request.status === 200 && +request.getResponseHeader("Upload-Length") === file.size) {
            piece(file, key, +request.getResponseHeader("Upload-Offset"));
          } else if (request.status === 0 || request.status >= 500) {
            later(function () { where(file, key); });
          } else { begin(file); }
        });
      }
      function piece(file, key, offset) {
        var part = file.slice(offset, offset + PIECE);
        function show(more) { at.told.textContent = "传了 " + Math.floor((offset + more) / file.size * 100) + "%"; }
        show(0);
        running = ask("PATCH", root + key, {
          "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"
        }, part, function (request) {
          if (stopped) { return; }
          if (request.getResponseHeader("Upload-Complete")) { done(key, file); }
          else if (request.status === 204) { tries = 0; piece(file, key, offset + part.size); }
          else if (request.status === 409) { where(file, key); }
          else if (request.status === 0 || request.status >= 500) { later(function () { where(file, key); }); }
          else { bad(words(request)); }
        }, function (event) { show(event.loaded); });
      }
      smaller(chosen, function (file) {
        if (stopped) { return; }
        if (file.size > MOST) { bad("太大了，一个最多 10 MB。"); return; }
        if (box && box[name]) { where(file, box[name]); } else { begin(file); }
      });
    }
    // Files go on their own way: the form carries none, and so it can be kept when there is no network.
    input.removeAttribute("name");
    form.enctype = "application/x-www-form-urlencoded";
    input.addEventListener("change", function () {
      var files = [].slice.call(input.files);
      input.value = "";
      files.forEach(send);
    });
    form.addEventListener("submit", function (event) {
      if (!open) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = event.submitter || form.querySelector("button:not([type=button])");
      say.textContent = "照片还在传，传完就发出去。";
    }, true);
    // Of this tab, chosen before the page was left: still there if no act has taken them.
    try {
      JSON.parse((box && box[kept]) || "[]").forEach(function (key) {
        if (!list.querySelector('input[value="' + key + '"]')) {
          ask("HEAD", root + key, {}, null, function (request) {
            if (request.getResponseHeader("Upload-Complete")) {
              whole(row(""), key, request.getResponseHeader("Upload-Kind") === "picture");
            }
          });
        }
      });
    } catch (error) { /* not ours */ }
  });
})();
