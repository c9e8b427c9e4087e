"""Polars over the files: each query as the lazy frame that asks it best, by whichever of its two engines is faster."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from polars import col

from system.engines import dialect
from system.engines.peers import TABLES, pattern


class Polars:
    """It keeps no footers between queries. The number of threads is `POLARS_MAX_THREADS`."""

    version = pl.__version__

    def __init__(self, files: Path, asked: dialect.Asked, engine: str = "streaming"):
        self.asked, self.engine = asked, engine
        schema = {"city": pl.String, "_month": pl.String}
        read = lambda table: pl.scan_parquet(pattern(files, table), hive_partitioning=True, hive_schema=schema)  # noqa: E731
        self.sessions, self.invoices, self.usage = map(read, TABLES)

    @classmethod
    def in_memory(cls, files: Path, asked: dialect.Asked) -> "Polars":
        return cls(files, asked, "in-memory")

    def load(self, file: Path) -> None:
        self.rollup = pl.SQLContext(kpi_daily=pl.read_parquet(file).sort("kpi", "bucket"))

    def prepare(self, query: str):
        if query.startswith("k"):
            text = dialect.Dialect().text(query, self.asked)
            return lambda: self.rollup.execute(text, eager=True)
        frame = getattr(self, f"query_{query}")()
        return lambda: frame.collect(engine=self.engine)

    def rows(self, answer) -> list[dict]:
        return answer.to_dicts()

    def ago(self, **span: int) -> datetime:
        return self.asked.end - timedelta(**span)

    def last(self, table: pl.LazyFrame, first: datetime, until: datetime | None = None) -> pl.LazyFrame:
        """The rows of a time, and of the folders that can have them."""
        until = until or self.asked.end
        months = col("_month").is_between(pl.lit(f"{first:%Y-%m}"), pl.lit(f"{until:%Y-%m}"))
        return table.filter(months, col("time") >= first, col("time") < until)

    def query_01(self):
        return self.invoices.select(events=pl.len())

    def query_02(self):
        return self.last(self.invoices, self.ago(hours=14), self.ago(hours=13)).select(events=pl.len())

    def query_03(self):
        rows = self.last(self.invoices, self.ago(hours=18), self.ago(hours=12)).filter(col("city") == self.asked.city)
        return rows.group_by(bucket=col("time").dt.truncate("5m")).agg(events=pl.len(), pages=summed("pages"))

    def query_04(self):
        rows = self.last(self.invoices, self.ago(days=30)).group_by(col("time").dt.truncate("1h"), "city")
        return rows.agg(events=pl.len(), pages=summed("pages"), mean=col("pages").mean())

    def query_05(self):
        rows = self.last(self.usage, self.ago(days=365)).filter(col("cost").is_not_null())
        return rows.group_by(col("time").dt.truncate("1d"), "city", "service", "currency").agg(col("cost").sum())

    def query_06(self):
        classified = self.last(self.invoices, self.ago(days=90)).filter(col("type") == "invoice.classified")
        forwarders = classified.group_by("invoice_id").agg(col("forwarder").max())
        usage = self.last(self.usage, self.ago(days=90)).filter(col("cost").is_not_null())
        rate = pl.when(col("currency") == "USD").then(7.8).otherwise(1.0)
        costs = usage.select("invoice_id", cost=col("cost").cast(pl.Float64) * rate).join(forwarders, on="invoice_id")
        totals = costs.group_by("forwarder").agg(col("cost").sum())
        return totals.sort("cost", "forwarder", descending=[True, False]).head(20)

    def query_07(self):
        rows = self.last(self.usage, self.ago(days=7)).filter(col("latency_ms").is_not_null())
        share = {f"p{p}": col("latency_ms").quantile(p / 100, "linear") for p in (50, 95, 99)}
        return rows.group_by(col("time").dt.truncate("1h"), "service").agg(**share)

    def query_08(self):
        rows = self.last(self.invoices, self.ago(days=90)).group_by(col("time").dt.truncate("1d"))
        return rows.agg(col("invoice_id").drop_nulls().n_unique())

    def query_09(self):
        rows = self.last(self.usage, self.ago(days=1)).filter(col("meter").is_in(["di.calls", "llm.calls"]))
        return rows.group_by(col("time").dt.truncate("1m")).agg((col("status") != "ok").sum() / pl.len())

    def query_10(self):
        rows = self.invoices.filter(col("type") == "invoice.classified")
        latest = pl.struct("time", "event_id", "invoice_id", "confidence").max_by(pl.struct("time", "event_id"))
        found = rows.group_by("city", "forwarder").agg(latest.alias("latest")).unnest("latest")
        return found.select("city", "forwarder", "time", "invoice_id", "confidence")

    def query_11(self):
        rows = self.invoices.filter(col("invoice_id") == self.asked.invoice)
        return rows.select("time", "type", "city", "forwarder", "outcome", "message").sort("time", "type")

    def query_12(self):
        return self.invoices.filter(col("city") == self.asked.city).top_k(100, by="time").sort("time", descending=True)

    def query_13(self):
        columns = ["meter", "valid_from", "valid_until", "rate"]
        rates = pl.LazyFrame(self.asked.rates(), schema=columns, orient="row")
        rates = rates.with_columns(col("valid_from", "valid_until").cast(pl.Datetime("us", "UTC")))
        centres = pl.LazyFrame(list(dialect.CENTRES.items()), schema=["city", "centre"], orient="row")
        is_valid = col("time") >= col("valid_from"), col("time") < col("valid_until")
        rows = self.usage.join(rates, on="meter").filter(*is_valid)
        rows = rows.join(centres, on="city").group_by(col("time").dt.truncate("1mo"), "tenant", "centre")
        return rows.agg(cost=(col("quantity").cast(pl.Float64) * col("rate")).sum(), events=pl.len())

    def query_14(self):
        rows = self.invoices.filter(col("invoice_id").is_not_null()).group_by("invoice_id").agg(events=pl.len())
        return rows.sort("events", "invoice_id", descending=[True, False]).head(10)

    def query_15(self):
        rows = self.invoices.filter(col("time") < self.asked.end)
        days = rows.group_by("city", bucket=col("time").dt.truncate("1d")).agg(events=pl.len().cast(pl.Int64))
        days = days.sort("city", "bucket")
        change = col("events") - col("events").shift(7).over("city")
        mean = col("events").rolling_mean(7, min_samples=1).over("city")
        return days.select("bucket", "city", "events", change=change, mean=mean)

    def query_16(self):
        rows = self.last(self.invoices, self.ago(days=7)).filter(col("subject").str.contains("77", literal=True))
        return rows.group_by(bucket=col("time").dt.truncate("1h")).agg(events=pl.len())


def summed(name: str) -> pl.Expr:
    """A sum as SQL has it: of nothing it is null."""
    return pl.when(col(name).count() > 0).then(col(name).sum())
