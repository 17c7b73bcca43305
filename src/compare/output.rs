//! A file that is written at the end, and is known from the start to be writable.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// An open file. What was in it stays until [`Output::write`].
pub struct Output {
    file: File,
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
        Ok(Self { file, path: path.to_owned(), option, empty })
    }

    /// Puts `text` in place of what was there.
    ///
    /// # Errors
    ///
    /// When it cannot be written, such as to a disk that is full.
    pub fn write(mut self, text: &str) -> Result<(), String> {
        self.empty = false;
        // A pipe has no length.
        let cut = match self.file.metadata() {
            Ok(file) if file.is_file() => self.file.set_len(0),
            _ => Ok(()),
        };
        cut.and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(|error| cannot_write(&self.path, self.option, &error))
    }
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
