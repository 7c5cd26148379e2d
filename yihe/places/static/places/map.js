// The compounds on a map. Without it the list below says the same.
(function () {
  "use strict";
  var box = document.getElementById("map");
  if (!box || !window.L || !window.fetch) { return; }
  var shapes = { settled: "settled", moving_in: "new", handed_over: "new" };   // dot, square; else a ring
  fetch(box.getAttribute("data-url"), { credentials: "same-origin" })
    .then(function (answer) { return answer.json(); })
    .then(function (data) {
      box.hidden = false;
      var map = L.map(box, { scrollWheelZoom: false, zoomControl: false, zoomSnap: 0.25 });
      L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
      map.attributionControl.setPrefix(false);
      var tiles = box.getAttribute("data-tiles");
      if (tiles) { L.tileLayer(tiles, { maxZoom: 18 }).addTo(map); }
      var bounds = L.latLngBounds([]);
      if (data.outline) {
        var edge = L.geoJSON(data.outline, { interactive: false, style: { className: "y-land", weight: 1.5, fillOpacity: tiles ? 0.1 : 1 } });
        edge.addTo(map);
        bounds.extend(edge.getBounds());
      }
      function mark(feature, where) {
        var shape = shapes[feature.properties.stage] || "planned";
        var icon = L.divIcon({ className: "y-dot y-dot-" + shape, iconSize: [18, 18] });
        return L.marker(where, { icon: icon, title: feature.properties.name, alt: feature.properties.name });
      }
      var points = L.geoJSON(data, {
        pointToLayer: mark,
        style: { className: "y-plot", weight: 2, fillOpacity: 0.35 },
        onEachFeature: function (feature, layer) {
          var words = document.createElement("p");
          var link = document.createElement("a");
          link.href = feature.properties.url;
          link.textContent = feature.properties.name;
          words.appendChild(link);
          words.appendChild(document.createElement("br"));
          words.appendChild(document.createTextNode(feature.properties.words));
          layer.bindPopup(words);
          if (layer.getBounds) {   // an outline has its mark in the middle
            mark(feature, layer.getBounds().getCenter()).bindPopup(words.cloneNode(true)).addTo(map);
          }
        }
      }).addTo(map);
      if (data.features.length) { bounds.extend(points.getBounds()); }
      if (bounds.isValid()) { map.fitBounds(bounds, { padding: [16, 16] }); }
    });
})();
