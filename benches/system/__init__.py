"""Benchmarks of the whole system: real broker, real binary, real clients; each prints ratios measured in one run.

    PYTHONPATH=tests:benches ~/.cache/tidemark-venv/bin/python -m system.ingest --help

`ingest`: out of a filled Kafka into Delta, beside the client library alone and a plain Python consumer.
`peers`: the same beside kafka-delta-ingest, on a disk and on S3.
`throughput`: generator, broker and service side by side, from the first event produced to the last one landed.
`scan`: the lake's scan beside plain DataFusion and DuckDB over the same files.
`queries`: sixteen queries and six KPIs beside DuckDB, chDB, Polars and plain DataFusion over the same files.
`mix`: a dashboard's panels for many viewers while events arrive.
`freshness`: from produce to visible in SQL, and the service's memory over time, by background rate.
"""
