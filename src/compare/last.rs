//! The last whole run here, which `polyglot serve` hands out to the page.

use std::{error::Error, fs, io, path::Path};

use super::{output, record::Record};

/// Its name, in the workspace's target folder as in the site.
pub const FILE: &str = "compare.json";

/// Puts a run in place of the last one, in one step: nobody reads half of it.
///
/// # Errors
///
/// When `folder` cannot be written to.
pub fn keep(folder: &Path, record: &Record) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    output::replace(&folder.join(FILE), &record.to_json()?)?;
    Ok(())
}

/// The last run as it was written, or nothing if there was none.
///
/// # Errors
///
/// When the file cannot be read, or holds something else.
pub fn read(folder: &Path) -> Result<Option<Vec<u8>>, String> {
    let path = folder.join(FILE);
    let unusable = |error: &dyn Error| {
        format!("{} is left out: {error}; run polyglot compare again", path.display())
    };
    match fs::read(&path) {
        Ok(json) => match Record::from_json(&json) {
            Ok(_) => Ok(Some(json)),
            Err(error) => Err(unusable(&*error)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_and_what_is_damaged_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        assert_eq!(read(&target), Ok(None));

        let mut record = Record::sample();
        keep(&target, &record).unwrap();
        "polyglot compare --quick".clone_into(&mut record.command);
        keep(&target, &record).unwrap();
        let json = read(&target).unwrap().unwrap();
        assert_eq!(Record::from_json(&json).unwrap(), record);
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);

        fs::write(target.join(FILE), &json[..json.len() / 2]).unwrap();
        let error = read(&target).unwrap_err();
        assert!(error.contains("compare.json is left out: EOF"), "{error}");
    }
}
