from django.urls import path

from yihe.web import shell, views

app_name = "web"
urlpatterns = [
    path("look/<slug:what>/", views.look, name="look"),
    path("style/", views.style, name="style"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("sw.js", shell.worker, name="worker"),
    path("offline/", shell.offline, name="offline"),
]
