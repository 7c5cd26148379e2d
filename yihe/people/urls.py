from django.urls import path

from yihe.people.views import clerks, homes, joining

app_name = "people"
urlpatterns = [
    path("home/", homes.homes, name="homes"),
    path("home/join/", joining.join, name="join"),
    path("home/requests/", clerks.requests, name="requests"),
    path("home/requests/<int:request_id>/", clerks.decide, name="decide"),
    path("home/requests/<int:request_id>/withdraw/", joining.withdraw, name="withdraw"),
    path("home/paper/", clerks.paper, name="paper"),
    path("home/registered/", clerks.registered, name="registered"),
    path("home/registered/<int:residency_id>/out/", homes.move_out, name="move_out"),
    path("home/codes/<int:code_id>/revoke/", homes.revoke, name="revoke"),
    path("home/<int:residency_id>/invite/", homes.invite, name="invite"),
    path("home/<int:residency_id>/leave/", homes.leave, name="leave"),
]
