//! Runs the detectors of anomalies over files, for the benchmarks in `benches/anomaly`.
//!
//! Both commands read CSV files of plain figures (no quotes) with a header, and print what they took per point.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::NaiveDateTime;
use clap::{Parser, Subcommand};
use tidemark_insight::anomaly::series::{Detector, Finding, Measure, Novelty, Point, Settings};

/// The benchmark's own learning period: 15 % of a file, at most 750 points. Source: NAB, `getProbationPeriod`.
const LEARNING_PERCENT: usize = 15;
const LEARNING_MAX: usize = 750;
/// NAB takes scores from 0 to 1; the detector's go to 8.
const SCORE_MAX: f64 = 8.0;

#[derive(Debug, Parser)]
#[command(about = "Runs the detectors of anomalies over files")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Scores every `timestamp,value` file below a folder with the detector that knows nothing of the series.
    Scores {
        /// NAB's folder `data`.
        data: PathBuf,
        /// Where files of the same names get `timestamp,value,anomaly_score`.
        output: PathBuf,
    },
    /// Lists the anomalies of the series of a file, `series,grain,measure,step,value,denominator,class` by series and
    /// step; grain is `hour` or `day`, measure `count`, `amount` or `rate`.
    Findings {
        /// The file of series.
        input: PathBuf,
        /// Where the findings go.
        output: PathBuf,
        /// False alarms a series and month that are put up with.
        #[arg(long, default_value_t = 0.02)]
        budget: f64,
    },
}

fn main() -> Result<()> {
    let (num_points, took) = match Arguments::parse().command {
        Command::Scores { data, output } => score_folder(&data, &output)?,
        Command::Findings { input, output, budget } => find(&input, &output, budget)?,
    };
    let micros = took.as_secs_f64() * 1e6 / num_points.max(1) as f64;
    println!("{num_points} points, {micros:.1} microseconds a point");
    Ok(())
}

fn score_folder(data: &Path, output: &Path) -> Result<(usize, Duration)> {
    let (mut num_points, mut took) = (0, Duration::ZERO);
    for entry in fs::read_dir(data).with_context(|| format!("cannot read {}", data.display()))? {
        let folder = entry?.path();
        if !folder.is_dir() {
            continue;
        }
        let target = output.join(folder.file_name().unwrap_or_default());
        fs::create_dir_all(&target)?;
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "csv") {
                let scored = score_file(&file, &target.join(file.file_name().unwrap_or_default()))?;
                num_points += scored.0;
                took += scored.1;
            }
        }
    }
    Ok((num_points, took))
}

fn score_file(input: &Path, output: &Path) -> Result<(usize, Duration)> {
    let text = fs::read_to_string(input)?;
    let lines: Vec<&str> = text.lines().skip(1).filter(|line| !line.trim().is_empty()).collect();
    let points = lines.iter().map(|line| measured(line)).collect::<Result<Vec<_>>>();
    let points = points.with_context(|| format!("cannot read {}", input.display()))?;
    let started = Instant::now();
    let mut detector = Novelty::new((points.len() * LEARNING_PERCENT / 100).min(LEARNING_MAX));
    let scores: Vec<f64> = points.iter().map(|(at_s, value)| detector.step(*at_s, *value) / SCORE_MAX).collect();
    let took = started.elapsed();
    let mut written = String::from("timestamp,value,anomaly_score\n");
    for (line, score) in lines.iter().zip(&scores) {
        written.push_str(&format!("{line},{score:.9}\n"));
    }
    fs::write(output, written)?;
    Ok((points.len(), took))
}

fn measured(line: &str) -> Result<(i64, f64)> {
    let (at, value) = line.split_once(',').context("a line has no comma")?;
    let at = NaiveDateTime::parse_from_str(at.get(..19).unwrap_or(at), "%Y-%m-%d %H:%M:%S")?;
    Ok((at.and_utc().timestamp(), value.trim().parse()?))
}

fn find(input: &Path, output: &Path, budget: f64) -> Result<(usize, Duration)> {
    let text = fs::read_to_string(input).with_context(|| format!("cannot read {}", input.display()))?;
    let mut written =
        String::from("series,from,to,noticed_at,peak,is_ongoing,kind,severity,is_above,observed,expected,score\n");
    let (mut num_points, mut took) = (0, Duration::ZERO);
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    for series in lines.chunk_by(|one, other| one.first() == other.first()) {
        let Some([name, grain, measure, ..]) = series.first().map(Vec::as_slice) else { continue };
        let points = series.iter().map(|fields| point(fields)).collect::<Result<Vec<_>>>();
        let points = points.with_context(|| format!("cannot read the series {name}"))?;
        let settings = Settings { false_alarms_per_month: budget, ..settings(grain, measure)? };
        let started = Instant::now();
        let found = run(&points, settings);
        took += started.elapsed();
        num_points += points.len();
        for finding in found {
            written.push_str(&line(name, &finding));
        }
    }
    fs::write(output, written)?;
    Ok((num_points, took))
}

/// Point by point, as the service does.
fn run(points: &[Point], settings: Settings) -> Vec<Finding> {
    let mut detector = Detector::new(settings);
    let mut found = Vec::new();
    for point in points {
        detector.step(point);
        found.extend(detector.take_finding());
    }
    found.extend(detector.ongoing());
    found
}

fn settings(grain: &str, measure: &str) -> Result<Settings> {
    let settings = match grain {
        "hour" => Settings::hourly(),
        "day" => Settings::daily(),
        other => bail!("unknown grain {other}: use hour or day"),
    };
    Ok(if measure == "rate" { settings.of_rate() } else { settings })
}

fn point(fields: &[&str]) -> Result<Point> {
    let [_, _, measure, step, value, denominator, class] = fields else { bail!("a line has not 7 fields") };
    let value: f64 = value.parse()?;
    let measure = match *measure {
        "count" => Measure::Count(value),
        "amount" => Measure::Amount(value),
        "rate" => Measure::Rate { numerator: value, denominator: denominator.parse()? },
        other => bail!("unknown measure {other}: use count, amount or rate"),
    };
    Ok(Point { step: step.parse()?, measure, is_complete: true, class: class.parse()? })
}

fn line(series: &str, finding: &Finding) -> String {
    let Finding { from, to, noticed_at, peak, is_ongoing, is_above, observed, expected, score, .. } = finding;
    let (kind, severity) = (finding.kind.id(), finding.severity.id());
    format!(
        "{series},{from},{to},{noticed_at},{peak},{is_ongoing},{kind},{severity},{is_above},{observed:.3},\
         {expected:.3},{score:.2}\n"
    )
}
