// J and K walk the queue, Enter opens the row that is marked, / searches, ? tells of the keys.
// The page works without it.
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll(".y-queue tbody tr"));
  var search = document.getElementById("q");
  var keys = document.getElementById("keys");
  var here = 0;
  function go(to) {
    if (!rows.length) { return; }
    rows[here].classList.remove("y-here");
    here = Math.max(0, Math.min(rows.length - 1, to));
    rows[here].classList.add("y-here");
    rows[here].querySelector("a").focus();
  }
  document.addEventListener("keydown", function (event) {
    var nowhere = event.target === document.body || event.target === document.documentElement;
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape" && event.target === search) { search.blur(); return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    if (event.key === "j") { go(here + 1); }
    else if (event.key === "k") { go(here - 1); }
    else if (event.key === "Enter" && nowhere && rows.length) { rows[here].querySelector("a").click(); }
    else if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
    else if (event.key === "?" && keys) { keys.open = !keys.open; }
  });
})();
