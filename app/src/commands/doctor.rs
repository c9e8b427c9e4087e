//! `tidemark doctor`: whether this machine and configuration can run the service.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tidemark_model::stream::Stream;
use tidemark_serve::Door;

use crate::cli::ConfigFile;
use crate::config::Config;
use crate::doors::bind;
use crate::progress::waiting;
use crate::service::open_store;

/// Checks each thing the service needs; exit code 3 where one is missing.
pub(crate) async fn run(file: ConfigFile) -> Result<ExitCode> {
    let config = match Config::read(file.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            report("configuration", Err(format!("{error:#}")));
            return Ok(ExitCode::from(3));
        }
    };
    let mut healthy = report("configuration", Ok("read".to_owned()));
    let lake = waiting("the lake is tried", open_store(&config)).await;
    let lake = lake.map(|_| format!("{} can be written, conditional puts hold", config.lake.url));
    healthy &= report("lake", lake.map_err(|error| format!("{error:#}")));
    for (door, address) in [(Door::Http, &config.http.listen), (Door::Postgres, &config.postgres.listen)] {
        let bound = bind(door, address).await.map(|_| format!("{address} is free"));
        healthy &= report(door.setting(), bound.map_err(|error| format!("{error:#}")));
    }
    let kafka = config.clone();
    let asked = tokio::task::spawn_blocking(move || check_kafka(&kafka));
    healthy &= report("kafka", waiting("the brokers are asked", asked).await?);
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn report(what: &str, outcome: Result<String, String>) -> bool {
    match &outcome {
        Ok(text) => println!("ok      {what}: {text}"),
        Err(text) => println!("MISSING {what}: {text}"),
    }
    outcome.is_ok()
}

fn check_kafka(config: &Config) -> Result<String, String> {
    let options = config.kafka_options();
    let mut client = ClientConfig::new();
    client.set("bootstrap.servers", &options.brokers).set("log_level", "0");
    for (key, value) in &options.properties {
        client.set(key, value);
    }
    let consumer: BaseConsumer = client.create().map_err(|error| error.to_string())?;
    let metadata = consumer.fetch_metadata(None, Duration::from_secs(5)).map_err(|error| {
        format!("no answer from {} ({error}): start the brokers, or set kafka.brokers", options.brokers)
    })?;
    let found: Vec<&str> = metadata.topics().iter().map(|topic| topic.name()).collect();
    let missing: Vec<String> = Stream::ALL
        .map(|stream| options.topic_of(stream))
        .into_iter()
        .filter(|t| !found.contains(&t.as_str()))
        .collect();
    if missing.is_empty() {
        return Ok(format!("{} answers, all topics are there", options.brokers));
    }
    Ok(format!(
        "{} answers; topics not there yet: {} (the service waits for them)",
        options.brokers,
        missing.join(", ")
    ))
}
