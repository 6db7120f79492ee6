from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.sent_to_me, name="list"),
    path("choose/", views.choose, name="choose"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
