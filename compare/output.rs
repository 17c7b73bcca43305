//! A file that is written at the end, and checked for writing at the start.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A file that can be written. Its old content stays until [`Output::write`].
pub struct Output {
    file: File,
    path: PathBuf,
    option: &'static str,
    /// True when this created the file; it is removed again if nothing is written.
    made: bool,
}

impl Output {
    /// Opens the file that an option names.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn open(path: &Path, option: &'static str) -> Result<Self, String> {
        let made = !path.exists();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.map_err(|error| cannot_write(path, option, &error))?;
        Ok(Self { file, path: path.to_owned(), option, made })
    }

    /// Replaces the old content with `text`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, such as on a full disk.
    pub fn write(mut self, text: &str) -> Result<(), String> {
        self.made = false;
        // A pipe or a terminal has no length.
        let regular = self.file.metadata().is_ok_and(|file| file.is_file());
        let emptied = if regular { self.file.set_len(0) } else { Ok(()) };
        emptied
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(|error| cannot_write(&self.path, self.option, &error))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.made {
            // If the file is gone already, there is nothing to do.
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
    fn a_file_is_replaced_or_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = ["old.json", "new.json"].map(|name| folder.path().join(name));
        fs::write(&old, "something long").unwrap();
        drop([&old, &new].map(|path| Output::open(path, "--json").unwrap()));
        assert_eq!(fs::read_to_string(&old).unwrap(), "something long");
        assert!(!new.exists());

        for path in [&old, &new] {
            Output::open(path, "--json").unwrap().write("short").unwrap();
            assert_eq!(fs::read_to_string(path).unwrap(), "short");
        }
        #[cfg(unix)]
        Output::open(Path::new("/dev/null"), "--json").unwrap().write("text").unwrap();
    }
}
