//! `greet` and `greet_into`: any bytes, and a buffer of any size.
#![no_main]

use std::ffi::{CStr, CString};

use ffi_demo::{Error, greet, greet_into};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, name) = input;
    if let Ok(text) = str::from_utf8(name) {
        match greet(text) {
            Ok(greeting) => assert_eq!(greeting, format!("Hello, {text}!")),
            Err(error) => {
                let position = text.find('\0').expect("only a NUL is refused");
                assert_eq!(error, Error::InteriorNul { position });
            }
        }
    }

    let Ok(name) = CString::new(name) else { return };
    let mut buffer = vec![0xAA; size.into()];
    let needed = "Hello, !\0".len() + name.count_bytes();
    match greet_into(&name, &mut buffer) {
        Ok(greeting) => assert_eq!(greeting.len() + 1, needed),
        Err(Error::NotUtf8 { valid_up_to }) => {
            assert!(name.to_str().is_err() && valid_up_to >= "Hello, ".len());
        }
        Err(error) => {
            assert_eq!(error, Error::BufferTooSmall { needed, size: buffer.len() });
            assert!(needed > buffer.len() && buffer.iter().all(|&byte| byte == 0xAA));
            return;
        }
    }
    let written = CStr::from_bytes_until_nul(&buffer).expect("it ends with a NUL");
    assert_eq!(written.to_bytes(), [b"Hello, ", name.as_bytes(), b"!"].concat());
});
