from django.urls import path

from yihe.bodies.views import bodies as views
from yihe.bodies.views import handovers, mine, picture, seats

app_name = "bodies"
urlpatterns = [
    path("capacity/", views.capacity, name="capacity"),
    path("governs/<slug:code>/", picture.governs, name="governs"),
    path("seats/", mine.mine, name="mine"),
    path("seats/<int:seat_id>/name/", mine.name, name="name"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/new/", views.found, name="found"),
    path("bodies/<int:body_id>/", views.body, name="body"),
    path("bodies/<int:body_id>/change/", views.change, name="change"),
    path("bodies/<int:body_id>/close/", views.close, name="close"),
    path("bodies/<int:body_id>/cover/", views.cover, name="cover"),
    path("bodies/<int:body_id>/cover/<int:compound_id>/end/", views.uncover, name="uncover"),
    path("bodies/<int:body_id>/seat/", seats.seat, name="seat"),
    path("bodies/<int:body_id>/second/", seats.second, name="second"),
    path("bodies/<int:body_id>/substitute/", seats.substitute, name="substitute"),
    path("bodies/<int:body_id>/terms/new/", seats.term, name="term"),
    path("bodies/<int:body_id>/terms/<int:number>/extend/", seats.extend_term, name="extend_term"),
    path("bodies/<int:body_id>/seats/<int:seat_id>/end/", seats.unseat, name="unseat"),
    path("bodies/<int:body_id>/seats/<int:seat_id>/extend/", seats.extend, name="extend"),
    path("bodies/<int:body_id>/seats/<int:seat_id>/reset/", seats.reset, name="reset"),
    path("bodies/<int:body_id>/handovers/new/", handovers.begin, name="begin_handover"),
    path("bodies/<int:body_id>/handovers/<int:handover_id>/", handovers.handover, name="handover"),
    path("bodies/<int:body_id>/handovers/<int:handover_id>/add/", handovers.add, name="add_item"),
    path(
        "bodies/<int:body_id>/handovers/<int:handover_id>/items/<int:item_id>/",
        handovers.give,
        name="give",
    ),
    path(
        "bodies/<int:body_id>/handovers/<int:handover_id>/done/",
        handovers.finish,
        name="finish_handover",
    ),
]
