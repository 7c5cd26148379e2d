from django.urls import path

from yihe.topics import views

app_name = "topics"
urlpatterns = [
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:code>/", views.topic, name="topic"),
]
