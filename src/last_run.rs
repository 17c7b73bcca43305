//! The last whole run of `cargo compare`, which `polyglot serve` gives to the page.

use std::{fs, io, path::Path};

use serde::Deserialize;

/// The file's name, in the workspace's target folder and in the site.
pub const FILE: &str = "compare.json";

/// The version of its format. It changes when the meaning of a field does.
pub const SCHEMA: u32 = 1;

/// The part of a run that shows whether the page can read it.
#[derive(Deserialize)]
struct Head {
    schema: u32,
}

/// The last run as it was written, or `None` if there was none.
///
/// # Errors
///
/// When the file cannot be read, is not JSON, or has another format.
pub fn read(folder: &Path) -> Result<Option<Vec<u8>>, String> {
    let path = folder.join(FILE);
    let unusable = |error: &dyn std::fmt::Display| {
        format!("cannot use {}: {error}; run `cargo compare` again", path.display())
    };
    let json = match fs::read(&path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&error)),
    };
    match serde_json::from_slice(&json) {
        Ok(Head { schema: SCHEMA }) => Ok(Some(json)),
        Ok(Head { schema }) => {
            Err(unusable(&format!("its format has version {schema}, not {SCHEMA}")))
        }
        Err(error) => Err(unusable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_if_it_is_whole_and_of_this_format() {
        let folder = tempfile::tempdir().unwrap();
        let read = || read(folder.path());
        let write = |json: &str| fs::write(folder.path().join(FILE), json).unwrap();
        assert_eq!(read(), Ok(None));

        let json = include_str!("../tests/data/sample.json");
        write(json);
        assert_eq!(read(), Ok(Some(json.as_bytes().to_vec())));

        write(&json[..json.len() / 2]);
        let error = read().unwrap_err();
        assert!(error.contains("compare.json: EOF"), "{error}");

        write(r#"{ "schema": 0 }"#);
        let error = read().unwrap_err();
        assert!(error.contains("version 0, not 1"), "{error}");
    }
}
