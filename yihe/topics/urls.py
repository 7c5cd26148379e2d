from django.urls import path

from yihe.topics import views

app_name = "topics"
urlpatterns = [
    path("topics/", views.topics, name="topics"),
    path("topics/new/", views.new, name="new"),
    path("deadlines/", views.terms, name="terms"),
    path("deadlines/change/", views.term, name="term"),
    path("topics/<slug:code>/", views.topic, name="topic"),
    path("topics/<slug:code>/route/", views.route, name="route"),
    path("topics/<slug:code>/route/<int:route_id>/end/", views.end_route, name="end_route"),
    path("topics/<slug:code>/deadline/", views.term, name="topic_term"),
]
