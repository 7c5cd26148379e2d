from django.urls import path

from yihe.places import views

app_name = "places"
urlpatterns = [
    path("compounds/", views.compounds_page, name="compounds"),
    path("compounds/<slug:code>/", views.compound_page, name="compound"),
]
