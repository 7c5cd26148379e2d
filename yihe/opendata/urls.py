from django.urls import path

from yihe.opendata import views

app_name = "opendata"
urlpatterns = [
    path("open/", views.page, name="page"),
    path("open/calls.csv", views.as_table, name="csv"),
    path("open/calls.json", views.as_json, name="json"),
    path("open/switch/", views.switch, name="switch"),
]
