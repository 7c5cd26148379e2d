from django.urls import path

from yihe.retention import views

app_name = "retention"
urlpatterns = [
    path("house/retention/", views.periods, name="periods"),
    path("house/retention/hold/", views.hold_page, name="hold"),
    path("house/retention/hold/<int:hold_id>/end/", views.end_hold, name="end_hold"),
    path("house/retention/<slug:kind>/", views.period, name="period"),
]
