from django.urls import path

from yihe.people import views

app_name = "people"
urlpatterns = [
    path("home/", views.homes, name="homes"),
    path("home/join/", views.join, name="join"),
    path("home/requests/", views.requests, name="requests"),
    path("home/requests/<int:request_id>/", views.decide, name="decide"),
    path("home/paper/", views.paper, name="paper"),
    path("home/<int:residency_id>/invite/", views.invite, name="invite"),
    path("home/<int:residency_id>/leave/", views.leave, name="leave"),
]
