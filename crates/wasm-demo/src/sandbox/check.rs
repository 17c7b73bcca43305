//! The checks of a module before it is compiled.

use wasmparser::{BinaryReaderError, Chunk, CompositeInnerType, Parser, Payload};
use wasmtime::{Engine, Module};

use super::{Error, Limits};

/// The most parameters, and the most results, of a function or block. A call or a block of two bytes
/// makes the compiler handle each of them, and the format allows a thousand.
const MAX_VALUES: usize = 32;

const OBJECT: &str = "an object file: link a module of it first, with wasm-ld";
const FOR_JAVASCRIPT: &str =
    "a module for JavaScript: build it without wasm-bindgen, and export its functions by hand";

/// Refuses bytes that are something else, and a module that is too large, that declares too much for
/// the compiler, or that is not valid. Of others, says whether they have a start function.
pub fn module(engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<bool, Error> {
    if let Some(found) = something_else(bytes) {
        return Err(Error::NotAModule(found));
    }
    Error::check("bytes", bytes.len() as u64, limits.module_bytes)?;
    let Declared { values, locals, tables, starts, .. } = declarations(bytes)?;
    Error::check("parameters or results", values as u64, MAX_VALUES)?;
    // Each local is work for the compiler, as a byte of code is.
    Error::check("locals", locals, limits.module_bytes)?;
    Error::check("tables", tables, limits.tables)?;

    Module::validate(engine, bytes).map_err(|error| match error.downcast_ref() {
        Some(error) => Error::malformed(error),
        None => Error::Malformed { offset: 0, reason: error.to_string() },
    })?;
    Ok(starts)
}

/// A description of the bytes, unless they begin as a module does.
fn something_else(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [] => "an empty file: copy or download it again",
        [0, b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => {
            "a component: load the core module it was made from, or use wasmtime::component"
        }
        [0x1f, 0x8b, ..] => "a file packed by gzip: unpack it first",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a file packed by zstd: unpack it first",
        [b'P', b'K', 3, 4, ..] => "a zip archive: unpack it first",
        [0x7f, b'E', b'L', b'F', ..] | [0xcf, 0xfa, 0xed, 0xfe, ..] | [b'M', b'Z', ..] => {
            "native code, or a module that was compiled already: load the .wasm file"
        }
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] | [b'B', b'C', 0xc0, 0xde, ..] => OBJECT,
        _ if bytes.iter().zip(b"\0asm").all(|(byte, magic)| byte == magic) => return None,
        _ => text(&bytes[..bytes.len().min(256)]),
    })
}

fn text(beginning: &[u8]) -> &'static str {
    // A character that is cut by the end becomes U+FFFD, and so does each that is not UTF-8.
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let binary = |c: char| c == '\u{fffd}' || c.is_control() && !c.is_whitespace();
    if text.starts_with('<') {
        "a page of HTML or XML: did the server answer with an error page?"
    } else if text.starts_with('(') || text.starts_with(";;") {
        "WebAssembly's text format: compile it first, with wat2wasm or the crate wat"
    } else if text.trim_end_matches('\u{fffd}').contains(binary) {
        "bytes of an unknown kind: a module begins with \\0asm"
    } else {
        "some other text: is this the right file?"
    }
}

/// Reads the declarations of a module. This is fast, and finds what would make later steps slow.
fn declarations(bytes: &[u8]) -> Result<Declared, Error> {
    let (mut parser, mut rest, mut declared) = (Parser::new(0), bytes, Declared::default());
    loop {
        let cut_short = Error::CutShort { size: bytes.len() };
        let payload = match parser.parse(rest, rest.is_empty()) {
            Ok(Chunk::Parsed { payload: Payload::End(_), .. }) => return Ok(declared),
            Ok(Chunk::Parsed { payload, consumed }) => {
                rest = &rest[consumed..];
                payload
            }
            Ok(Chunk::NeedMoreData(_)) => return Err(cut_short),
            Err(error) if rest.is_empty() && error.message().contains("unexpected end") => {
                return Err(cut_short);
            }
            Err(error) => return Err(Error::malformed(&error)),
        };
        declared.add(&payload).map_err(|error| Error::malformed(&error))?;
        if let Some(found) = declared.not_plain {
            return Err(Error::NotAModule(found));
        }
    }
}

/// The declarations of which a few bytes can make many, the sign of a module of another kind, and
/// whether there is a start function.
#[derive(Default)]
struct Declared {
    not_plain: Option<&'static str>,
    values: usize,
    locals: u64,
    tables: u64,
    starts: bool,
}

impl Declared {
    fn add(&mut self, payload: &Payload) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(types) => {
                for group in types.clone() {
                    for subtype in group?.types() {
                        if let CompositeInnerType::Func(of) = &subtype.composite_type.inner {
                            self.values =
                                self.values.max(of.params().len()).max(of.results().len());
                        }
                    }
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let module = import?.module;
                    if module.ends_with(".js")
                        || module.starts_with("__wbindgen_")
                        || module == "wbg"
                    {
                        self.not_plain = Some(FOR_JAVASCRIPT);
                    }
                }
            }
            Payload::StartSection { .. } => self.starts = true,
            Payload::TableSection(tables) => self.tables += u64::from(tables.count()),
            Payload::CodeSectionEntry(body) => {
                for locals in body.get_locals_reader()? {
                    self.locals = self.locals.saturating_add(locals?.0.into());
                }
            }
            Payload::CustomSection(section) if section.name() == "linking" => {
                self.not_plain = Some(OBJECT);
            }
            _ => {}
        }
        Ok(())
    }
}
