from django.urls import path

from yihe.portal import house, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("house/", house.house, name="house"),
    path("house/tables/", house.tables, name="tables"),
    path("house/tables/<slug:kind>.<slug:ext>", house.template, name="template"),
    path("calendar/", house.calendar, name="calendar"),
]
