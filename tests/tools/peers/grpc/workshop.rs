//! Builds the programs in the target folder, and again only when something has changed.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use super::{super::tools::find, Trouble, languages::Language};
use crate::support::{process::output, root};

/// A language's programs, ready to be started.
#[derive(Clone)]
pub struct Programs {
    folder: PathBuf,
    server: &'static str,
    client: &'static str,
}

impl Programs {
    /// Builds the programs, or finds them built.
    pub fn of(language: &Language) -> Result<Self, Trouble> {
        // Everything that a language makes is below this folder, so that the sources stay clean.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(language.folder);
        let programs = Self { folder, server: language.server, client: language.client };
        let key = key(language)?;
        programs.prepare(language, &key)?;
        Ok(programs)
    }

    pub fn server(&self) -> Command {
        self.command(self.server)
    }

    pub fn client(&self) -> Command {
        self.command(self.client)
    }

    fn prepare(&self, language: &Language, key: &str) -> Result<(), Trouble> {
        let said = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        fs::create_dir_all(&self.folder).map_err(said)?;
        // Two runs of this test may want to build at once.
        let lock = File::create(self.folder.with_extension("lock")).map_err(said)?;
        lock.lock().map_err(said)?;

        let built = self.folder.join("built");
        if fs::read_to_string(&built).is_ok_and(|built| built == key) {
            return Ok(());
        }
        fs::remove_dir_all(&self.folder).map_err(said)?;
        for source in sources(language)? {
            let copy = self.folder.join(&source);
            fs::create_dir_all(copy.parent().unwrap_or(&self.folder)).map_err(said)?;
            fs::copy(root().join(&source), copy).map_err(said)?;
        }
        for line in language.install {
            output(&mut self.command(line)).map_err(|error| {
                Trouble::Absent(format!("`{line}` cannot fetch what it needs: {error}"))
            })?;
        }
        for line in language.build {
            output(&mut self.command(line)).map_err(|error| format!("`{line}`: {error}"))?;
        }
        fs::write(built, key).map_err(said)?;
        Ok(())
    }

    fn command(&self, line: &str) -> Command {
        let mut words = line.split_whitespace();
        let program = words.next().expect("a command starts with a program");
        let program = match program.contains('/') {
            true => self.folder.join(program),
            false => program.into(),
        };
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&self.folder)
            // The Go on the PATH has to suffice: no other is downloaded.
            .env("GOTOOLCHAIN", "local");
        command
    }
}

/// A hash that changes whenever the programs have to be built again.
fn key(language: &Language) -> Result<String, Trouble> {
    let mut hasher = DefaultHasher::new();
    for line in language.tools {
        let words: Vec<_> = line.split_whitespace().collect();
        let tool = find(&words[..1]).map_err(Trouble::Absent)?;
        if words.len() > 1 {
            let mut command = Command::new(tool);
            let version = output(command.args(&words[1..]).env("GOTOOLCHAIN", "local"));
            version.map_err(Trouble::Absent)?.hash(&mut hasher);
        }
    }
    (language.install, language.build).hash(&mut hasher);
    for source in sources(language)? {
        let bytes = fs::read(root().join(&source));
        (&source, bytes.map_err(|error| format!("{}: {error}", source.display()))?)
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The source files of the language's programs, as paths from the root.
fn sources(language: &Language) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let folder = Path::new("examples/grpc").join(language.folder);
    let own = language.sources.iter().map(|source| folder.join(source));
    let mut open: Vec<_> = own.chain([PathBuf::from("proto")]).collect();
    while let Some(path) = open.pop() {
        let said = |error: std::io::Error| format!("{}: {error}", path.display());
        if !root().join(&path).is_dir() {
            files.push(path);
            continue;
        }
        for entry in fs::read_dir(root().join(&path)).map_err(said)? {
            open.push(path.join(entry.map_err(said)?.file_name()));
        }
    }
    files.sort();
    Ok(files)
}
