from django.urls import path

from yihe.bodies import views

app_name = "bodies"
urlpatterns = [
    path("capacity/", views.capacity, name="capacity"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<int:body_id>/", views.body, name="body"),
]
