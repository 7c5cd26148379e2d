from django.urls import path

from yihe.places import views

app_name = "places"
urlpatterns = [
    path("compounds/", views.compounds_page, name="compounds"),
    path("compounds/map/", views.map_page, name="map"),
    path("compounds/map.json", views.map_data, name="map_data"),
    path("compounds/new/", views.new, name="new"),
    path("compounds/<slug:code>/buildings/<int:building_id>/", views.units_page, name="units"),
    path("compounds/<slug:code>/change/", views.change, name="change"),
    path("compounds/<slug:code>/stage/", views.stage, name="stage"),
    path("compounds/<slug:code>/building/", views.building, name="building"),
]
