from django.urls import path

from yihe.web import views

app_name = "web"
urlpatterns = [
    path("look/<slug:what>/", views.look, name="look"),
    path("style/", views.style, name="style"),
]
