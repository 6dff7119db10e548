"""All settings, read from the environment. None of them has to be set for development (see .env.example).

A wrong value stops the start with one sentence (ImproperlyConfigured, printed by manage.py).
"""

import re
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host
from django.utils.csp import CSP

from blogai import body_limit, embedded
from blogai.core import postgres_client
from blogai.core.client_address import LOOPBACK_HOSTS
from blogai.database_address import connection_to
from blogai.environment import (
    choice,
    contact,
    dsn,
    email,
    endpoints,
    flag,
    folder,
    headers,
    integer,
    number,
    prices,
    text,
    url,
    variables_file,
    variables_set,
    words,
)
from blogai.mail import mailer
from blogai.serving.listening import base_url, beside

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(variables_file(text("ENV_FILE"), BASE_DIR / ".env"))
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# Environment ------------------------------------------------------------------------------------

ENVIRONMENT = choice("ENVIRONMENT", "development", ("development", "staging", "production"))
DEVELOPMENT = ENVIRONMENT == "development"
DEBUG = False  # error pages are part of the product; a debug page would show secrets
DATA_DIR = folder("DATA_DIR", BASE_DIR / ".data")
HOST = text("HOST", "127.0.0.1")
PORT = integer("PORT", 8000, low=1, high=65535)
FRONTEND_PORT = integer("FRONTEND_PORT", 0, low=0, high=65535)  # gunicorn's second port, for the same
if FRONTEND_PORT == PORT:
    raise ImproperlyConfigured("FRONTEND_PORT is a second port: it can't be the same as PORT.")
WEB_PROCESSES = integer("UVICORN_WORKERS", 2, low=1, high=1000)  # of gunicorn; `serve` is always one
_hosts = words("ALLOWED_HOSTS")
if not _hosts and ENVIRONMENT == "production":
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts of this installation when ENVIRONMENT is production, the site's "
        "first: blog.example.org,api.example.org."
    )
if "*" in _hosts and not DEVELOPMENT:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name its hosts: '*' would let anybody make up the address of this site."
    )
_site = f"https://{_hosts[0].lstrip('.')}" if _hosts and not DEVELOPMENT else base_url(HOST, PORT)
PUBLIC_URL = url("PUBLIC_URL", ("http", "https"), _site)

# Secrets ----------------------------------------------------------------------------------------


def _secret(name: str) -> str:
    """The secret from the environment; in development, a generated one that is stored under DATA_DIR."""
    if value := text(name):
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} must have at least 32 characters.")
        return value
    if not DEVELOPMENT:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set when ENVIRONMENT is {ENVIRONMENT}.")
    return embedded.get_or_create_secret(DATA_DIR, name, secrets.token_urlsafe(48))


def _secrets(name: str) -> list[str]:
    """Secrets that are accepted too while one takes the place of another: docs/rotation.md."""
    values = words(name)
    if any(len(value) < 32 for value in values):
        raise ImproperlyConfigured(f"Each secret in {name} must have at least 32 characters.")
    return values


SECRET_KEY = _secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = _secrets("SECRET_KEY_FALLBACKS")
API_KEY_PEPPER = _secret("API_KEY_PEPPER")
API_KEY_PEPPER_PREVIOUS = _secrets("API_KEY_PEPPER_PREVIOUS")
API_KEY_PEPPER_NEXT = text("API_KEY_PEPPER_NEXT") and _secret("API_KEY_PEPPER_NEXT")

# Access -----------------------------------------------------------------------------------------

LOOPBACK_ORIGINS = [f"http://{host}:{PORT}" for host in LOOPBACK_HOSTS]
ALLOWED_ORIGINS = words("ALLOWED_ORIGINS") or (LOOPBACK_ORIGINS if DEVELOPMENT else [PUBLIC_URL])
if "*" in ALLOWED_ORIGINS and not DEVELOPMENT:
    raise ImproperlyConfigured(
        "ALLOWED_ORIGINS must name its origins: '*' would let any site act for a user."
    )
_public_host = split_domain_port(urlsplit(PUBLIC_URL).netloc)[0]
# This machine's own names too, so that whoever operates it can look at it from there.
ALLOWED_HOSTS = [*(_hosts or [_public_host]), *LOOPBACK_HOSTS, *([HOST] if DEVELOPMENT else [])]
if not validate_host(_public_host, ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        f"ALLOWED_HOSTS must name the host of PUBLIC_URL, {_public_host}: links in mails lead there."
    )
CSRF_TRUSTED_ORIGINS = [origin for origin in ALLOWED_ORIGINS if origin != "*"]
# Scripts of these origins may call the API with a key. Credentials stay off: never with somebody's session.
CORS_ALLOWED_ORIGINS = CSRF_TRUSTED_ORIGINS
CORS_ALLOW_ALL_ORIGINS = "*" in ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/(api/|api-keys$|generate-blog$|openapi\.json$|health)"
CORS_ALLOW_HEADERS = (
    *("accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
    *("last-event-id", "prefer", "x-api-key", "x-request-id"),
)
CORS_EXPOSE_HEADERS = (
    *("Content-Location", "ETag", "Location", "Preference-Applied", "Retry-After", "X-Request-ID"),
    *("Deprecation", "Link", "Sunset"),
    *("RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
)
DEV_MODE = flag("DEV_MODE", False)
if DEV_MODE and not DEVELOPMENT:
    raise ImproperlyConfigured(
        f"DEV_MODE lets requests in without a key, so set it to false when ENVIRONMENT is {ENVIRONMENT}."
    )
# Access tokens of this project's Auth are good for the API. The key asks it whether an address was confirmed.
SUPABASE_URL = url("SUPABASE_URL", ("https", "http") if DEVELOPMENT else ("https",))
SUPABASE_SERVICE_ROLE_KEY = text("SUPABASE_SERVICE_ROLE_KEY")
if bool(SUPABASE_URL) != bool(SUPABASE_SERVICE_ROLE_KEY):
    raise ImproperlyConfigured("Set both SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, or neither.")
SECURE_SSL_REDIRECT = flag("HTTPS_REDIRECT_ENABLED", ENVIRONMENT == "production")
SECURE_HSTS_SECONDS = 31_536_000 if flag("SECURITY_HSTS_ENABLED", ENVIRONMENT == "production") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_REDIRECT_EXEMPT = [r"^(health|metrics)\b"]  # probes inside a cluster use plain HTTP
RATE_LIMIT_ENABLED = flag("RATE_LIMIT_ENABLED", True)
RATE_LIMIT_GENERAL = integer("RATE_LIMIT_GENERAL", 60, low=1, high=1_000_000)
# Where it is set, it caps every plan's number; the plan's number holds without it.
RATE_LIMIT_GENERATION = integer("RATE_LIMIT_GENERATION", 0, low=1, high=1_000_000) or None
WORK_RATES = "billing.limits.rates"  # how often a user may start work on models
RUN_LINKS = "generation.runs.links.links_of"  # where the posts are that the ledger names by their runs
TRUSTED_PROXY_HOPS = integer("TRUSTED_PROXY_HOPS", 0, low=0, high=10)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_HOPS
if TRUSTED_PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
elif SECURE_SSL_REDIRECT:  # our servers speak plain HTTP, so only a proxy can say that a request was HTTPS
    raise ImproperlyConfigured(
        "HTTPS_REDIRECT_ENABLED would redirect every request forever while TRUSTED_PROXY_HOPS is 0: set "
        "TRUSTED_PROXY_HOPS to the number of proxies in front (1 for one nginx), or "
        "HTTPS_REDIRECT_ENABLED=false."
    )
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://") or not DEVELOPMENT
# A browser takes a cookie of such a name from this host alone, over HTTPS, so that no neighbor can plant one.
COOKIE_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "blogai.flash.Storage"
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# What no page needs, so that no script that got in could ask for it. Copying, passkeys and full screen stay
# allowed. Stripe's payment page is on Stripe's own origin, where this does not apply.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        *("accelerometer", "browsing-topics", "camera"),
        *("display-capture", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts"),
        *("magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
        "xr-spatial-tracking",
    )
}
# We check `blogai.https.Security` instead, Django's with two additions: the check knows only Django's name.
SILENCED_SYSTEM_CHECKS = ["security.W001"]

# Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "django.contrib.admin.apps.SimpleAdminConfig",  # no package brings pages of its own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "corsheaders",
    "procrastinate.contrib.django",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "djstripe",
    "blogai",
    "accounts",
    "billing",
    "generation",
    "health",
    "staff",
]
MIDDLEWARE = [
    "health.requests.count_requests",
    "blogai.middleware.request_id",
    "blogai.request_log.request_log",
    "corsheaders.middleware.CorsMiddleware",  # answers preflights, which carry no key
    "health.middleware.any_host",
    "blogai.https.Security",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "blogai.middleware.static_files",
    "blogai.middleware.problems",
    "blogai.middleware.maintenance",
    "blogai.caching.private_replies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "blogai.rate_limits.rate_limits",  # needs the session; before everything that answers
    "accounts.middleware.last_seen",
    "blogai.staff.second_factor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "blogai.deprecation.deprecation",
    "blogai.conditional_get.conditional_get",
]
ROOT_URLCONF = "blogai.urls"
ASGI_APPLICATION = "blogai.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "blogai.forms.Renderer"
MESSAGE_TAGS = {10: "info", 20: "info", 25: "ok", 30: "warn", 40: "danger"}  # by message level
CSRF_FAILURE_VIEW = "blogai.views.csrf_failure"
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "blogai.formats"
TIME_ZONE = "UTC"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = body_limit.TEXT  # blogai.body_limit says which paths take more than 1 MB
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "blogai.stylesheets.Stylesheets",  # must come before the finder of the original files
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # only our own pages use them
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": folder("EXPORT_DIR", DATA_DIR / "exports"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "blogai.static_storage.ModuleStorage"
    },
}

# Signing in -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NameOfTheSite"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
]
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 28 * 86_400  # from signing in; less than closed accounts are kept
SESSION_IDLE_AGE = 14 * 86_400
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "new-post"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Whether signing in needs a confirmed address. Optional in development, for a quick start; elsewhere
# mandatory, so that nobody can use another person's.
EMAIL_VERIFICATION = choice(
    "EMAIL_VERIFICATION", "optional" if DEVELOPMENT else "mandatory", ("optional", "mandatory")
)
# Whether a run, by page or by API, needs one: models cost money.
VERIFIED_EMAIL_REQUIRED = flag("VERIFIED_EMAIL_REQUIRED", ENVIRONMENT == "production")
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # as far as allauth knows: accounts.stages
# Nobody signs up with an address at one of these, or below it. DISPOSABLE_EMAIL_DOMAINS_FILE may name a list.
DISPOSABLE_EMAIL_DOMAINS = frozenset(re.split(r"[\s,]+", text("DISPOSABLE_EMAIL_DOMAINS").lower())) - {""}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = False  # accounts.security_events sends its own, with a link against thieves
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.split(":")[0]
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # we have our own rate limits
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignIn",
    "signup": "accounts.forms.SignUp",
    "add_email": "accounts.forms.ChangeEmail",
    "change_password": "accounts.forms.ChangePassword",
    "reauthenticate": "accounts.forms.PasswordAgain",
    "set_password": "accounts.forms.SetPassword",
    "reset_password": "accounts.forms.ForgottenPassword",
    "reset_password_from_key": "accounts.forms.NewPassword",
}
# Signing in with others: a button for each whose two variables are set. They send people back to
# /sign-in/google/back and /sign-in/github/back, which has to be registered there.
SIGN_IN_PROVIDERS: dict[str, tuple[str, str]] = {}
for _name, _id, _secret_of, _origin in (
    ("google", text("GOOGLE_CLIENT_ID"), text("GOOGLE_CLIENT_SECRET"), "https://accounts.google.com"),
    ("github", text("GITHUB_CLIENT_ID"), text("GITHUB_CLIENT_SECRET"), "https://github.com"),
):
    if bool(_id) != bool(_secret_of):
        raise ImproperlyConfigured(
            f"Set both {_name.upper()}_CLIENT_ID and {_name.upper()}_CLIENT_SECRET, or neither."
        )
    if _id:
        SIGN_IN_PROVIDERS[_name] = (_id, _secret_of)
        SECURE_CSP["form-action"].append(_origin)  # to which our form is redirected
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "google": {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
    "github": {"SCOPE": ["user:email"], "OAUTH_PKCE_ENABLED": True},
}
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts.security asks by itself, and lets addresses be changed later
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_TOTP_ISSUER = "Blog AI"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
# Staff reach no page but those that set one up before they have a second factor.
STAFF_SECOND_FACTOR = flag("STAFF_SECOND_FACTOR", not DEVELOPMENT)
MFA_RATE_LIMITS = False  # we have our own rate limits
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeOfSecondStep",
    "reauthenticate": "accounts.forms.CodeAgain",
    "activate_totp": "accounts.forms.FirstCode",
    "add_webauthn": "accounts.forms.NewPasskey",
    "edit_webauthn": "accounts.forms.RenamedPasskey",
    "authenticate_webauthn": "accounts.forms.PasskeyOfSecondStep",
    "login_webauthn": "accounts.forms.PasskeyAlone",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgain",
}
MAILERS = {"default": mailer(url("EMAIL_URL", ("smtp", "smtp+tls", "smtps", "console")))}
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Blog AI <hello@blog-ai.localhost>")
SECURITY_CONTACT = contact("SECURITY_CONTACT", text("DEFAULT_FROM_EMAIL"))  # in /.well-known/security.txt
# Where messages from /contact go. Without one that page has no form.
SUPPORT_EMAIL = email("SUPPORT_EMAIL", "support@blog-ai.localhost" if DEVELOPMENT else "")

# Subscriptions ----------------------------------------------------------------------------------

DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"  # its check E002 demands that one is chosen
STRIPE_SECRET_KEY = text("STRIPE_SECRET_KEY")
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
if STRIPE_SECRET_KEY and not STRIPE_LIVE_MODE and not STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")):
    raise ImproperlyConfigured(
        "STRIPE_SECRET_KEY must be a secret or restricted key of Stripe: sk_live_…, rk_live_…, sk_test_… or "
        "rk_test_…"
    )
STRIPE_ALLOW_MODE_MISMATCH = flag("STRIPE_ALLOW_MODE_MISMATCH", False)
_fits = STRIPE_ALLOW_MODE_MISMATCH or (ENVIRONMENT == "production") is STRIPE_LIVE_MODE
if STRIPE_SECRET_KEY and not _fits:
    raise ImproperlyConfigured(
        f"STRIPE_SECRET_KEY is a {'live' if STRIPE_LIVE_MODE else 'test'} key, but ENVIRONMENT is "
        f"{ENVIRONMENT}: live keys are for production, and it takes no other. "
        "STRIPE_ALLOW_MODE_MISMATCH=true overrides this."
    )
STRIPE_WEBHOOK_SECRETS = words("STRIPE_WEBHOOK_SECRET")  # several while one takes the place of another
if not all(secret.startswith("whsec_") for secret in STRIPE_WEBHOOK_SECRETS):
    raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRET lists signing secrets, which start with whsec_.")
# A plan without a price isn't for sale.
STRIPE_PRICE_IDS = {
    "starter": text("STRIPE_PRICE_ID_STARTER"),
    "pro": text("STRIPE_PRICE_ID_PRO"),
    "business": text("STRIPE_PRICE_ID_BUSINESS"),
    "starter_yearly": text("STRIPE_PRICE_ID_STARTER_YEARLY"),
    "pro_yearly": text("STRIPE_PRICE_ID_PRO_YEARLY"),
    "business_yearly": text("STRIPE_PRICE_ID_BUSINESS_YEARLY"),
}
_priced = [price for price in STRIPE_PRICE_IDS.values() if price]
if len(_priced) != len(set(_priced)):
    raise ImproperlyConfigured("Each STRIPE_PRICE_ID_ must name its own price; two name the same one.")
STRIPE_SENDS_RECEIPTS = flag("STRIPE_SENDS_RECEIPTS", False)  # then we send none
STRIPE_API_BASE = url(
    "STRIPE_API_BASE", ("http", "https") if DEVELOPMENT else ("https",), "https://api.stripe.com"
)
# A Stripe on loopback, which `serve` starts: it sells plans, and no money moves.
STRIPE_SIMULATED = flag("STRIPE_SIMULATED", False)
if STRIPE_SIMULATED:
    _real = [name for name in variables_set if name.startswith("STRIPE_") and variables_set[name]]
    _real = [name for name in _real if name not in ("STRIPE_SIMULATED", "STRIPE_ALLOW_MODE_MISMATCH")]
    if not DEVELOPMENT:
        raise ImproperlyConfigured(
            f"STRIPE_SIMULATED would give plans away, so set it to false when ENVIRONMENT is {ENVIRONMENT}."
        )
    if _real:
        raise ImproperlyConfigured(
            f"STRIPE_SIMULATED replaces the real Stripe. Set it to false, or unset {', '.join(_real)}."
        )
    STRIPE_SECRET_KEY = embedded.get_or_create_secret(
        DATA_DIR, "STRIPE_SIMULATED_KEY", f"sk_test_{secrets.token_hex(20)}"
    )
    STRIPE_WEBHOOK_SECRETS = [
        embedded.get_or_create_secret(DATA_DIR, "STRIPE_SIMULATED_WEBHOOK", f"whsec_{secrets.token_hex(20)}")
    ]
    STRIPE_API_BASE = base_url("127.0.0.1", beside(PORT))
# Pinned, because Stripe moves fields between versions; this is the one that dj-stripe was made for.
STRIPE_API_VERSION = text("STRIPE_API_VERSION", "2026-05-27.dahlia")
STRIPE_AUTOMATIC_TAX = flag("STRIPE_AUTOMATIC_TAX", False)
if STRIPE_SECRET_KEY:  # Buying and managing a plan are forms here that end on Stripe's pages.
    SECURE_CSP["form-action"] += (
        ["https://checkout.stripe.com", "https://billing.stripe.com"]
        if STRIPE_API_BASE == "https://api.stripe.com"
        else ["{0.scheme}://{0.netloc}".format(urlsplit(STRIPE_API_BASE))]
    )

# Outgoing requests ------------------------------------------------------------------------------

# Non-public addresses that webhooks may be sent to: IP addresses with ports.
EGRESS_ALLOW = endpoints("EGRESS_ALLOW", loopback=DEVELOPMENT)

# Data -------------------------------------------------------------------------------------------

DATABASE_URL = url("DATABASE_URL", ("postgres", "postgresql"))
EMBEDDED_DATABASE = not DATABASE_URL
if EMBEDDED_DATABASE and ENVIRONMENT == "production":
    raise ImproperlyConfigured("DATABASE_URL must be set when ENVIRONMENT is production.")
DATABASE_URL_DIRECT = url("DATABASE_URL_DIRECT", ("postgres", "postgresql")) or DATABASE_URL
DATABASE_POOL_MODE = choice("DATABASE_POOL_MODE", "session", ("session", "transaction"))
# Web processes take DATABASE_URL, which may be a pooler's. Whatever manage.py runs, above all the worker and
# migrations, listens and locks, which takes a session.
_direct = flag("DATABASE_DIRECT", False) and DATABASE_URL_DIRECT != DATABASE_URL
_address = DATABASE_URL_DIRECT if _direct else DATABASE_URL
_pooler = ":6543/" in _address or (DATABASE_POOL_MODE == "transaction" and _address == DATABASE_URL)
DATABASE_TLS_REQUIRED = flag("DATABASE_TLS_REQUIRED", ENVIRONMENT == "production")
_connections = {
    name: connection_to(name, address, encrypted=DATABASE_TLS_REQUIRED)
    for name, address in {"DATABASE_URL": DATABASE_URL, "DATABASE_URL_DIRECT": DATABASE_URL_DIRECT}.items()
    if address
}
DB_POOL_MAX = integer("DB_POOL_MAX", 4, low=1, high=100)
# What a container compares its needs with when it starts, beside what Postgres allows; 0 is no limit of ours.
DB_MAX_CONNECTIONS = integer("DB_MAX_CONNECTIONS", 0, low=0, high=100_000)
# Seconds after which Postgres ends what takes too long; 0 is never. A worker's statements get ten times that.
DB_STATEMENT_TIMEOUT = number("DB_STATEMENT_TIMEOUT", 30, low=0, high=86_400)
DB_LOCK_TIMEOUT = number("DB_LOCK_TIMEOUT", 10, low=0, high=86_400)
DB_IDLE_IN_TRANSACTION_TIMEOUT = number("DB_IDLE_IN_TRANSACTION_TIMEOUT", 60, low=0, high=86_400)
START_TIMEOUT = number("START_TIMEOUT", 60, low=0, high=3600)  # a container's, for Postgres and Redis
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **(
            embedded.database_address(DATA_DIR)
            if EMBEDDED_DATABASE
            else _connections["DATABASE_URL_DIRECT" if _direct else "DATABASE_URL"]
        ),
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django hands each back after its request
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": _pooler,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "pool": {
            "connection_class": postgres_client.Connection,
            "check": postgres_client.Connection.check,
            "min_size": 1,
            "max_size": DB_POOL_MAX,
            "timeout": 1.5,
        },
        "prepare_threshold": None if _pooler else 5,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = url("REDIS_URL", ("redis", "rediss", "unix"))
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL,
        # Only the limits of forms are in it. A form waits for a Redis that hangs as long as this, and then
        # counts for itself. Without Redis there is room for more than the 300 entries of the default.
        "OPTIONS": {"socket_timeout": 0.05, "socket_connect_timeout": 0.05}
        if REDIS_URL
        else {"MAX_ENTRIES": 10_000},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}
}

# Backups (docs/backup.md) ------------------------------------------------------------------------

BACKUP_TO = text("BACKUP_TO")  # a folder, or s3://bucket/folder
BACKUP_RECIPIENTS = words("BACKUP_RECIPIENTS")  # public keys of age: who can read them
BACKUP_S3 = {
    "endpoint": url("AWS_ENDPOINT_URL", ("http", "https")),
    "region": text("AWS_REGION"),
    "access_key_id": text("AWS_ACCESS_KEY_ID"),
    "secret_access_key": text("AWS_SECRET_ACCESS_KEY"),
}

# Jobs -------------------------------------------------------------------------------------------

WORKER_CONCURRENCY = integer("WORKER_CONCURRENCY", 50, low=1, high=1000)
WORKER_ALIVE_FILE = text("WORKER_ALIVE_FILE")  # a worker touches it every few seconds, for health checks
WORKER = "generation.worker.jobs.work"  # what `serve` runs beside the web server
PROCRASTINATE_IMPORT_PATHS = [
    "accounts.tasks",
    "billing.tasks",
    "billing.stripe.tasks",
    "blogai.consistency.tasks",
    "blogai.contact.tasks",
    "generation.worker.tasks",
    "generation.notifications.tasks",
]
RUN_DEADLINE = number("RUN_DEADLINE", 900, low=10, high=86_400)

# Models -----------------------------------------------------------------------------------------

OPENAI_API_KEY = text("OPENAI_API_KEY")
OPENAI_BASE_URL = url("OPENAI_BASE_URL", ("http", "https"))
OPENAI_MODEL = text("OPENAI_MODEL", "gpt-5.2")
OPENAI_API_TYPE = choice("OPENAI_API_TYPE", "openai", ("openai", "azure"))  # Azure's own hosts are known
OPENAI_API_VERSION = text("OPENAI_API_VERSION")  # Azure's
OPENAI_ORGANIZATION = text("OPENAI_ORGANIZATION")
OPENAI_EXTRA_HEADERS = headers("OPENAI_EXTRA_HEADERS")
ANTHROPIC_API_KEY = text("ANTHROPIC_API_KEY")
ANTHROPIC_BASE_URL = url("ANTHROPIC_BASE_URL", ("http", "https"))
ANTHROPIC_MODEL = text("ANTHROPIC_MODEL", "claude-sonnet-5")
GEMINI_API_KEY = text("GEMINI_API_KEY")
GEMINI_BASE_URL = url(
    "GEMINI_BASE_URL", ("http", "https"), "https://generativelanguage.googleapis.com/v1beta/openai"
)
GEMINI_MODEL = text("GEMINI_MODEL", "gemini-3.5-flash")
LLM_PROVIDER_ORDER = words("LLM_PROVIDER_ORDER", "openai,anthropic,gemini")
_unknown = set(LLM_PROVIDER_ORDER) - {"openai", "anthropic", "gemini", "local"}
if _unknown:
    raise ImproperlyConfigured(
        f"LLM_PROVIDER_ORDER knows openai, anthropic, gemini and local, not {', '.join(sorted(_unknown))}."
    )
LLM_MAX_CONCURRENCY = integer("LLM_MAX_CONCURRENCY", 16, low=1, high=1000)
LLM_CONNECT_TIMEOUT = number("LLM_CONNECT_TIMEOUT", 5, low=0.1, high=600)
LLM_FIRST_TOKEN_TIMEOUT = number("LLM_FIRST_TOKEN_TIMEOUT", 20, low=0.1, high=600)
LLM_IDLE_TIMEOUT = number("LLM_IDLE_TIMEOUT", 15, low=0.1, high=600)
# For a server that loads its model first; 0: on this machine six times LLM_FIRST_TOKEN_TIMEOUT, else that.
LLM_COLD_START_TIMEOUT = number("LLM_COLD_START_TIMEOUT", 0, low=0, high=3600)
LLM_RATE_LIMIT_PER_MINUTE = integer("LLM_RATE_LIMIT_PER_MINUTE", 60, low=1, high=100_000)
LLM_RATE_LIMIT_MAX_WAIT = number("LLM_RATE_LIMIT_MAX_WAIT", 60, low=0, high=3600)
LLM_RETRY_FOR = number("LLM_RETRY_FOR", 35, low=0, high=600)  # seconds without any text from a provider
LLM_PRICES = prices("LLM_PRICES")  # beside the list prices in generation/llm/pricing.py
LOCAL_MODEL_ADDRESS = DATA_DIR / "model.url"  # written by `serve` or `write` while the demo model answers

# API --------------------------------------------------------------------------------------------

API_PATHS = ("/api/", "/api-keys", "/generate-blog")  # as paths start; all others are for browsers and probes
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.HasPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["blogai.api.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "blogai.api.JSONOnlyNegotiation",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_PAGINATION_CLASS": "blogai.api.NewestFirst",
    "PAGE_SIZE": 20,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "blogai.api.problem_for_drf",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": ["queued", "running", "waiting", "completed", "failed", "cancelled"],
        "AcceptedStatus": ["queued", "waiting"],
        "StepState": ["waiting", "writing", "done", "failed"],
        "DeliveryState": ["pending", "delivered", "failed"],
        "PostStatus": ["success"],
        "PostType": ["blog"],
        "Interval": ["month", "year"],
    },
    "TITLE": "Blog AI",
    "DESCRIPTION": "A topic becomes a finished, checked blog post while you watch.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",  # not part of the names of operations and groups
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["generation.api.openapi.add_endpoints"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "health.openapi.add_paths",
        "blogai.openapi.add_versions",
        "blogai.deprecation.mark_deprecated",
        "blogai.openapi.add_problems",
        "blogai.openapi.add_request_id",
        "blogai.openapi.add_rate_limits",
        "blogai.openapi.close_replies",
    ],
}

# The sections of /settings, in their order.
SETTINGS_SECTIONS = [
    "accounts.settings_sections.PROFILE",
    "generation.web.writing.SECTION",
    "billing.web.notifications.SECTION",
    "accounts.settings_sections.SECURITY",
    "accounts.settings_sections.SESSIONS",
    "accounts.settings_sections.ACTIVITY",
    "accounts.settings_sections.DATA",
]

# Health, logs -----------------------------------------------------------------------------------

HEALTH_PROBES = {
    "database": "health.checks.database",
    "redis": "health.checks.redis_server",
    "stripe": "billing.stripe.probes.stripe_api",
    "sentry": "health.checks.sentry",
    "worker": "generation.worker.probes.worker",
    "llm": "generation.llm.probes.llm",
}
METRICS = {
    "queue": "generation.worker.metrics.queue",
    "jobs": "generation.worker.metrics.jobs",
    "runs": "generation.worker.metrics.runs",
    "steps": "generation.worker.metrics.steps",
    "calls": "generation.worker.model_metrics.calls",
    "breakers": "generation.llm.probes.breakers",
    "spending": "generation.worker.model_metrics.spending",
    "notifications": "generation.notifications.metrics.notifications",
    "stripe_events": "billing.metrics.stripe_events",
    "consistency": "blogai.consistency.metrics.consistency",
    "audience": "generation.worker.metrics.audience",
    "pool": "health.pool.pool",
}
PROCESS_METRICS = {"breakers", "audience", "pool"}  # of one process alone; gunicorn's add theirs up
text("PROMETHEUS_MULTIPROC_DIR")  # docker/gunicorn.conf.py and prometheus-client read it themselves
METRICS_TOKENS = words("METRICS_TOKEN")  # several while one takes the place of another
MAINTENANCE_MODE = flag("MAINTENANCE_MODE", False)  # `manage.py maintenance` does it without a restart
CLOSURE = "blogai.maintenance.closure"  # what /status asks
# How long requests are served after /health/ready has failed, until load balancers notice.
DRAIN_SECONDS = number("DRAIN_SECONDS", 0 if DEVELOPMENT else 2, low=0, high=300)
DEFAULT_EXCEPTION_REPORTER_FILTER = "blogai.logs.ReportFilter"
SENTRY_DSN = dsn("SENTRY_DSN")
SENTRY_ENVIRONMENT = text("SENTRY_ENVIRONMENT", ENVIRONMENT)
SENTRY_RELEASE = text("SENTRY_RELEASE", f"blog-ai@{VERSION}")
SENTRY_TRACES_SAMPLE_RATE = number("SENTRY_TRACES_SAMPLE_RATE", 0.1, low=0, high=1)
SENTRY_PROFILES_SAMPLE_RATE = number("SENTRY_PROFILES_SAMPLE_RATE", 0.1, low=0, high=1)
# OpenTelemetry's own variables; its packages read the others (headers, samplers) themselves.
OTEL_EXPORTER_OTLP_ENDPOINT = url("OTEL_EXPORTER_OTLP_ENDPOINT", ("http", "https"))
OTEL_SERVICE_NAME = text("OTEL_SERVICE_NAME", "blog-ai")
LOG_LEVEL = choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOG_FORMAT = choice("LOG_FORMAT", "console" if DEVELOPMENT else "json", ("json", "console"))
LOGGING_CONFIG = "blogai.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "blogai.logs.Formatter", "style": LOG_FORMAT}},
    "filters": {"once": {"()": "blogai.logs.NotTwice"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["once"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        **{
            name: {"level": LOG_LEVEL}
            for name in ("blogai", "accounts", "billing", "generation", "health", "staff")
        },
        "stripe": {"level": "WARNING"},  # below that it repeats whatever came, perhaps with the key
    },
}
