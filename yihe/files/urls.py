from django.urls import path

from yihe.files import views

app_name = "files"
urlpatterns = [
    path("files/", views.create, name="create"),
    path("files/<slug:file>", views.go_on, name="go_on"),
    path("files/<slug:file>/small", views.small, name="small"),
]
