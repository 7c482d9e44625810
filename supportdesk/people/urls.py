from django.urls import path

from supportdesk.people.views import devices, home, invites, passkeys, proving, staff

app_name = "people"
urlpatterns = [
    path("", home.home, name="home"),
    path("prove/", proving.prove, name="prove"),
    path("lock/", proving.lock, name="lock"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<str:kind>/<int:pk>/rename/", devices.rename, name="rename"),
    path("devices/<str:kind>/<int:pk>/remove/", devices.remove, name="remove"),
    path("enrol/", devices.enrol, name="enrol"),
    path("enrol/app/", devices.enrol_app, name="enrol_app"),
    path("enrol/again/<str:token>/", invites.enrol_again, name="enrol_again"),
    path("codes/", devices.codes, name="codes"),
    path("passkeys/register/begin/", passkeys.begin_registration, name="passkey_register_begin"),
    path("passkeys/register/complete/", passkeys.complete_registration, name="passkey_register_complete"),
    path("passkeys/prove/begin/", passkeys.begin_proof, name="passkey_prove_begin"),
    path("passkeys/prove/complete/", passkeys.complete_proof, name="passkey_prove_complete"),
    path("join/<str:token>/", invites.join, name="join"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/<int:pk>/", staff.colleague, name="colleague"),
    path("staff/<int:pk>/reset/", staff.reset_factor, name="reset_factor"),
    path("staff/<int:pk>/roles/", staff.set_roles, name="set_roles"),
    path("staff/<int:pk>/disable/", staff.disable, name="disable"),
    path("staff/<int:pk>/enable/", staff.enable, name="enable"),
]
