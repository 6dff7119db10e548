"""The time zones that somebody can choose, by city: those of the tz database, each place once."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

MINUS = "\N{MINUS SIGN}"


def choices(now: datetime | None = None) -> list[tuple[str, str]]:
    """Each zone with its city and present offset, from west to east: ("Europe/Berlin", "Berlin (UTC+1)")."""
    now = now or datetime.now(UTC)
    found = sorted((_offset(zone, now), city(name), name) for name, zone in _zones().items())
    return [
        (name, place if name == "UTC" else f"{place} ({_written(offset)})") for offset, place, name in found
    ]


def city(name: str) -> str:
    """ "New York" for America/New_York, "Knox, Indiana" for America/Indiana/Knox."""
    parts = name.replace("_", " ").split("/")
    return ", ".join([parts[-1], *parts[1:-1]])


def canonical(name: str) -> str:
    """The zone's name among `choices`, by any of its names, such as Asia/Calcutta; "" if there is none."""
    return name if name in _zones() else _other_names().get(name, "")


@cache
def _zones() -> dict[str, ZoneInfo]:
    """Kept, since reading their files takes a third of a second."""
    rows = [line.split("\t") for line in _table("zone.tab") if not line.startswith("#")]
    known = available_timezones()
    return {name: ZoneInfo(name) for name in ("UTC", *(row[2] for row in rows)) if name in known}


@cache
def _other_names() -> dict[str, str]:
    """The database's links, a line each: "L Asia/Kolkata Asia/Calcutta"."""
    links = [line.split()[1:] for line in _table("tzdata.zi") if line.startswith("L ")]
    found = {other: name for name, other in links} | {"Etc/UTC": "UTC", "Etc/GMT": "UTC"}
    return {other: "UTC" if name in ("Etc/UTC", "Etc/GMT") else name for other, name in found.items()}


def _table(name: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(name).read_text().splitlines()


def _offset(zone: ZoneInfo, now: datetime) -> timedelta:
    offset = now.astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 (a moment with a zone has one)
    return offset


def _written(offset: timedelta) -> str:
    """ "UTC+5:30"."""
    minutes = round(abs(offset) / timedelta(minutes=1))
    rest = f":{minutes % 60:02}" if minutes % 60 else ""
    return f"UTC{MINUS if offset < timedelta() else '+'}{minutes // 60}{rest}"
