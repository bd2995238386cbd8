from os import PathLike
from typing import Any, Iterable, Optional, Union

__version__: str

class ChanceryError(Exception):
    """What Chancery cannot do, in one line."""

class Table:
    """Rows in Arrow's memory, which other libraries take without copying."""

    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, column: str) -> list[Any]: ...
    def to_pylist(self) -> list[dict[str, Any]]: ...
    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

class Coded:
    """What `code` gives."""

    @property
    def articles(self) -> Table: ...
    @property
    def events(self) -> Table: ...
    @property
    def quotes(self) -> Table: ...
    @property
    def unread(self) -> list[tuple[int, str]]: ...

def code(texts: Union[str, Iterable[str]], *, date: Optional[str] = None, threads: int = 0) -> Coded: ...
def parse(text: str) -> Table: ...

class Ledger:
    """A ledger that `chancery read` has filled; it is only read."""

    def __init__(self, path: Union[str, PathLike[str]]) -> None: ...
    def events(
        self,
        *,
        actor: Optional[str] = None,
        other: Optional[str] = None,
        type: Optional[str] = None,
        status: Optional[str] = None,
        since: Optional[str] = None,
        until: Optional[str] = None,
        outlet: Optional[str] = None,
        text: Optional[str] = None,
    ) -> Table: ...
    def tellings(self, event: str) -> Table: ...
    def quotes(
        self,
        *,
        speaker: Optional[str] = None,
        about: Optional[str] = None,
        text: Optional[str] = None,
        stance: Optional[str] = None,
        outlet: Optional[str] = None,
    ) -> Table: ...
    def sql(self, query: str) -> Table: ...
