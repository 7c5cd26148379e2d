from django.urls import path

from yihe.portal import acts, compounds, house, outside, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("more/", views.more, name="more"),
    path("help/", views.help_page, name="help"),
    path("house/", house.house, name="house"),
    path("house/outside/", outside.outside, name="outside"),
    path("house/tables/", house.tables, name="tables"),
    path("house/tables/<slug:kind>.<slug:ext>", house.template, name="template"),
    path("compounds/<slug:code>/", compounds.place, name="place"),
    path("house/trail/<slug:kind>/<slug:key>/", acts.subject, name="trail"),
    path("me/acts/", acts.mine, name="acts"),
    path("calendar/", house.calendar, name="calendar"),
]
