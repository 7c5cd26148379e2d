from django.urls import path

from yihe.party.ledger import views

app_name = "members"
ROW = "bodies/<int:branch_id>/members/<uuid:row_id>/"
urlpatterns = [
    path("me/branch/", views.own, name="own"),
    path("me/branch/enter/", views.enter, name="enter"),
    path("me/branch/change/", views.own_change, name="own_change"),
    path("me/branch/withdraw/", views.withdraw, name="withdraw"),
    path("bodies/<int:branch_id>/members/", views.ledger, name="ledger"),
    path("bodies/<int:branch_id>/members/new/", views.new, name="new"),
    path(ROW, views.row, name="row"),
    path(f"{ROW}confirm/", views.confirm, name="confirm"),
    path(f"{ROW}change/", views.change, name="change"),
    path(f"{ROW}duty/", views.duty, name="duty"),
    path(f"{ROW}duty/end/", views.duty_end, name="duty_end"),
    path(f"{ROW}strike/", views.strike, name="strike"),
]
