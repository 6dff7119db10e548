"""What a browser calls itself, in words."""


def name_of(user_agent: str) -> str:
    """Such as "Firefox on Windows". Never raises, whatever a client has sent."""
    # Here, since its rules take 10 MB and a moment to load, and most processes never need them.
    from ua_parser import parse_os, parse_user_agent

    browser, system = parse_user_agent(user_agent), parse_os(user_agent)
    name = browser.family.removeprefix("Mobile ").removesuffix(" Mobile") if browser else "Unknown browser"
    if system is None:
        return name
    return f"{name} on {'macOS' if system.family == 'Mac OS X' else system.family}"
