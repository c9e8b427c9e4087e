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

pub(super) const DLQ_LIST: &str = "\
Examples:
  tidemark dlq list
  tidemark dlq list --server http://127.0.0.1:8080 --format json";

pub(super) const DLQ_SHOW: &str = "\
Examples:
  tidemark dlq show --reason missing:city --limit 5
  tidemark dlq show --stream usage --format jsonl -o refused.jsonl";

pub(super) const DLQ_REPLAY: &str = "\
Examples:
  tidemark dlq replay                                       all of them
  tidemark dlq replay --stream invoices --reason missing:city";

pub(super) const TABLE: &str = "\
Examples:
  tidemark table ls
  tidemark table describe invoices                          columns and what they mean
  tidemark table history invoice_events --limit 20";

pub(super) const TABLE_LS: &str = "\
Examples:
  tidemark table ls
  tidemark table ls --dir s3://bucket/lake --format csv";

pub(super) const TABLE_DESCRIBE: &str = "\
Examples:
  tidemark table describe invoice_events                    a table
  tidemark table describe invoices --format csv             a view";

pub(super) const TABLE_HISTORY: &str = "\
Examples:
  tidemark table history invoice_events --limit 5           the five newest commits";

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

pub(super) const CLOSE_PREVIEW: &str = "\
Examples:
  tidemark close preview --month 2026-03
  tidemark close preview --month 2026-03 --city HKG --format csv";

pub(super) const CLOSE_RUN: &str = "\
Examples:
  tidemark close run --month 2026-03 --principal ann        prepares, and prints the pack
  tidemark close run --month 2026-03 --principal bob --approve PACK";

pub(super) const CLOSE_SHOW: &str = "\
Examples:
  tidemark close show --month 2026-03
  tidemark close show --month 2026-03 --out pack            its files, too";

pub(super) const CLOSE_REPRODUCE: &str = "\
Examples:
  tidemark close reproduce --month 2026-03                  exit code 3 where a byte differs
  tidemark close reproduce --month 2026-03 --out again";

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

pub(super) const ANOMALIES_LIST: &str = "\
Examples:
  tidemark anomalies list --state new --city HKG
  tidemark anomalies list --series ai_cost_hkd --limit 10 --format json";

pub(super) const ANOMALIES_MARK: &str = "\
Examples:
  tidemark anomalies mark ID acknowledge --as ann
  tidemark anomalies mark ID mute --until 2026-04-01T00:00:00Z --why \"a planned import\"";

pub(super) const EXPERIMENT: &str = "\
Examples:
  tidemark experiment                                       all of them, each metric beside its control
  tidemark experiment --experiment NAME --format csv        every column, every digit";

pub(super) const RULES: &str = "\
Examples:
  tidemark rules feedback --type rule.rollback_advised
  tidemark rules accuracy --rule fw-oocl-total --limit 20";

pub(super) const RULES_FEEDBACK: &str = "\
Examples:
  tidemark rules feedback --type rule.rollback_advised
  tidemark rules feedback --rule fw-oocl-total --limit 5";

pub(super) const RULES_ACCURACY: &str = "\
Examples:
  tidemark rules accuracy --rule fw-oocl-total --limit 20
  tidemark rules accuracy --field total_amount --format csv";

pub(super) const MAINTAIN: &str = "\
Examples:
  tidemark maintain compact
  tidemark maintain vacuum --dry-run";

pub(super) const MAINTAIN_COMPACT: &str = "\
Examples:
  tidemark maintain compact --dry-run                       only says what would be merged
  tidemark maintain compact --dir s3://bucket/lake";

pub(super) const MAINTAIN_VACUUM: &str = "\
Examples:
  tidemark maintain vacuum --dry-run                        only says what would be deleted
  tidemark maintain vacuum --retention-hours 168";

pub(super) const PROVISION: &str = "\
Examples:
  tidemark provision grafana --out /etc/grafana/tidemark --postgres tidemark:5433
  tidemark provision prometheus --out /etc/prometheus/tidemark --grafana https://grafana.example.com";

pub(super) const PROVISION_GRAFANA: &str = "\
Examples:
  tidemark provision grafana --out /etc/grafana/tidemark --postgres tidemark:5433
  tidemark provision grafana --out grafana --boards /var/lib/grafana/boards --kpis kpis";

pub(super) const PROVISION_PROMETHEUS: &str = "\
Examples:
  tidemark provision prometheus --out /etc/prometheus/tidemark --grafana https://grafana.example.com
  tidemark provision prometheus --out prometheus --runbooks https://wiki.example.com/runbooks";

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

pub(super) const VERSION: &str = "\
Examples:
  tidemark version";

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory, Parser};

    use crate::cli::Cli;

    /// A command and those below it, each with the words that call it.
    fn all(command: &Command, called: &str) -> Vec<(String, Command)> {
        let below = command.get_subcommands().flat_map(|below| all(below, &format!("{called} {}", below.get_name())));
        std::iter::once((called.to_owned(), command.clone())).chain(below).collect()
    }

    fn examples(command: &Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = help.strip_prefix("Examples:\n").unwrap_or_default();
        examples.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// What a shell gives to the command: no comment, no setting before it, nothing that follows it.
    fn words(example: &str) -> Vec<String> {
        let typed = ["  ", " > ", " && "].into_iter().fold(example, |typed, end| typed.split(end).next().unwrap());
        let mut words = Vec::new();
        for (nth, part) in typed.split('"').enumerate() {
            if nth % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        words.into_iter().skip_while(|word| word != "tidemark").collect()
    }

    #[test]
    fn each_command_has_examples_of_itself_that_can_be_typed() {
        let commands = all(&Cli::command(), "tidemark");
        assert!(commands.iter().any(|(called, _)| called == "tidemark dlq replay"));
        for (called, command) in commands.iter().skip(1) {
            let examples = examples(command);
            assert!(!examples.is_empty(), "{called} has no examples");
            for example in &examples {
                let mut words = words(example);
                assert!(words.join(" ").starts_with(called), "{called}: {example}");
                // It stands for what a preparation prints.
                words.iter_mut().filter(|word| word.as_str() == "PACK").for_each(|word| *word = "a".repeat(64));
                if let Err(error) = Cli::try_parse_from(&words) {
                    panic!("{example}: {error}");
                }
            }
        }
    }
}
