//! The folder of definitions: a TOML file each, named as the definition is. People may edit them by hand.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::{DateTime, Utc};
use tidemark_engine::SystemTable;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::report::Language;
use tidemark_reports::saved::definition::{Definition, from_toml, to_toml};

const EXTENSION: &str = "toml";

/// A definition as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) definition: Definition,
    /// Since when: no run before that is due.
    pub(super) saved_at: DateTime<Utc>,
}

/// The definitions of a folder, if there is one.
#[derive(Debug)]
pub(crate) struct Definitions {
    folder: Option<PathBuf>,
    /// What was last read, for the relation, which must not wait for a disk.
    known: Mutex<Vec<Kept>>,
}

impl Definitions {
    /// The folder of a configuration.
    pub(crate) fn of(folder: Option<&Path>) -> Self {
        let definitions = Self { folder: folder.map(Path::to_path_buf), known: Mutex::default() };
        definitions.remember();
        definitions
    }

    /// All definitions that can be read, by name. Others are logged.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub(super) async fn all(&self) -> Result<Vec<Kept>, ServiceError> {
        let Some(folder) = self.folder.clone() else { return Ok(Vec::new()) };
        let read = tokio::task::spawn_blocking(move || read(&folder)).await;
        let all = read.map_err(|error| failed("read the definitions", &error))??;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = all.clone();
        Ok(all)
    }

    /// The definition of a name.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub(super) async fn find(&self, name: &str) -> Result<Option<Definition>, ServiceError> {
        let all = self.all().await?;
        Ok(all.into_iter().map(|kept| kept.definition).find(|definition| definition.name == name))
    }

    /// Keeps a definition that has passed the check; its name is therefore one of a file.
    ///
    /// # Errors
    /// `NotAllowed` where there is no folder; where it cannot be written.
    pub(super) async fn write(&self, definition: &Definition) -> Result<(), ServiceError> {
        let path = self.path(&definition.name)?;
        let text = to_toml(definition).map_err(|error| failed("write a definition", &error))?;
        let unfinished = path.with_extension("part");
        let written = async {
            tokio::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).await?;
            tokio::fs::write(&unfinished, text).await?;
            tokio::fs::rename(&unfinished, &path).await
        };
        written.await.map_err(|error| failed("write a definition", &error))?;
        self.all().await.map(|_| ())
    }

    /// Forgets a definition.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub(super) async fn delete(&self, name: &str) -> Result<(), ServiceError> {
        let path = self.path(name)?;
        tokio::fs::remove_file(&path).await.map_err(|error| failed("delete a definition", &error))?;
        self.all().await.map(|_| ())
    }

    fn path(&self, name: &str) -> Result<PathBuf, ServiceError> {
        let Some(folder) = &self.folder else {
            let error = ServiceError::new(ErrorCode::NotAllowed, "there is no folder for definitions of reports");
            return Err(error.with_hint("name one in the configuration: [reports] definitions = \"FOLDER\""));
        };
        Ok(folder.join(format!("{name}.{EXTENSION}")))
    }

    fn remember(&self) {
        if let Some(Ok(all)) = self.folder.as_deref().map(read) {
            *self.known.lock().unwrap_or_else(PoisonError::into_inner) = all;
        }
    }
}

fn read(folder: &Path) -> Result<Vec<Kept>, ServiceError> {
    let unreadable = |error: std::io::Error| failed(&format!("read the folder \"{}\"", folder.display()), &error);
    let mut all = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        // It is made when the first definition is saved.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
        entries => entries.map_err(unreadable)?,
    };
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_none_or(|extension| extension != EXTENSION) {
            continue;
        }
        match kept(&path) {
            Ok(kept) => all.push(kept),
            Err(why) => tracing::warn!("{} is no definition of a report: {why}", path.display()),
        }
    }
    all.sort_by(|one, other| one.definition.name.cmp(&other.definition.name));
    Ok(all)
}

fn kept(path: &Path) -> Result<Kept, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let definition = from_toml(&text).map_err(|error| format!("{}: {error}", error.place))?;
    if path.file_stem().is_none_or(|stem| stem != definition.name.as_str()) {
        return Err(format!("it is named \"{}\", and its file must be, too", definition.name));
    }
    let saved_at = path.metadata().and_then(|facts| facts.modified()).unwrap_or_else(|_| SystemTime::now());
    Ok(Kept { definition, saved_at: saved_at.into() })
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, format!("could not {what}: {error}"))
}

/// The relation `report_definitions`.
#[derive(Debug)]
pub(crate) struct DefinitionsTable(pub(crate) Arc<Definitions>);

impl SystemTable for DefinitionsTable {
    fn name(&self) -> &'static str {
        "report_definitions"
    }

    fn meaning(&self) -> &'static str {
        "Saved reports as they are defined; report_runs says how their runs went."
    }

    fn schema(&self) -> SchemaRef {
        let text = |name| Field::new(name, DataType::Utf8, false);
        let perhaps = |name| Field::new(name, DataType::Utf8, true);
        Arc::new(Schema::new(vec![
            text("name"),
            perhaps("title"),
            text("owner"),
            perhaps("source"),
            perhaps("report"),
            perhaps("schedule"),
            text("document"),
        ]))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let all = || known.iter().map(|kept| &kept.definition);
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        let schedules = all().map(|definition| definition.schedule.as_ref().map(|s| json(serde_json::to_string(s))));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(all().map(|definition| &definition.name))),
            Arc::new(all().map(|definition| definition.title.of(Language::English)).collect::<StringArray>()),
            Arc::new(StringArray::from_iter_values(all().map(|definition| &definition.owner))),
            Arc::new(
                all()
                    .map(|definition| Some(&definition.source).filter(|source| !source.is_empty()))
                    .collect::<StringArray>(),
            ),
            Arc::new(all().map(|definition| definition.report.as_deref()).collect::<StringArray>()),
            Arc::new(schedules.collect::<StringArray>()),
            Arc::new(StringArray::from_iter_values(all().map(|definition| json(serde_json::to_string(definition))))),
        ];
        RecordBatch::try_new(self.schema(), columns).map_err(|error| failed("list the definitions", &error))
    }
}
