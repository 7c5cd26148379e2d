from django.urls import path

from yihe.party import views

app_name = "party"
urlpatterns = [
    path("branches/", views.branches, name="branches"),
    path("branches/<slug:code>/", views.branch, name="branch"),
    path("branches/<slug:code>/intent/", views.intent, name="intent"),
    path("branches/<slug:code>/set-up/", views.set_up, name="set_up"),
    path("branches/<slug:code>/form/", views.state, name="state"),
    path("branches/<slug:code>/checks/<slug:item>/", views.check, name="check"),
    path("branches/<slug:code>/formal/", views.formal, name="formal"),
    path("branches/<slug:code>/join/", views.join, name="join"),
    path("branches/<slug:code>/part/", views.part, name="part"),
    path("branches/<slug:code>/dissolve/", views.dissolve, name="dissolve"),
    path("branches/<slug:code>/mandate/", views.mandate, name="mandate"),
    path(
        "branches/<slug:code>/mandate/<int:mandate_id>/end/", views.mandate_end, name="mandate_end"
    ),
]
