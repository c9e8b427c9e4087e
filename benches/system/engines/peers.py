"""DuckDB, ClickHouse (chDB) and plain DataFusion over the files, two threads each, in this process."""

from pathlib import Path

from system.engines import dialect

TABLES = ("session_events", "invoice_events", "usage_events")
THREADS = 2


def pattern(files: Path, table: str) -> str:
    return f"{files}/{table}/city=*/_month=*/*.parquet"


class DuckDB:
    """Footers stay cached (`parquet_metadata_cache`), and so do bytes of files (its external file cache)."""

    def __init__(self, files: Path, asked: dialect.Asked):
        import duckdb

        self.asked, self.dialect, self.version = asked, dialect.DuckDB(), duckdb.__version__
        self.connection = duckdb.connect(config={"threads": THREADS})
        self.connection.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
        for table in TABLES:
            options = "hive_partitioning = true, hive_types = {city: VARCHAR, _month: VARCHAR}"
            source = f"read_parquet('{pattern(files, table)}', {options})"
            self.connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {source}")

    def load(self, file: Path) -> None:
        self.connection.execute(f"CREATE TABLE kpi_daily AS SELECT * FROM read_parquet('{file}') ORDER BY kpi, bucket")

    def prepare(self, query: str):
        text = self.dialect.text(query, self.asked)
        return lambda: self.connection.sql(text).to_arrow_table()

    def rows(self, answer) -> list[dict]:
        return named(answer)


class ClickHouse:
    """Its settings by default keep footers cached (`use_parquet_metadata_cache`)."""

    def __init__(self, files: Path, asked: dialect.Asked):
        import chdb
        from chdb import session

        self.asked, self.dialect, self.version = asked, dialect.ClickHouse(), chdb.__version__
        self.session = session.Session()
        self.session.query(f"SET max_threads = {THREADS}, use_hive_partitioning = 1, session_timezone = 'UTC'")
        # As standard SQL has them: what is not there is null, in joins and in frames of windows.
        self.session.query("SET join_use_nulls = 1, data_type_default_nullable = 1")
        self.session.query("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
        self.session.query("USE bench")
        for table in TABLES:
            self.session.query(f"CREATE VIEW {table} AS SELECT * FROM file('{pattern(files, table)}', Parquet)")

    def load(self, file: Path) -> None:
        source = f"SELECT * FROM file('{file}', Parquet)"
        kept = "CREATE TABLE kpi_daily ENGINE = MergeTree ORDER BY (kpi, bucket) SETTINGS allow_nullable_key = 1"
        self.session.query(f"{kept} AS {source}")

    def prepare(self, query: str):
        text = self.dialect.text(query, self.asked)
        return lambda: self.session.query(text, "ArrowTable")

    def rows(self, answer) -> list[dict]:
        return named(answer)


class DataFusion:
    """Defaults but for the partitions; `pushed` also lets filters run while Parquet is decoded."""

    def __init__(self, files: Path, asked: dialect.Asked, settings: dict[str, str] | None = None):
        import datafusion
        import pyarrow

        self.asked, self.dialect, self.version = asked, dialect.DataFusion(), datafusion.__version__
        config = datafusion.SessionConfig().with_target_partitions(THREADS)
        for key, value in (settings or {}).items():
            config = config.set(key, value)
        self.context = datafusion.SessionContext(config)
        for table in TABLES:
            columns = [(name, pyarrow.string()) for name in ("city", "_month")]
            self.context.register_parquet(table, f"{files}/{table}/", table_partition_cols=columns)

    @classmethod
    def pushed(cls, files: Path, asked: dialect.Asked) -> "DataFusion":
        parquet = "datafusion.execution.parquet"
        return cls(files, asked, {f"{parquet}.pushdown_filters": "true", f"{parquet}.reorder_filters": "true"})

    def load(self, file: Path) -> None:
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(file).sort_by([("kpi", "ascending"), ("bucket", "ascending")])
        self.context.register_record_batches("kpi_daily", [table.to_batches()])

    def prepare(self, query: str):
        text = self.dialect.text(query, self.asked)
        return lambda: self.context.sql(text).to_arrow_table()

    def rows(self, answer) -> list[dict]:
        return named(answer)


def named(table) -> list[dict]:
    return table.to_pylist()
