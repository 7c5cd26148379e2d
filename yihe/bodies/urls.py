from django.urls import path

from yihe.bodies import views

app_name = "bodies"
urlpatterns = [
    path("capacity/", views.capacity, name="capacity"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/new/", views.found, name="found"),
    path("bodies/<int:body_id>/", views.body, name="body"),
    path("bodies/<int:body_id>/change/", views.change, name="change"),
    path("bodies/<int:body_id>/close/", views.close, name="close"),
    path("bodies/<int:body_id>/seat/", views.seat, name="seat"),
    path("bodies/<int:body_id>/seats/<int:seat_id>/end/", views.unseat, name="unseat"),
    path("bodies/<int:body_id>/seats/<int:seat_id>/reset/", views.reset, name="reset"),
]
