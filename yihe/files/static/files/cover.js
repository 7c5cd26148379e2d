// Rectangles drawn over a picture that is to be covered. A tap still marks a cell of the grid.
(function () {
  "use strict";
  var place = document.querySelector("[data-cover]"), from = null, drawn = null;
  if (!place || !window.PointerEvent) { return; }
  var form = place.closest("form"), covered = form.querySelector("[value=covered]");
  place.style.touchAction = "none";
  function choose() { covered.checked = true; }
  place.addEventListener("change", choose);
  function at(event) {
    var on = place.getBoundingClientRect();
    function share(value) { return Math.max(0, Math.min(1, value)); }
    return [share((event.clientX - on.left) / on.width), share((event.clientY - on.top) / on.height)];
  }
  function set(to) {
    var left = Math.min(from[0], to[0]), top = Math.min(from[1], to[1]);
    var wide = Math.abs(from[0] - to[0]), high = Math.abs(from[1] - to[1]);
    drawn.style.left = left * 100 + "%";
    drawn.style.top = top * 100 + "%";
    drawn.style.width = wide * 100 + "%";
    drawn.style.height = high * 100 + "%";
    drawn.firstChild.value = [left, top, wide, high].map(function (one) { return Math.round(one * 1000); }).join(",");
  }
  function gone(event) {
    event.preventDefault();
    event.stopPropagation();
    place.removeChild(event.currentTarget);
  }
  place.addEventListener("pointerdown", function (event) {
    if (event.button || (event.target.closest && event.target.closest(".y-veil"))) { return; }
    from = at(event);
    drawn = null;
  });
  place.addEventListener("pointermove", function (event) {
    if (!from) { return; }
    var to = at(event), on = place.getBoundingClientRect();
    if (!drawn) {
      if (Math.abs(to[0] - from[0]) * on.width + Math.abs(to[1] - from[1]) * on.height < 8) { return; }
      drawn = document.createElement("button");
      drawn.type = "button";
      drawn.className = "y-veil";
      drawn.setAttribute("aria-label", "去掉这一块");
      drawn.appendChild(document.createElement("input"));
      drawn.firstChild.type = "hidden";
      drawn.firstChild.name = "box";
      place.appendChild(drawn);
      if (place.setPointerCapture) { place.setPointerCapture(event.pointerId); }
    }
    set(to);
  });
  function end() {
    if (drawn) { drawn.addEventListener("click", gone); choose(); }
    from = null;
  }
  place.addEventListener("pointerup", end);
  place.addEventListener("pointercancel", end);
  // What ends a drag is no tap.
  place.addEventListener("click", function (event) {
    if (drawn && !(event.target.closest && event.target.closest(".y-veil"))) {
      event.preventDefault();
      event.stopPropagation();
    }
    drawn = null;
  }, true);
})();
