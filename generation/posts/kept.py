"""What was made of long texts, kept by each process: anybody may open a shared page as often as they like.

A text of 2 MB can take a quarter of a minute to render. What is made of one stands under the text's own hash,
so that nothing in here is ever out of date.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

WORTH_KEEPING = 20_000
"""Characters; what is shorter takes milliseconds."""
MOST, MOST_BYTES = 64, 16 << 20


class Kept[T]:
    """`make`, a function of a text, with its newest results; `size` gives the bytes of one.

    Who asks for a text that is in the making waits for it. What fails is raised for all who waited, and
    is tried again by the next.
    """

    def __init__(self, make: Callable[[str], T], size: Callable[[T], int]) -> None:
        self._make, self._size = make, size
        self._kept: OrderedDict[bytes, Future[T]] = OrderedDict()
        self._sizes: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def __call__(self, text: str) -> T:
        if len(text) < WORTH_KEEPING:
            return self._make(text)
        key = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                mine = self._kept[key] = Future[T]()
            else:
                self._kept.move_to_end(key)
        return self._made(key, text, mine) if found is None else found.result()

    def _made(self, key: bytes, text: str, future: Future[T]) -> T:
        try:
            made = self._make(text)
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            future.set_exception(error)
            raise
        future.set_result(made)
        with self._lock:
            if key in self._kept:  # else others have come meanwhile, too many
                self._sizes[key] = self._size(made)
            while len(self._kept) > MOST or sum(self._sizes.values()) > MOST_BYTES:
                oldest, _ = self._kept.popitem(last=False)
                self._sizes.pop(oldest, None)
        return made
