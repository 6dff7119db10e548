"""Lines of the checklist about what Blog AI talks to: Postgres, Redis, mail, Stripe, Sentry, models."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from blogai.configuration.checklist import Finding, error, line, ok, warning

PSQL = "psql \"$DATABASE_URL\" -c 'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()'"


@line("The database connection is encrypted", PSQL)
def database_tls() -> Finding:
    if settings.EMBEDDED_DATABASE:
        return error("DATABASE_URL isn't set: the embedded Postgres is for laptops.")
    addresses = {"DATABASE_URL": settings.DATABASE_URL, "DATABASE_URL_DIRECT": settings.DATABASE_URL_DIRECT}
    away = {name: address for name, address in addresses.items() if not is_on_this_machine(address)}
    if settings.DATABASE_TLS_REQUIRED or not away:
        return ok("Encrypted, or on this machine. sslmode=verify-full checks the server's certificate too.")
    for name, address in away.items():
        if not is_private(address):
            return error(f"DATABASE_TLS_REQUIRED is false, and {name} leads out of your network.")
    return warning("DATABASE_TLS_REQUIRED is false. That's right only in a network nobody else is in.")


def is_on_this_machine(address: str) -> bool:
    """Whether it is a Unix socket or loopback."""
    host = urlsplit(address).hostname or ""
    if not host or host.startswith("%2f") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """Whether it is a container's name, or an address that isn't on the internet."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".svc", ".lan"))


@line("Redis is there", "curl -s {url}/health/cache | jq .caches.default")
def redis() -> Finding:
    if not settings.REDIS_URL:
        if settings.WEB_PROCESSES > 1:
            return error(f"REDIS_URL isn't set, and {settings.WEB_PROCESSES} web processes need it.")
        return warning("REDIS_URL isn't set: only one web process may run, and live text is a second late.")
    plain = not settings.REDIS_URL.startswith("rediss://")
    if plain and not is_on_this_machine(settings.REDIS_URL) and not is_private(settings.REDIS_URL):
        return error("REDIS_URL leads over the internet without TLS. Use rediss://.")
    return ok("Processes share counts and live text.")


@line("Email is sent", "manage.py sendtestemail you@example.org")
def mail() -> Finding:
    options = settings.MAILERS["default"].get("OPTIONS")
    if not options:
        return error("EMAIL_URL isn't set: nobody can confirm an address or get a new password.")
    if settings.DEFAULT_FROM_EMAIL.endswith(("localhost>", "localhost")):
        return error("DEFAULT_FROM_EMAIL isn't set, so mail servers refuse what we send.")
    if not options["use_tls"] and not options["use_ssl"] and options["host"] != "localhost":
        return warning("EMAIL_URL starts with smtp://: messages and the password go in clear text.")
    if not settings.SUPPORT_EMAIL:
        return warning("SUPPORT_EMAIL isn't set, so /contact has no form.")
    return ok(f"Through {options['host']}, encrypted.")


@line("A model writes", "curl -s {url}/health | jq .services.llm")
def models() -> Finding:
    names = [name for name in ("OPENAI", "ANTHROPIC", "GEMINI") if getattr(settings, f"{name}_API_KEY")]
    if not names and not settings.OPENAI_BASE_URL:
        return error("No provider has a key, so no post can be written. Set OPENAI_API_KEY.")
    return ok(f"Set up: {', '.join(name.capitalize() for name in names) or 'OPENAI_BASE_URL'}.")


@line("Stripe is live", "curl -s {url}/health/stripe | jq .stripe")
def stripe() -> Finding:
    if settings.STRIPE_SIMULATED:
        return error("STRIPE_SIMULATED gives plans away.")
    if not settings.STRIPE_SECRET_KEY:
        return warning("STRIPE_SECRET_KEY isn't set: nobody can buy a plan.")
    if not settings.STRIPE_LIVE_MODE:
        return error("STRIPE_SECRET_KEY is a test key: play money buys real plans.")
    if not settings.STRIPE_WEBHOOK_SECRETS:
        return error("STRIPE_WEBHOOK_SECRET isn't set, so plans follow payments up to an hour late.")
    missing = [name for name, price in settings.STRIPE_PRICE_IDS.items() if not price]
    if monthly := [name for name in missing if not name.endswith("_yearly")]:
        return warning(f"No price for {', '.join(monthly)}: that isn't for sale.")
    return ok("A live key, a signing secret and prices.")


@line("Sentry gets errors and no personal data", "curl -s {url}/health/sentry | jq .sentry")
def sentry() -> Finding:
    if not settings.SENTRY_DSN:
        return warning("SENTRY_DSN isn't set: errors are only in the log.")
    from blogai.sentry import options  # which takes a while to import

    sent = options()
    rewritten = sent.get("before_send") and sent.get("before_send_transaction")
    quiet = not sent.get("include_local_variables") and sent.get("max_request_body_size") == "never"
    if sent.get("send_default_pii") or not rewritten or not quiet:
        return error("Events are sent with what people and models wrote: see blogai/sentry.py.")
    if settings.SENTRY_ENVIRONMENT != settings.ENVIRONMENT:
        return warning(f"SENTRY_ENVIRONMENT is {settings.SENTRY_ENVIRONMENT}, not {settings.ENVIRONMENT}.")
    return ok("Each event is written anew from fields without text, address or account.")


@line("The log tells what it should", "manage.py diffsettings | grep -E '^LOG_(LEVEL|FORMAT)'")
def log() -> Finding:
    if settings.LOG_LEVEL == "DEBUG":
        return warning("LOG_LEVEL is DEBUG, which fills disks. Set it back once you know.")
    if settings.LOG_FORMAT != "json":
        return warning(f"LOG_FORMAT is {settings.LOG_FORMAT}, which collectors can't read.")
    return ok(f"{settings.LOG_LEVEL}, as JSON.")


@line("Blog AI is open", "curl -s -o /dev/null -w '%{http_code}\\n' {url}/terms  # 200")
def is_open() -> Finding:
    if settings.MAINTENANCE_MODE:
        return warning("MAINTENANCE_MODE is true: it starts closed, and `maintenance off` can't open it.")
    return ok("MAINTENANCE_MODE is off.")
