//! What is looked at before anything is compiled.

use wasmparser::{BinaryReaderError, CompositeInnerType, Parser, Payload};
use wasmtime::{Engine, Module};

use super::{Error, Limits};

/// The most parameters, and the most results, of a function or block. A call or a block of two bytes
/// makes the compiler handle each of them, and the format allows a thousand.
const MAX_VALUES: usize = 32;

const PAGE: u64 = 65_536;

/// Refuses a module that is too large, that promises to be too expensive, or that is not valid.
pub fn module(engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    if bytes.len() > limits.module_bytes {
        return Err(Error::TooLarge { size: bytes.len(), limit: limits.module_bytes });
    }
    // First what it declares, which takes a glance, and may make all the rest slow.
    let mut declared = Declared::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| Error::malformed(&error))?;
        declared.add(&payload).map_err(|error| Error::malformed(&error))?;
    }
    declared.check(limits)?;

    Module::validate(engine, bytes).map_err(|error| match error.downcast_ref() {
        Some(error) => Error::malformed(error),
        None => Error::Malformed { offset: 0, reason: error.to_string() },
    })
}

/// What a few bytes of a module can declare much of.
#[derive(Default)]
struct Declared {
    values: usize,
    locals: u64,
    tables: usize,
    table_elements: u64,
    memory_bytes: u64,
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
            Payload::TableSection(tables) => {
                for table in tables.clone() {
                    self.tables += 1;
                    self.table_elements = self.table_elements.saturating_add(table?.ty.initial);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories.clone() {
                    let bytes = memory?.initial.saturating_mul(PAGE);
                    self.memory_bytes = self.memory_bytes.max(bytes);
                }
            }
            Payload::CodeSectionEntry(body) => {
                for locals in body.get_locals_reader()? {
                    self.locals = self.locals.saturating_add(locals?.0.into());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn check(&self, limits: &Limits) -> Result<(), Error> {
        let too_complex =
            |what, count, limit| Err(Error::TooComplex { what, count, limit: limit as u64 });
        if self.values > MAX_VALUES {
            return too_complex("parameters or results", self.values as u64, MAX_VALUES);
        }
        // Each local is work for the compiler, as a byte of code is.
        if self.locals > limits.module_bytes as u64 {
            return too_complex("locals", self.locals, limits.module_bytes);
        }
        if self.tables > limits.tables {
            return too_complex("tables", self.tables as u64, limits.tables);
        }
        if self.table_elements > limits.table_elements as u64 {
            let wanted = usize::try_from(self.table_elements).unwrap_or(usize::MAX);
            return Err(Error::TableLimit { wanted, limit: limits.table_elements });
        }
        if self.memory_bytes > limits.memory_bytes as u64 {
            let (wanted, limit) = (self.memory_bytes, limits.memory_bytes);
            return Err(Error::MemoryLimit { wanted, limit });
        }
        Ok(())
    }
}
