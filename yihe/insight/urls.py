from django.urls import path

from yihe.insight import views

app_name = "insight"
urlpatterns = [
    path("figures/", views.place_page, name="figures"),
    path("figures/desk/", views.desk_page, name="desk"),
    path("figures/<slug:code>/", views.place_page, name="place"),
]
