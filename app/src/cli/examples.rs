//! What people type, shown at the end of each command's help.

pub(super) const DEMO: &str = "\
Examples:
  tidemark demo                            a year of events, then live ones; the console is at http://127.0.0.1:8080
  tidemark demo --once --days 30           loads a month and ends
  tidemark demo --rate 50 --dir ./try      load besides ordinary business, elsewhere";

pub(super) const RUN: &str = "\
Examples:
  tidemark run --config tidemark.toml
  tidemark run --config tidemark.toml --roles query         one more node that answers
  TIDEMARK_KAFKA__BROKERS=kafka-1:9092 tidemark run         a setting from the environment";

pub(super) const GENERATE: &str = "\
Examples:
  tidemark generate --days 30 --seed 7 --out events         files, and truth.json with what must come out
  tidemark generate --days 30 --brokers 127.0.0.1:9092 --rate 2000";

pub(super) const LOAD: &str = "\
Examples:
  tidemark load sessions.jsonl invoices.jsonl               the file's name says the stream
  tidemark load history.parquet --stream usage";

pub(super) const SQL: &str = "\
Examples:
  tidemark sql \"select city, count(*) from invoices group by 1 order by 2 desc\"
  tidemark sql --server http://127.0.0.1:8080 --file kpis.sql --format json
  tidemark sql \"select * from usage_events\" --format parquet -o usage.parquet";

pub(super) const SHELL: &str = "\
Examples:
  tidemark shell                                            over ./tidemark-data
  tidemark shell --server http://127.0.0.1:8080             over a running service
  PAGER=cat tidemark shell                                  without a pager";

pub(super) const DLQ: &str = "\
Examples:
  tidemark dlq list                                         how many, by reason
  tidemark dlq show --reason missing:city --limit 5
  tidemark dlq replay --stream invoices                     what this release accepts is taken in";

pub(super) const TABLE: &str = "\
Examples:
  tidemark table ls
  tidemark table describe invoices                          columns and what they mean
  tidemark table history invoice_events --limit 20";

pub(super) const FINANCE: &str = "\
Examples:
  tidemark finance import --pools pools.csv --rates rates.csv --policy policy.toml
  tidemark finance import --budgets budgets.csv --as ann";

pub(super) const CLOSE: &str = "\
Examples:
  tidemark close preview --month 2026-03
  tidemark close run --month 2026-03 --principal ann        prepares, and prints the pack
  tidemark close run --month 2026-03 --principal bob --approve PACK
  tidemark close reproduce --month 2026-03";

pub(super) const BUDGET: &str = "\
Examples:
  tidemark budget --month 2026-03 --city HKG
  tidemark budget --server http://127.0.0.1:8080 --format csv";

pub(super) const REPORT: &str = "\
Examples:
  tidemark report cost-allocation --month 2026-03 --format xlsx --language zh-hant -o march.xlsx
  tidemark report regional --month 2026-03 --city HKG --format pdf -o hkg.pdf
  tidemark report forwarders --month 2026-03                its rows, as a table";

pub(super) const FORECAST: &str = "\
Examples:
  tidemark forecast --series invoices_received --city HKG --grain day
  tidemark forecast --refresh                               makes all of them anew first
  tidemark forecast --format csv                            every column, every digit";

pub(super) const CAPACITY: &str = "\
Examples:
  tidemark capacity                                         what will not suffice, and the group's peaks
  tidemark capacity --all --resource invoices_per_hour";

pub(super) const ANOMALIES: &str = "\
Examples:
  tidemark anomalies list --state new --city HKG
  tidemark anomalies mark ID acknowledge
  tidemark anomalies mark ID false_alarm --why \"a planned import\"";

pub(super) const RULES: &str = "\
Examples:
  tidemark rules feedback --type rule.rollback_advised
  tidemark rules accuracy --rule fw-oocl-total --limit 20";

pub(super) const MAINTAIN: &str = "\
Examples:
  tidemark maintain compact
  tidemark maintain vacuum --dry-run";

pub(super) const PROVISION: &str = "\
Examples:
  tidemark provision grafana --out /etc/grafana/tidemark --postgres tidemark:5433
  tidemark provision prometheus --out /etc/prometheus/tidemark --grafana https://grafana.example.com";

pub(super) const DOCTOR: &str = "\
Examples:
  tidemark doctor --config tidemark.toml                    exit code 3 where something is missing";

pub(super) const CONFIG: &str = "\
Examples:
  tidemark config show --origin                             every setting, and where it comes from";

pub(super) const COMPLETIONS: &str = "\
Examples:
  tidemark completions bash > /etc/bash_completion.d/tidemark
  tidemark completions zsh > ~/.zfunc/_tidemark";

pub(super) const MAN: &str = "\
Examples:
  tidemark man --out /usr/local/share/man/man1 && man tidemark-sql";
