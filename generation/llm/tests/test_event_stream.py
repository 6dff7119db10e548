import pytest

from generation.llm.providers import event_stream
from generation.llm.providers.event_stream import MAX_EVENT_BYTES, Event, EventStream, TooLarge

A, B = Event("", '{"a": 1}'), Event("", '{"b": 2}')


def decoded(*chunks: bytes) -> list[Event]:
    stream = EventStream()
    events = [event for chunk in chunks for event in stream.feed(chunk)]
    return events + stream.close()


@pytest.mark.parametrize(
    "sent",
    [
        b'data: {"a": 1}\n\ndata: {"b": 2}\n\n',
        b'data:{"a": 1}\n\ndata:{"b": 2}\n\n',
        b'data: {"a": 1}\r\n\r\ndata: {"b": 2}\r\n\r\n',
        b'data: {"a": 1}\r\rdata: {"b": 2}\r\r',
        b'\xef\xbb\xbfdata: {"a": 1}\n\ndata: {"b": 2}\n\n',
        b': hello\n\nretry: 3000\n\ndata: {"a": 1}\n\n:\n\ndata: {"b": 2}\n\n',
        b'data:\n\ndata: {"a": 1}\n\ndata: \n\ndata: {"b": 2}\n\ndata\n\n',
        b'id: 1\ndata: {"a": 1}\n\nid: 2\nretry: soon\ndata: {"b": 2}\nnonsense\nfield: x\n\n',
        b'event: ping\n\ndata: {"a": 1}\n\nevent:\ndata: {"b": 2}\n\n',
        b'data: {"a": 1}\n\n\n\n\ndata: {"b": 2}\n',
        b'data: {"a": 1}\n\ndata: {"b": 2}',
    ],
    ids=range(11),
)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_however_it_is_written_and_cut(sent: bytes, size: int) -> None:
    assert decoded(*(sent[at : at + size] for at in range(0, len(sent), size))) == [A, B]


def test_names_and_data_of_several_lines() -> None:
    sent = b'event: message_stop\ndata: {"a":\ndata:  1}\n\ndata: "\xff"\n\n'

    assert decoded(sent) == [Event("message_stop", '{"a":\n 1}'), Event("", '"\N{REPLACEMENT CHARACTER}"')]


@pytest.mark.parametrize("start", [b"data: ", b"", b": "])
def test_a_line_without_end_is_too_large(start: bytes) -> None:
    stream = EventStream()
    stream.feed(start)

    with pytest.raises(TooLarge):
        for _ in range(MAX_EVENT_BYTES // 1000 + 1):
            stream.feed(b"x" * 1000)


def test_an_event_of_many_lines_is_too_large() -> None:
    stream = EventStream()

    with pytest.raises(TooLarge):
        for _ in range(MAX_EVENT_BYTES // 1000 + 1):
            stream.feed(b"data: " + b"x" * 1000 + b"\n")


def test_a_stream_of_nothing_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "MAX_STREAM_BYTES", 2_000_000)
    stream = EventStream()

    with pytest.raises(TooLarge):
        for _ in range(21):
            stream.feed(b"\n" * 100_000)
