"""URLs for signing in, the settings and API keys. allauth looks up those whose names begin with account_."""

from allauth.account import views as allauth
from django.urls import path

from accounts import api, entrance, views

urlpatterns = [
    path("sign-up", entrance.SignUp.as_view(), name="account_signup"),
    path("sign-in", entrance.SignIn.as_view(), name="account_login"),
    path("sign-in/<str:token>", views.DemoSignIn.as_view(), name="sign-in"),
    path("sign-in-again", entrance.SignInAgain.as_view(), name="account_reauthenticate"),
    path("sign-out", allauth.logout, name="account_logout"),
    path("closed-account", allauth.account_inactive, name="account_inactive"),
    path("confirm-email", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("confirm-email/<str:key>", allauth.confirm_email, name="account_confirm_email"),
    path("forgotten-password", entrance.ForgottenPassword.as_view(), name="account_reset_password"),
    path("forgotten-password/sent", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "new-password/<str:uidb36>/<str:key>",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "new-password/done", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    path("settings", views.first_setting, name="settings"),
    path("settings/name", views.name, name="settings-name"),
    path("settings/email", allauth.email, name="account_email"),
    path("settings/password", entrance.ChangePassword.as_view(), name="account_change_password"),
    path("settings/first-password", allauth.password_set, name="account_set_password"),
    path("settings/time-zone", views.time_zone, name="settings-time-zone"),
    path("settings/theme", views.theme, name="settings-theme"),
    path("settings/api-keys", views.api_keys, name="settings-api-keys"),
    path("settings/api-keys/<uuid:key_id>/revoke", views.revoke_api_key, name="settings-revoke-api-key"),
    path("settings/api-keys/<uuid:key_id>/rotate", views.rotate_api_key, name="settings-rotate-api-key"),
    path("api-keys", api.ApiKeysAtRoot.as_view(), name="api-keys-root"),
    path("api/v1/api-keys", api.ApiKeys.as_view(), name="api-keys"),
    path("api/v1/api-keys/<uuid:key_id>", api.OneApiKey.as_view(), name="api-key"),
    path("api/v1/api-keys/<uuid:key_id>/rotate", api.RotateApiKey.as_view(), name="api-key-rotate"),
]
