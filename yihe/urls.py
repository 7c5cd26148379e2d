"""All addresses, folder by folder."""

from django.urls import include, path

from yihe.api import nothing_here
from yihe.api import urls as api_urls
from yihe.server import health

handler400 = "yihe.web.views.bad_request"
handler500 = "yihe.web.views.server_error"
urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/", api_urls),
    path("api/<path:rest>", nothing_here),
    path("", include("yihe.demo.urls")),
    path("", include("yihe.retention.urls")),
    path("", include("yihe.opendata.urls")),
    path("", include("yihe.insight.urls")),
    path("", include("yihe.calls.urls")),
    path("", include("yihe.topics.urls")),
    path("", include("yihe.party.urls")),
    path("", include("yihe.party.ledger.urls")),
    path("", include("yihe.bodies.urls")),
    path("", include("yihe.people.urls")),
    path("", include("yihe.ledger.urls")),
    path("", include("yihe.places.urls")),
    path("", include("yihe.accounts.urls")),
    path("", include("yihe.outbox.urls")),
    path("", include("yihe.checkup.urls")),
    path("", include("yihe.files.urls")),
    path("", include("yihe.web.urls")),
    path("", include("yihe.portal.urls")),  # last: compounds/map/ is no compound
]
