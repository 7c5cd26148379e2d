from django.urls import path

from yihe.calls.views import acts, call, files, lists, order, raising, search, table

app_name = "calls"
urlpatterns = [
    path("calls/", lists.mine, name="mine"),
    path("calls/new/", raising.raise_page, name="raise"),
    path("calls/<slug:number>/", call.call_page, name="call"),
    path("calls/<slug:number>/order/", order.order, name="order"),
    path("calls/<slug:number>/<slug:name>/", acts.act, name="act"),
    path("calls/<slug:number>/files/<slug:file>", files.file, name="file"),
    path("calls/<slug:number>/files/<slug:file>/small", files.file, {"small": True}, name="small"),
    path(
        "calls/<slug:number>/files/<slug:file>/covered",
        files.file,
        {"covered": True},
        name="covered",
    ),
    path("calls/<slug:number>/files/<slug:file>/screen/", files.screen_page, name="screen"),
    path("all/", search.every, name="all"),
    path("all/calls.csv", table.table, {"form": "csv"}, name="csv"),
    path("all/calls.xlsx", table.table, {"form": "xlsx"}, name="excel"),
    path("desk/", lists.desk, name="desk"),
    path("desk/orders/", order.orders, name="orders"),
    path("compounds/<slug:code>/board/", lists.board_page, name="board"),
    path("corrections/", lists.corrections_page, name="corrections"),
    path("conference/", lists.conference, name="conference"),
    path("inquiries/", lists.inquiries, name="inquiries"),
    path("inquiries/<int:inquiry_id>/", acts.give, name="give"),
]
