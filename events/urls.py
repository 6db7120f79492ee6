from django.urls import path

from events import views

app_name = "events"
urlpatterns = [
    path("", views.event_list, name="list"),
    path("calendar/", views.month, name="month"),
    path("mine/", views.mine, name="mine"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/reset/", views.reset_feed, name="reset_feed"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/calendar.ics", views.event_ics, name="ics"),
    path("<int:pk>/register/", views.register, name="register"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/<slug:slug>/", views.detail, name="detail"),
]
