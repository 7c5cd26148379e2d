from django.urls import include, path

urlpatterns = [path("", include("yihe.calls.urls")), path("", include("yihe.accounts.urls")), path("", include("yihe.web.urls"))]
