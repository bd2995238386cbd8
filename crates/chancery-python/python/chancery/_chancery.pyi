from os import PathLike
from typing import Any, Iterable, Iterator, Optional, Union

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

class CodedFiles:
    """What `code_files` gives: tables, one after another."""

    def __iter__(self) -> Iterator[Table]: ...
    def __next__(self) -> Table: ...

def code_files(
    paths: Union[str, PathLike[str], Iterable[Union[str, PathLike[str]]]],
    *,
    date: Optional[str] = None,
    fast: bool = False,
    site_lines: bool = False,
    threads: int = 1,
) -> CodedFiles: ...
def tables(records: Iterable[str]) -> Coded: ...

# The steps of `chancery.spark`, which may change with any version.
def join_groups(
    records: list[str],
) -> list[tuple[int, str, str, int, list[int], str, Optional[str], str, list[int], list[int]]]: ...
def join_links(
    units: list[tuple[int, int, int]],
    looks: list[bool],
    nodes: list[int],
    articles: list[str],
    dates: list[Optional[str]],
    tellings: list[str],
) -> Table: ...
def join_clusters(
    components: bytes, a: bytes, b: bytes, scores: bytes, a_steps: bytes, b_steps: bytes
) -> Table: ...
def with_events(records: list[str], ids: list[list[tuple[list[int], str]]]) -> list[str]: ...

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
