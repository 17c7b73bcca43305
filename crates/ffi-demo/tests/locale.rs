//! A file means the same in a program whose locale has a decimal comma. The locale is that of the
//! whole process, so this test is alone in its file.
#![cfg(target_os = "linux")]

use std::{env, fs, process::Command};

use ffi_demo::{Errno, Error, Series, Unit};

const DEFINITION: &str =
    "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \"\"\ngrouping -1\nEND LC_NUMERIC\n";

#[test]
fn a_decimal_point_is_a_point_in_every_locale() {
    let folder = env::temp_dir().join(format!("polyglot-{}-locale", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let [definition, comma, file] = ["source", "comma", "samples"].map(|name| folder.join(name));
    fs::write(&definition, DEFINITION).unwrap();
    // It exits with 1 for the parts that the definition leaves out.
    let made = Command::new("localedef").arg("-c").arg("-i").args([&definition, &comma]).output();

    // SAFETY: the name is NUL-terminated, and no other thread uses the environment or the locale.
    let set = unsafe {
        env::set_var("LOCPATH", &folder);
        libc::setlocale(libc::LC_NUMERIC, c"comma".as_ptr())
    };
    if set.is_null() {
        eprintln!("skipped: localedef made no locale: {made:?}");
    } else {
        let mut series = Series::new("cellar", Unit::Celsius).unwrap();
        fs::write(&file, "0 11.5\n1000 -.125e1\n2000 12\n").unwrap();
        series.load(&file).unwrap();
        let values: Vec<_> = series.samples().iter().map(|sample| sample.value).collect();
        assert_eq!(values, [11.5, -1.25, 12.0]);

        fs::write(&file, "0 11,5\n").unwrap();
        let refused = Error::Load { path: file, errno: Errno::INVALID };
        assert_eq!(series.load(folder.join("samples")), Err(refused));
    }
    fs::remove_dir_all(&folder).unwrap();
}
