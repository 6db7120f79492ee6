from django.urls import path

from members.views import account, appointments, directory, guests, office

app_name = "members"

urlpatterns = [
    path("members/", directory.directory, name="directory"),
    path("members/<int:pk>/", directory.profile, name="profile"),
    path("account/profile/", account.edit_profile, name="edit_profile"),
    path("account/language/", account.set_language, name="set_language"),
    path("account/claims/", guests.claims, name="claims"),
    path("account/claims/<int:pk>/claim/", guests.claim, name="claim"),
    path("account/claims/<int:pk>/deny/", guests.deny, name="deny"),
    path("account/closed/", account.closed, name="closed"),
    path("office/", office.office, name="office"),
    path("office/requests/<int:pk>/approve/", office.approve, name="approve"),
    path("office/requests/<int:pk>/decline/", office.decline, name="decline"),
    path("office/focal-points/", appointments.focal_points, name="focal_points"),
    path("office/focal-points/<str:iso>/", appointments.appoint, name="appoint"),
    path("office/appointments/<int:pk>/end/", appointments.end_appointment, name="end_appointment"),
]
