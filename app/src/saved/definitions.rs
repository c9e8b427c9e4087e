//! The folder of definitions: a TOML file each, named as the definition is. People may edit them by hand, so a file may
//! hold no definition, or one that no run can come of: what is wrong with it is known beside it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_reports::saved::definition::{Definition, from_toml, to_toml};

const EXTENSION: &str = "toml";

/// A definition as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) definition: Definition,
    /// Since when: no run before that is due.
    pub(super) saved_at: DateTime<Utc>,
}

/// A file of the folder, and what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its stem, which a definition is named by.
    pub(super) name: String,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
    /// Its definition; none where it holds none.
    kept: Option<Kept>,
    /// Whether its definition has passed the check as it is now.
    is_sound: bool,
}

impl Entry {
    /// Its definition; none where it holds none.
    pub(super) fn definition(&self) -> Option<&Definition> {
        self.kept.as_ref().map(|kept| &kept.definition)
    }
}

/// The definitions of a folder, if there is one.
#[derive(Debug)]
pub(crate) struct Definitions {
    folder: Option<PathBuf>,
    /// Held while the folder is read, so that what was read last is what is known.
    reading: tokio::sync::Mutex<()>,
    /// What was last read, for the relation, which must not wait for a disk.
    known: Mutex<Vec<Entry>>,
}

impl Definitions {
    /// The folder of a configuration.
    pub(crate) fn of(folder: Option<&Path>) -> Self {
        let folder = folder.map(Path::to_path_buf);
        let definitions = Self { folder, reading: tokio::sync::Mutex::default(), known: Mutex::default() };
        if let Some(Ok(all)) = definitions.folder.as_deref().map(read) {
            definitions.remember(all);
        }
        definitions
    }

    /// All definitions that can be read, by name. What is wrong with others is logged when it is new.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub(super) async fn all(&self) -> Result<Vec<Kept>, ServiceError> {
        let Some(folder) = self.folder.clone() else { return Ok(Vec::new()) };
        let _reading = self.reading.lock().await;
        let read = tokio::task::spawn_blocking(move || read(&folder)).await;
        let all = read.map_err(|error| failed("read the definitions", &error))??;
        let kept = all.iter().filter_map(|entry| entry.kept.clone()).collect();
        self.remember(all);
        Ok(kept)
    }

    /// The definition of a name.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub(super) async fn find(&self, name: &str) -> Result<Option<Definition>, ServiceError> {
        let all = self.all().await?;
        Ok(all.into_iter().map(|kept| kept.definition).find(|definition| definition.name == name))
    }

    /// Every file as it was last read.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.known().clone()
    }

    /// The definitions that have not passed the check as they are now: they are new, were changed, or are wrong.
    pub(super) fn unsound(&self) -> Vec<Definition> {
        self.known().iter().filter(|entry| !entry.is_sound).filter_map(Entry::definition).cloned().collect()
    }

    /// Notes what the check of a definition found wrong with it, unless it has changed since.
    pub(super) fn note(&self, checked: &Definition, problem: Option<String>) {
        let mut known = self.known();
        let Some(entry) = known.iter_mut().find(|entry| entry.definition() == Some(checked)) else { return };
        let is_news = entry.problem != problem;
        (entry.is_sound, entry.problem) = (problem.is_none(), problem);
        if is_news {
            tell(entry);
        }
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

    /// Takes what was read as what is known. What the check found holds for a definition that is the same.
    fn remember(&self, mut all: Vec<Entry>) {
        let mut known = self.known();
        for entry in &mut all {
            let Some(before) = known.iter().find(|before| before.name == entry.name) else { continue };
            if entry.kept.is_some() && entry.definition() == before.definition() {
                (entry.is_sound, entry.problem) = (before.is_sound, before.problem.clone());
            }
        }
        news(&known, &all).into_iter().for_each(tell);
        *known = all;
    }

    fn known(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A problem with the place where it is, which is empty where it is the whole.
pub(super) fn placed(place: &str, message: &str) -> String {
    if place.is_empty() { message.to_owned() } else { format!("{place}: {message}") }
}

/// The files that have a problem that they had not before.
fn news<'a>(before: &[Entry], all: &'a [Entry]) -> Vec<&'a Entry> {
    let had = |entry: &Entry| before.iter().any(|had| had.name == entry.name && had.problem == entry.problem);
    all.iter().filter(|entry| entry.problem.is_some() && !had(entry)).collect()
}

fn tell(entry: &Entry) {
    if let Entry { name, problem: Some(problem), .. } = entry {
        tracing::warn!("no run can come of the report \"{name}\" as its file defines it: {problem}");
    }
}

fn read(folder: &Path) -> Result<Vec<Entry>, ServiceError> {
    let unreadable = |error: std::io::Error| failed(&format!("read the folder \"{}\"", folder.display()), &error);
    let mut all = Vec::new();
    let files = match std::fs::read_dir(folder) {
        // It is made when the first definition is saved.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(all),
        files => files.map_err(unreadable)?,
    };
    for file in files {
        let path = file.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            all.extend(entry(&path));
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// What a file holds; nothing where it is gone by now.
fn entry(path: &Path) -> Option<Entry> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let kept = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => Err(error.to_string()),
        Ok(text) => kept(path, &name, &text),
    };
    let (kept, problem) = match kept {
        Ok(kept) => (Some(kept), None),
        Err(problem) => (None, Some(problem)),
    };
    Some(Entry { name, problem, kept, is_sound: false })
}

fn kept(path: &Path, name: &str, text: &str) -> Result<Kept, String> {
    let definition = from_toml(text).map_err(|error| placed(&error.place, &error.message))?;
    if definition.name != name {
        return Err(format!("it is named \"{}\", and its file must be, too", definition.name));
    }
    let saved_at = path.metadata().and_then(|facts| facts.modified()).unwrap_or_else(|_| SystemTime::now());
    Ok(Kept { definition, saved_at: saved_at.into() })
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, format!("could not {what}: {error}"))
}

#[cfg(test)]
pub(super) mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A folder with a definition, a text that is none, and a file that is not named as its definition.
    pub(in crate::saved) fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        put(&folder, "good", &definition("good", "invoices"));
        put(&folder, "broken", "name = \n");
        put(&folder, "moved", &definition("good", "invoices"));
        std::fs::write(folder.path().join("notes.txt"), "no definition, and none that is meant").unwrap();
        folder
    }

    fn put(folder: &TempDir, name: &str, text: &str) {
        std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }

    fn definition(name: &str, source: &str) -> String {
        format!(
            "name = \"{name}\"\nowner = \"ann\"\nsource = \"{source}\"\ncolumns = [{{ column = \"city\" }}]\n\
             title = {{ en = \"Cities\" }}\n"
        )
    }

    fn problems(definitions: &Definitions) -> Vec<(String, Option<String>)> {
        definitions.entries().into_iter().map(|entry| (entry.name, entry.problem)).collect()
    }

    #[tokio::test]
    async fn a_file_that_holds_no_definition_is_known_with_its_problem_until_it_is_mended() {
        let folder = folder();
        let definitions = Definitions::of(Some(folder.path()));
        let found = problems(&definitions);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["broken", "good", "moved"]);
        let says = |nth: usize, words: &str| found[nth].1.as_ref().is_some_and(|problem| problem.contains(words));
        assert!(says(0, "line 1") && found[1].1.is_none() && says(2, "named \"good\""), "{found:?}");
        assert_eq!(definitions.all().await.unwrap().len(), 1);
        assert_eq!(definitions.find("broken").await.unwrap(), None);
        put(&folder, "broken", &definition("broken", "invoices"));
        assert!(definitions.find("broken").await.unwrap().is_some());
        assert_eq!(problems(&definitions)[0], ("broken".to_owned(), None));
    }

    #[test]
    fn a_problem_is_news_once_until_it_changes() {
        let folder = folder();
        let names = |entries: Vec<&Entry>| entries.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>();
        let first = read(folder.path()).unwrap();
        assert_eq!(names(news(&[], &first)), ["broken", "moved"]);
        assert!(news(&first, &read(folder.path()).unwrap()).is_empty());
        put(&folder, "broken", "owner = 1\n");
        assert_eq!(names(news(&first, &read(folder.path()).unwrap())), ["broken"]);
    }

    #[tokio::test]
    async fn what_the_check_found_holds_until_the_definition_changes() {
        let folder = folder();
        let definitions = Definitions::of(Some(folder.path()));
        let unsound = definitions.unsound();
        assert_eq!(unsound.iter().map(|definition| &definition.name).collect::<Vec<_>>(), ["good"]);
        definitions.note(&unsound[0], Some("source: there is none".to_owned()));
        definitions.all().await.unwrap();
        assert_eq!(problems(&definitions)[1].1.as_deref(), Some("source: there is none"));
        assert_eq!(definitions.unsound(), unsound, "what is wrong is looked at again");
        definitions.note(&unsound[0], None);
        definitions.all().await.unwrap();
        assert_eq!((problems(&definitions)[1].1.as_deref(), definitions.unsound().len()), (None, 0));

        put(&folder, "good", &definition("good", "sessions"));
        definitions.all().await.unwrap();
        assert_eq!(definitions.unsound()[0].source, "sessions");
        definitions.note(&unsound[0], Some("it was checked as it is no more".to_owned()));
        assert_eq!(problems(&definitions)[1].1, None);
    }
}
