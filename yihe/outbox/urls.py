from django.urls import path

from yihe.outbox import views

app_name = "outbox"
urlpatterns = [
    path("inbox/", views.inbox_page, name="inbox"),
    path("inbox/read/", views.read, name="read"),
]
