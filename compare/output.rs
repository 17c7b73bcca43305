//! A file that is written at the end, and is known from the start to be writable.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A file that can be written. What was in it stays until [`Output::write`].
pub struct Output {
    /// What is no regular file, such as a pipe: it cannot be replaced, only written to.
    stream: Option<File>,
    path: PathBuf,
    option: &'static str,
    /// Whether it is empty because it was made here, and is to go again if nothing is written.
    empty: bool,
}

impl Output {
    /// Opens what an option names.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn open(path: &Path, option: &'static str) -> Result<Self, String> {
        let made = OpenOptions::new().write(true).create_new(true).open(path);
        let (file, empty) = match made {
            Ok(file) => (Ok(file), true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (OpenOptions::new().write(true).open(path), false)
            }
            Err(error) => (Err(error), false),
        };
        let file = file.map_err(|error| cannot_write(path, option, &error))?;
        let stream =
            if file.metadata().is_ok_and(|file| file.is_file()) { None } else { Some(file) };
        Ok(Self { stream, path: path.to_owned(), option, empty })
    }

    /// Puts `text` in place of what was there.
    ///
    /// # Errors
    ///
    /// When it cannot be written, such as to a disk that is full.
    pub fn write(mut self, text: &str) -> Result<(), String> {
        self.empty = false;
        match &mut self.stream {
            Some(stream) => stream.write_all(text.as_bytes()),
            None => replace(&self.path, text),
        }
        .map_err(|error| cannot_write(&self.path, self.option, &error))
    }
}

/// Puts `text` in place of a file, in one step where the folder allows it: whenever this is ended, the
/// file is the old one or the new one.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut new = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, not for its owner only.
        new.permissions(fs::Permissions::from_mode(0o666));
    }
    let Ok(mut new) = new.tempfile_in(path.parent().unwrap_or(Path::new("."))) else {
        // A folder that takes no new files.
        return fs::write(path, text);
    };
    new.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(&path) {
        new.as_file().set_permissions(old.permissions())?;
    }
    new.persist(path)?;
    Ok(())
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.empty {
            // Somebody else may have been faster, and then there is nothing to do.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn cannot_write(path: &Path, option: &str, error: &io::Error) -> String {
    format!("cannot write {}: {error}; choose another file with {option}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.json");
        fs::write(&path, "something long").unwrap();
        let output = Output::open(&path, "--json").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "something long");
        output.write("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Who has the old file open reads it to its end.
    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_mode_and_its_links() {
        use std::{io::Read, os::unix::fs::PermissionsExt};

        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["run.json", "link.json"].map(|name| folder.path().join(name));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut old = File::open(&path).unwrap();
        Output::open(&link, "--json").unwrap().write("new").unwrap();

        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let mut text = String::new();
        old.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_written_to() {
        Output::open(Path::new("/dev/null"), "--json").unwrap().write("text").unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }

    #[test]
    fn what_is_not_written_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = ["old.json", "new.json"].map(|name| folder.path().join(name));
        fs::write(&old, "").unwrap();
        drop([&old, &new].map(|path| Output::open(path, "--json").unwrap()));
        assert!(old.exists() && !new.exists());
    }
}
