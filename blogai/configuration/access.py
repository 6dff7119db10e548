"""Lines of the checklist about who gets in, and how."""

import re

from django.conf import settings
from django.utils.csp import CSP

from accounts.models import ApiKey
from blogai.configuration.checklist import Finding, error, line, ok, warning
from blogai.core.client_address import LOOPBACK_HOSTS

STATUS = "curl -s -o /dev/null -w '%{http_code}\\n'"
EXAMPLES = re.compile(r"(^|\.)(example\.(com|net|org)|yourdomain\.com)$")
"""Hosts that stand in examples, `.env.production.example` among them."""
FILLERS = re.compile(r"change.?me|insecure|your[-_ ]?secret|placeholder", re.IGNORECASE)
KEY_COLUMNS = {"prefix", "last_four", "digest"}
"""All that a table may have of an API key: enough to recognize it, and its HMAC."""


@line("ENVIRONMENT is production", "manage.py diffsettings | grep '^ENVIRONMENT'")
def environment() -> Finding:
    if settings.ENVIRONMENT == "production":
        return ok("The defaults are those of production.")
    return error(f"ENVIRONMENT is {settings.ENVIRONMENT}, whose defaults aren't for customers.")


@line("DEV_MODE is off", f"{STATUS} {{url}}/api/v1/posts  # 401")
def dev_mode() -> Finding:
    if settings.DEV_MODE:
        return error("DEV_MODE lets requests from this machine in without a key. Set it to false.")
    return ok("No request gets in without a key or a session.")


@line("Debug routes are gone", f"{STATUS} {{url}}/debug-sentry {{url}}/config-status  # 404")
def debug_routes() -> Finding:
    if settings.DEBUG:
        return error("DEBUG is on: error pages show variables.")
    if settings.DEVELOPMENT:
        return error("/debug-sentry and /config-status answer, because ENVIRONMENT is development.")
    return ok("/debug-sentry and /config-status are 404, and error pages show no variables.")


@line(
    "Origins are listed",
    "curl -si -H 'Origin: https://elsewhere.example' {url}/health | grep -i access-control",
)
def origins() -> Finding:
    if settings.CORS_ALLOW_ALL_ORIGINS:
        return error("ALLOWED_ORIGINS has '*': any site may call the API from its visitors' browsers.")
    plain = [origin for origin in settings.ALLOWED_ORIGINS if not origin.startswith("https://")]
    if plain:
        return error(f"ALLOWED_ORIGINS lists {plain[0]}, which doesn't start with https://.")
    return ok(f"Scripts of {', '.join(settings.ALLOWED_ORIGINS)} may call the API with a key, no others.")


@line("Hosts are listed", f"{STATUS} -H 'Host: elsewhere.example' {{url}}/  # 400")
def hosts() -> Finding:
    ours = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK_HOSTS]
    if "*" in ours:
        return error("ALLOWED_HOSTS has '*': anybody could make up the address of this site.")
    for host in ours:
        if EXAMPLES.search(host):
            return error(f"ALLOWED_HOSTS names {host}, which is only an example.")
    if wild := [host for host in ours if host.startswith(".")]:
        return warning(f"ALLOWED_HOSTS has {wild[0]}, which is every name below it. List the names.")
    return ok(f"It answers to {', '.join(ours) or 'loopback addresses alone'}.")


@line("The site's address is https", "curl -sI {url}/ | head -1")
def public_url() -> Finding:
    if not settings.PUBLIC_URL.startswith("https://"):
        return error(f"PUBLIC_URL is {settings.PUBLIC_URL}, so links in emails don't use HTTPS.")
    return ok(f"Links in emails lead to {settings.PUBLIC_URL}.")


@line("Plain HTTP is redirected", "curl -sI http://{host}/ | grep -i '^location: https'")
def https_redirect() -> Finding:
    if settings.SECURE_SSL_REDIRECT:
        return ok("Pages are redirected to HTTPS, and the API refuses plain HTTP.")
    return warning("HTTPS_REDIRECT_ENABLED is false. That's right only if the proxy redirects.")


@line("HSTS is on", "curl -sI {url}/ | grep -i strict-transport-security")
def hsts() -> Finding:
    if settings.SECURE_HSTS_SECONDS:
        return ok(f"Browsers use HTTPS alone for {settings.SECURE_HSTS_SECONDS // 86_400} days.")
    return warning("SECURITY_HSTS_ENABLED is false. That's right only if the proxy sends the header.")


@line("Proxies are counted", "curl -s {url}/health >/dev/null  # the log's line must show your own address")
def proxies() -> Finding:
    hops = settings.TRUSTED_PROXY_HOPS
    if not hops:
        return warning("TRUSTED_PROXY_HOPS is 0: behind a proxy, all visitors would share its rate limits.")
    return ok(f"{hops} of your own {'proxies say' if hops > 1 else 'proxy says'} who asks.")


@line("Pages run only our scripts", "curl -sI {url}/ | grep -i content-security-policy")
def content_security_policy() -> Finding:
    policy = settings.SECURE_CSP
    if "django.middleware.csp.ContentSecurityPolicyMiddleware" not in settings.MIDDLEWARE or not policy:
        return error("Replies have no Content-Security-Policy.")
    loose = {CSP.UNSAFE_INLINE, CSP.UNSAFE_EVAL, "*", "http:", "https:"}
    for directive, sources in policy.items():
        if bad := loose.intersection(sources):
            return error(f"{directive} in SECURE_CSP allows {sorted(map(str, bad))[0]}.")
    if "default-src" not in policy:
        return error("SECURE_CSP has no default-src, so it allows what it doesn't name.")
    return ok("No inline script, and nothing from other sites.")


@line("Rate limits are on", "curl -sI {url}/api/v1/posts | grep -i ratelimit")
def rate_limits() -> Finding:
    if not settings.RATE_LIMIT_ENABLED:
        return error("RATE_LIMIT_ENABLED is false: nothing slows down guessing passwords and keys.")
    return ok(f"{settings.RATE_LIMIT_GENERAL} requests a minute, and fewer for forms and posts.")


@line(
    "Secrets are long and your own", "git grep -nE 'sk_live_[0-9a-zA-Z]{10}|whsec_[0-9a-zA-Z]{20}'  # nothing"
)
def secrets() -> Finding:
    names = ("SECRET_KEY", "API_KEY_PEPPER")
    for name in names:
        value = getattr(settings, name)
        if len(value) < 32 or len(set(value)) < 12 or FILLERS.search(value):
            return error(f"{name} looks made up. Make one: openssl rand -base64 48.")
    if len({getattr(settings, name) for name in names}) < len(names):
        return error("SECRET_KEY and API_KEY_PEPPER are the same. Make one for each.")
    return ok("They come from variables or files, and the code has none.")


@line(
    "API keys are hashed", 'psql "$DATABASE_URL" -c "SELECT prefix, last_four, digest FROM api_keys LIMIT 3"'
)
def hashed_keys() -> Finding:
    columns = {field.name for field in ApiKey._meta.get_fields()}
    suspicious = {name for name in columns if re.search(r"key|secret|token|plain", name)}
    if suspicious or not columns >= KEY_COLUMNS:
        return error(
            f"The table api_keys may hold whole keys: {', '.join(sorted(suspicious)) or 'no digest'}."
        )
    return ok("api_keys has a key's HMAC and its first and last characters.")


@line(
    "Staff have a second factor",
    "curl -s {url}/admin/ -o /dev/null  # as staff without one: sent to set it up",
)
def second_factor() -> Finding:
    if not settings.STAFF_SECOND_FACTOR:
        return error("STAFF_SECOND_FACTOR is false: a colleague's password alone opens the admin.")
    return ok("Staff reach nothing before they have set one up.")


@line(
    "Addresses are confirmed",
    "manage.py diffsettings | grep -E '^(EMAIL_VERIFICATION|VERIFIED_EMAIL_REQUIRED)'",
)
def confirmed_addresses() -> Finding:
    if settings.EMAIL_VERIFICATION != "mandatory" or not settings.VERIFIED_EMAIL_REQUIRED:
        return warning("Accounts can write with an address that isn't theirs: see EMAIL_VERIFICATION.")
    return ok("An account signs in and writes after its address is confirmed.")
