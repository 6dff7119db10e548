"""URLs for signing in, the settings and API keys. allauth looks them up by account_…, mfa_…, …_login."""

from allauth.account import views as allauth
from allauth.socialaccount import views as socialaccount
from django.urls import path

from accounts import (
    activity_pages,
    api,
    closing_pages,
    entrance,
    export_pages,
    security,
    settings_page,
    social,
    views,
)

urlpatterns = [
    path("sign-up", entrance.SignUp.as_view(), name="account_signup"),
    path("sign-in", entrance.SignIn.as_view(), name="account_login"),
    path("sign-in/code", entrance.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey", entrance.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/google", social.begin, {"provider": "google"}, name="google_login"),
    path("sign-in/google/back", social.back, {"provider": "google"}, name="google_callback"),
    path("sign-in/github", social.begin, {"provider": "github"}, name="github_login"),
    path("sign-in/github/back", social.back, {"provider": "github"}, name="github_callback"),
    path("sign-in/cancelled", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/<str:token>", views.DemoSignIn.as_view(), name="sign-in"),
    path("sign-in-again", entrance.SignInAgain.as_view(), name="account_reauthenticate"),
    path("sign-in-again/code", entrance.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("sign-in-again/passkey", entrance.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("sign-in-again/provider", entrance.ProviderAgain.as_view(), name="reauthenticate-provider"),
    path("sign-out", allauth.logout, name="account_logout"),
    path("closed-account", allauth.account_inactive, name="account_inactive"),
    path("confirm-email", entrance.VerificationSent.as_view(), name="account_email_verification_sent"),
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
    path("settings", settings_page.settings_page, name="settings"),
    path("settings/profile", views.profile, name="settings-profile"),
    *(
        path(f"settings/{old}", settings_page.section_page, {"section": section})
        for old, section in (("name", "profile"), ("time-zone", "profile"), ("theme", "profile"))
    ),
    path("settings/email", entrance.Email.as_view(), name="account_email"),
    path("settings/password", entrance.ChangePassword.as_view(), name="account_change_password"),
    path("settings/first-password", entrance.SetPassword.as_view(), name="account_set_password"),
    path("settings/security", settings_page.section_page, {"section": "security"}, name="mfa_index"),
    path("settings/security/app", security.AddApp.as_view(), name="mfa_activate_totp"),
    path("settings/security/app/remove", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("settings/security/passkeys/new", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("settings/security/passkeys/<int:pk>", security.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(
        "settings/security/passkeys/<int:pk>/remove",
        security.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "settings/security/recovery-codes", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "settings/security/recovery-codes/new",
        security.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/security/accounts/<int:pk>/remove",
        security.remove_account,
        name="settings-remove-account",
    ),
    path("settings/sessions", settings_page.section_page, {"section": "sessions"}, name="settings-sessions"),
    path("settings/sessions/end-others", security.end_other_sessions, name="settings-end-other-sessions"),
    path("settings/sessions/<slug:handle>/end", security.end_session, name="settings-end-session"),
    path("settings/activity", activity_pages.activity, name="settings-activity"),
    path("settings/export", export_pages.export, name="settings-export"),
    path("settings/export/progress", export_pages.export_progress, name="export-progress"),
    path("settings/export/<uuid:export_id>", export_pages.DownloadExport.as_view(), name="download-export"),
    path("settings/delete-account", closing_pages.delete_account, name="delete-account"),
    path("keep-account", closing_pages.keep_own_account, name="keep-own-account"),
    path("keep-account/<str:token>", closing_pages.keep_account, name="keep-account"),
    path("secure-account/<str:token>", activity_pages.secure_account, name="secure-account"),
    path("settings/api-keys", views.api_keys, name="settings-api-keys"),
    path("settings/api-keys/<uuid:key_id>/revoke", views.revoke_api_key, name="settings-revoke-api-key"),
    path("settings/api-keys/<uuid:key_id>/rotate", views.rotate_api_key, name="settings-rotate-api-key"),
    path("api-keys", api.ApiKeysAtRoot.as_view(), name="api-keys-root"),
    path("api/v1/api-keys", api.ApiKeys.as_view(), name="api-keys"),
    path("api/v1/api-keys/<uuid:key_id>", api.OneApiKey.as_view(), name="api-key"),
    path("api/v1/api-keys/<uuid:key_id>/rotate", api.RotateApiKey.as_view(), name="api-key-rotate"),
]
