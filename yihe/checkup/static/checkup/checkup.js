// Print and copy, where there is JavaScript. The pages work without it.
(function () {
  "use strict";
  var print = document.getElementById("print");
  var copy = document.getElementById("copy");
  var link = document.getElementById("link");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
  if (!copy || !link) { return; }
  link.addEventListener("focus", function () { link.select(); });
  copy.hidden = false;
  copy.addEventListener("click", function () {
    link.select();
    if (navigator.clipboard) { navigator.clipboard.writeText(link.value); } else { document.execCommand("copy"); }
    copy.textContent = copy.getAttribute("data-done");
  });
})();
