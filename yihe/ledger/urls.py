from django.urls import path

from yihe.ledger import views

app_name = "ledger"
urlpatterns = [
    path("log/", views.ledgers, name="ledgers"),
    path("log/<int:number>/", views.one, name="one"),
    path("log/<int:number>/keys", views.keys, name="keys"),
    path("log/<int:number>/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/<int:number>/consistency", views.consistency, name="consistency"),
    path("log/<int:number>/cosignatures", views.cosignatures, name="cosignatures"),
]
