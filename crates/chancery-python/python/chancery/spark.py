"""Archives of any number, coded and joined by a cluster that runs PySpark.

    import chancery.spark

    chancery.spark.read(spark, paths, "out")    # codes: out/coded, out/errors
    chancery.spark.join(spark, "out")           # joins: out/articles, out/events, out/quotes, by month

The rows are those of ``chancery code`` on the same paths, ids of events included, whatever the number of machines and in
whatever order they come. Every machine needs this package and ``pyarrow``, and must be able to open the paths. ``code`` is
what a task does; it knows nothing of Spark, and runs under Ray or Dask as well.
"""

from __future__ import annotations

import contextlib
import functools
import os
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Optional, Sequence, Union

from . import _chancery

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["code", "join", "read"]

CODED = "path string, number bigint, article string, month string, record string, document string, code string, reason string"
GROUPS = (
    "path string, number bigint, sort string, event string, fingerprint bigint, members array<bigint>, article string, "
    "published string, tellings string, own array<bigint>, wanted array<bigint>"
)
LINKS = "a bigint, b bigint, score double, a_step bigint, b_step bigint"
LABELS = "node bigint, label bigint, moved boolean"

RECORDS_A_BATCH = 256
"""A record may be some hundred kilobytes long."""

GROUPS_A_BATCH = 4096

GROUPS_A_UNIT = 256
"""So many groups that share a key are compared with so many others at once; a key that has more is cut into several units."""


def code(
    batches: Iterable[Any], *, date: Optional[str] = None, fast: bool = False, threads: int = 1
) -> Iterator[pyarrow.RecordBatch]:
    """Codes the files that the column ``path`` of some Arrow tables or batches names; gives the rows of ``code_files`` in batches.

    >>> import pathlib, pyarrow, chancery.spark
    >>> _ = pathlib.Path("visit.txt").write_text("Putin visited Beijing on Tuesday.")
    >>> paths = pyarrow.table({"path": ["visit.txt", "gone.warc"]})
    >>> [(row["article"], row["reason"]) for batch in chancery.spark.code([paths]) for row in batch.to_pylist()]
    [('visit.txt#1', None), (None, 'gone.warc: no such file or folder')]
    """
    import pyarrow

    for batch in batches:
        for path in batch.column("path").to_pylist():
            if os.path.isdir(path):
                yield _unread(path, f"{path}: a folder; name the files in it")
                continue
            for part in _chancery.code_files(path, date=date, fast=fast, threads=threads):
                yield from pyarrow.table(part).to_batches()


def read(
    spark: SparkSession,
    paths: Union[Sequence[str], DataFrame],
    out: str,
    *,
    date: Optional[str] = None,
    fast: bool = False,
    threads: int = 1,
) -> None:
    """Codes files and archives, one a task, into ``out/coded``; what could not be read comes into ``out/errors``.

    ``paths`` are strings or a table with the column ``path``, from the root, as every worker has a folder of its own; a path that
    is named twice is read once. ``date`` and ``fast``
    are the flags of ``chancery code``; ``threads`` code in each task, so it should not be more than ``spark.task.cpus``. An
    archive that is broken or missing stops nothing. ``out/coded`` must not be there yet.
    """
    from pyspark.sql import functions as f

    if not hasattr(paths, "select"):
        paths = spark.createDataFrame([(path,) for path in paths], "path string")
    # Out of one partition they come evenly into as many as there are, so that each is a task.
    listed = paths.select("path").distinct().coalesce(1).cache()
    try:
        tasks = listed.repartition(max(1, listed.count()))
        with _rows_a_batch(spark, RECORDS_A_BATCH):
            run = functools.partial(code, date=date, fast=fast, threads=threads)
            tasks.mapInArrow(run, CODED).write.option("compression", "zstd").parquet(f"{out}/coded")
    finally:
        listed.unpersist()
    unread = spark.read.schema(CODED).parquet(f"{out}/coded").where(f.col("reason").isNotNull())
    _write(unread.select("path", "document", "code", "reason").hint("rebalance"), f"{out}/errors")


def join(spark: SparkSession, out: str, folders: Optional[Sequence[str]] = None) -> None:
    """Joins what was read into events, and writes ``out/articles``, ``out/events`` and ``out/quotes``, by month.

    ``folders`` are those that ``read`` wrote, if not ``out`` alone: archives can be read month by month, and joined together.
    ``out/joining`` holds the steps between and may be deleted. Tables of an earlier join are replaced.

    Groups of reports that share a type, two parties and a day are compared; what a link ties together is clustered as one,
    and nothing else has a say in it. So no machine needs to hold all, and the events are those of one machine.
    """
    from pyspark.sql import functions as f

    folders = [out] if folders is None else list(folders)
    coded = _coded(spark, folders)
    with _rows_a_batch(spark, RECORDS_A_BATCH):
        grouped = coded.select("path", "number", "record").mapInArrow(_groups, GROUPS)
        # Ids that grow from partition to partition: they sort as the groups do.
        sorted_ = grouped.orderBy("sort", "path", "number").drop("sort")
        groups = _kept(sorted_.withColumn("node", f.monotonically_increasing_id()), f"{out}/joining/groups")
    first = groups.groupBy("fingerprint").agg(f.min("node").alias("alike"))
    with _rows_a_batch(spark, GROUPS_A_BATCH):
        units = _units(groups.join(first.select(f.col("alike").alias("node")), "node", "left_semi"))
        links = _kept(units.mapInArrow(_links, LINKS), f"{out}/joining/links")
        labels = _components(spark, links.where("score > 0").select("a", "b"), f"{out}/joining/labels")
        clustered = _kept(_inside(links, labels).mapInArrow(_clusters, "node bigint, first bigint"), f"{out}/joining/clusters")
    events = groups.join(first, "fingerprint").join(clustered.withColumnRenamed("node", "alike"), "alike", "left")
    events = events.withColumn("first", f.coalesce("first", "alike")).select("path", "number", "members", "first")
    events = events.join(groups.select(f.col("node").alias("first"), "event"), "first")
    ids = events.groupBy("path", "number").agg(f.collect_list(f.struct("members", "event")).alias("ids"))
    with _rows_a_batch(spark, RECORDS_A_BATCH):
        whole = coded.select("path", "number", "month", "record").join(ids, ["path", "number"], "left")
        filled = whole.mapInArrow(_filled, _ddl(_schema("articles")))
        _write(filled.hint("rebalance", "month"), f"{out}/articles", "month")
        articles = spark.read.schema(_ddl(_schema("articles"))).parquet(f"{out}/articles")
        for table in ("events", "quotes"):
            run = functools.partial(_flat, table)
            rows = articles.select("path", "number", "month", "record").mapInArrow(run, _ddl(_schema(table)))
            _write(rows.hint("rebalance", "month"), f"{out}/{table}", "month")


def _coded(spark: SparkSession, folders: Sequence[str]) -> DataFrame:
    from pyspark.sql import functions as f

    parts = [spark.read.schema(CODED).parquet(f"{folder}/coded").where(f.col("record").isNotNull()) for folder in folders]
    if len(parts) > 1:
        paths = functools.reduce(lambda a, b: a.union(b), [part.select("path").distinct() for part in parts])
        twice = paths.groupBy("path").count().where("count > 1").head()
        if twice:
            raise ValueError(f"{twice['path']} was read into more than one of the folders; leave it out of all but one")
    return functools.reduce(lambda a, b: a.union(b), parts)


def _units(groups: DataFrame) -> DataFrame:
    """Rows of groups by the units in which they are compared, each unit in one piece."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    def keys(column: str, looks: bool) -> DataFrame:
        return groups.select(f.explode(column).alias("key"), f.lit(looks).alias("looks"), "node")

    all_keys = keys("own", False).union(keys("wanted", True))
    counted = all_keys.groupBy("key").agg(
        f.count_if(~f.col("looks")).alias("found"),
        f.count_if("looks").alias("looking"),
        (f.min("node") < f.max("node")).alias("several"),
    )
    # Most keys are those of one group.
    counted = counted.where("several AND found > 0 AND looking > 0").drop("several")
    place = f.row_number().over(Window.partitionBy("key", "looks").orderBy("node")) - 1
    part = f.floor(place / GROUPS_A_UNIT)
    others = f.ceil(f.when(f.col("looks"), f.col("found")).otherwise(f.col("looking")) / GROUPS_A_UNIT)
    cut = all_keys.join(counted, "key").withColumn("part", part).withColumn("others", others)
    cut = cut.select("key", "looks", "node", "part", f.explode(f.sequence(f.lit(0).cast("bigint"), f.col("others") - 1)).alias("other"))
    units = cut.select(
        "key",
        f.when(f.col("looks"), f.col("part")).otherwise(f.col("other")).alias("looking"),
        f.when(f.col("looks"), f.col("other")).otherwise(f.col("part")).alias("found"),
        "looks",
        "node",
    )
    told = units.join(groups.select("node", "article", "published", "tellings"), "node")
    unit = ["key", "looking", "found"]
    return told.select(*unit, "looks", "node", "article", "published", "tellings").repartition(*unit).sortWithinPartitions(*unit)


def _components(spark: SparkSession, links: DataFrame, place: str) -> DataFrame:
    """The smallest node to which each node is tied, directly or over others."""
    from pyspark.sql import functions as f

    both = links.union(links.select(f.col("b").alias("a"), f.col("a").alias("b")))
    begin = both.groupBy(f.col("a").alias("node")).agg(f.min("b").alias("label"))
    begin = begin.select("node", f.least("node", "label").alias("label"), f.lit(True).alias("moved"))
    labels, step = _kept(begin, f"{place}-0"), 0
    while not labels.where("moved").isEmpty():
        step += 1
        beside = both.join(labels.select(f.col("node").alias("b"), "label"), "b").groupBy(f.col("a").alias("node"))
        near = labels.select("node", f.col("label").alias("old")).join(beside.agg(f.min("label").alias("label")), "node")
        near = near.select("node", "old", f.least("old", "label").alias("near"))
        # Long chains are halved each time: what a label is tied to, is tied to what has it.
        over = labels.select(f.col("node").alias("near"), f.col("label").alias("over"))
        moved = near.join(over, "near").select("node", f.least("near", "over").alias("label"), "old")
        labels = _kept(moved.select("node", "label", (f.col("label") < f.col("old")).alias("moved")), f"{place}-{step % 2}")
    return labels.select("node", "label")


def _inside(links: DataFrame, labels: DataFrame) -> DataFrame:
    """The links within each component, which come in one piece; what speaks against is among them."""
    from pyspark.sql import functions as f

    ends = links.join(labels.select(f.col("node").alias("a"), f.col("label").alias("component")), "a")
    ends = ends.join(labels.select(f.col("node").alias("b"), f.col("label").alias("other")), "b").where("component = other")
    return ends.select("component", "a", "b", "score", "a_step", "b_step").repartition("component").sortWithinPartitions("component")


def _groups(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    names = ["sort", "event", "fingerprint", "members", "article", "published", "tellings", "own", "wanted"]
    numbers = pa.list_(pa.int64())
    types = [pa.string(), pa.string(), pa.int64(), numbers, pa.string(), pa.string(), pa.string(), numbers, numbers]
    for batch in batches:
        rows = _chancery.join_groups(batch.column("record").to_pylist())
        columns = list(zip(*rows)) or [()] * (1 + len(names))
        at = pa.array(columns[0], pa.int64())
        of_article = [batch.column(name).take(at) for name in ("path", "number")]
        arrays = [pa.array(column, type_) for column, type_ in zip(columns[1:], types)]
        yield pa.RecordBatch.from_arrays(of_article + arrays, ["path", "number"] + names)


def _links(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    for table in _whole(batches, ["key", "looking", "found"]):
        columns = {name: table.column(name).to_pylist() for name in table.column_names}
        units = list(zip(columns["key"], columns["looking"], columns["found"]))
        told = [columns[name] for name in ("looks", "node", "article", "published", "tellings")]
        yield from pa.table(_chancery.join_links(units, *told)).to_batches()


def _clusters(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    for table in _whole(batches, ["component"]):
        columns = (table.column(name).to_numpy().astype("<i8" if name != "score" else "<f8") for name in table.column_names)
        yield from pa.table(_chancery.join_clusters(*(column.tobytes() for column in columns))).to_batches()


def _filled(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    for batch in batches:
        ids = [[(one["members"], one["event"]) for one in of or ()] for of in batch.column("ids").to_pylist()]
        records = _chancery.with_events(batch.column("record").to_pylist(), ids)
        told = [batch.column(name) for name in ("path", "number", "month")]
        whole = pa.RecordBatch.from_arrays(told + [pa.array(records, pa.string())], ["path", "number", "month", "record"])
        yield from _flat("articles", [whole])


def _flat(which: str, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """A table of the records: articles, events or quotes."""
    import pyarrow as pa

    schema = _schema(which)
    for batch in batches:
        coded = _chancery.tables(batch.column("record").to_pylist())
        articles, rows = pa.table(coded.articles), pa.table(getattr(coded, which))
        of = rows.column("text").combine_chunks()
        columns = {name: rows.column(name) for name in rows.column_names}
        columns |= {name: batch.column(name).take(of) for name in ("path", "number", "month", "record")}
        if which != "articles":
            columns |= {name: articles.column(name).take(of) for name in ("outlet", "published", "url")}
            columns["nth"] = pa.array(_nth(of.to_pylist()), pa.int64())
        yield from pa.table([columns[name] for name in schema.names], schema=schema).combine_chunks().to_batches()


def _nth(values: Sequence[int]) -> Iterator[int]:
    """How many equal values come directly before each."""
    before, n = None, 0
    for value in values:
        n = n + 1 if value == before else 0
        before = value
        yield n


def _schema(which: str) -> pyarrow.Schema:
    """The columns of a table; the month, by which it is parted, stands last."""
    import pyarrow as pa

    coded = _chancery.tables([])
    own = [field for field in pa.schema(getattr(coded, which)) if field.name != "text"]
    words = {"articles": ["record"]}.get(which, ["outlet", "published", "url"])
    nth = [] if which == "articles" else [pa.field("nth", pa.int64())]
    fields = [pa.field("path", pa.string()), pa.field("number", pa.int64()), *nth, *own]
    return pa.schema(fields + [pa.field(name, pa.string()) for name in [*words, "month"]])


def _ddl(schema: pyarrow.Schema) -> str:
    """The columns as Spark writes them."""

    def named(type_: Any) -> str:
        if hasattr(type_, "value_type"):
            return f"array<{named(type_.value_type)}>"
        return {"string": "string", "int64": "bigint", "double": "double", "bool": "boolean"}[str(type_)]

    return ", ".join(f"`{field.name}` {named(field.type)}" for field in schema)


def _whole(batches: Iterable[pyarrow.RecordBatch], names: Sequence[str]) -> Iterator[pyarrow.Table]:
    """Sorted batches, cut anew so that rows with the same values of the columns come together."""
    import pyarrow as pa

    rest: list[pyarrow.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        last = _keys(batch, names, -1)
        cut = batch.num_rows
        while cut and _keys(batch, names, cut - 1) == last:
            cut -= 1
        if rest and cut == 0 and _keys(rest[-1], names, -1) == last:
            rest.append(batch)
            continue
        begin = pa.Table.from_batches([*rest, batch.slice(0, cut)])
        if begin.num_rows:
            yield begin
        rest = [batch.slice(cut)]
    if rest:
        yield pa.Table.from_batches(rest)


def _keys(batch: pyarrow.RecordBatch, names: Sequence[str], row: int) -> list[int]:
    return [batch.column(name)[row].as_py() for name in names]


def _unread(path: str, reason: str) -> pyarrow.RecordBatch:
    import pyarrow as pa

    names = [column.split()[0] for column in CODED.split(", ")]
    told = {"path": path, "document": path, "reason": reason}
    columns = [pa.array([told.get(name)], pa.int64() if name == "number" else pa.string()) for name in names]
    return pa.RecordBatch.from_arrays(columns, names)


@contextlib.contextmanager
def _rows_a_batch(spark: SparkSession, rows: int) -> Iterator[None]:
    """How many rows a task is given at a time."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = spark.conf.get(name)
    spark.conf.set(name, str(rows))
    try:
        yield
    finally:
        spark.conf.set(name, before)


def _write(rows: DataFrame, place: str, *by: str) -> None:
    # All months are replaced, whatever the session says: none of an earlier join may stay.
    writer = rows.write.mode("overwrite").option("compression", "zstd").option("partitionOverwriteMode", "static")
    writer.partitionBy(*by).parquet(place)


def _kept(rows: DataFrame, place: str) -> DataFrame:
    """The rows, once they are written: what they were made of is not run again."""
    _write(rows, place)
    return rows.sparkSession.read.schema(rows.schema).parquet(place)
