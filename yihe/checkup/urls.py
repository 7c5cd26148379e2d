from django.urls import path

from yihe.checkup import views

app_name = "checkup"
urlpatterns = [
    path("checkup/", views.form, name="form"),
    path("checkup/result/", views.result, name="result"),
    path("checkup/paste/", views.paste, name="paste"),
    path("checkup/days/", views.days, name="days"),
    path("checkup/law/", views.law, name="law"),
    path("checkup/law/<slug:book_id>/", views.law_book, name="book"),
]
