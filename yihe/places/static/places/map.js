// The compounds on a map. Without it the list below says the same.
(function () {
  "use strict";
  var box = document.getElementById("map");
  if (!box || !window.L || !window.fetch) { return; }
  var colours = { settled: "#19584A", moving_in: "#8A5A00", handed_over: "#8A5A00" };
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
        var edge = L.geoJSON(data.outline, { interactive: false, style: { color: "#5B6B66", weight: 1.5, fillColor: "#DDE8E1", fillOpacity: tiles ? 0.1 : 0.6 } });
        edge.addTo(map);
        bounds.extend(edge.getBounds());
      }
      var points = L.geoJSON(data, {
        pointToLayer: function (feature, where) {
          return L.circleMarker(where, {
            radius: 8, weight: 2, color: "#FFFFFF", fillOpacity: 1,
            fillColor: colours[feature.properties.stage] || "#6B6B6B"
          });
        },
        onEachFeature: function (feature, layer) {
          var words = document.createElement("p");
          var link = document.createElement("a");
          link.href = feature.properties.url;
          link.textContent = feature.properties.name;
          words.appendChild(link);
          words.appendChild(document.createElement("br"));
          words.appendChild(document.createTextNode(feature.properties.words));
          layer.bindPopup(words);
          layer.bindTooltip(document.createTextNode(feature.properties.name));
        }
      }).addTo(map);
      if (data.features.length) { bounds.extend(points.getBounds()); }
      if (bounds.isValid()) { map.fitBounds(bounds, { padding: [16, 16] }); }
    });
})();
