//! Passes a text to a module and back, and trusts none of its pointers.

use super::Guest;
use wasmtime::{Result, format_err};

/// The module's answer to `text`.
pub fn shout(guest: &mut Guest, text: &str) -> Result<String> {
    let length = u32::try_from(text.len())?;
    let room = guest.alloc.call(&mut guest.store, length)?;
    guest.memory.write(&mut guest.store, room as usize, text.as_bytes())?;

    let answer = guest.shout.call(&mut guest.store, (room, length))?;
    let (pointer, length) = ((answer >> 32) as u32, answer as u32);
    let memory = guest.memory.data(&guest.store);
    // In two steps, so that there is no sum to overflow.
    let bytes = memory.get(pointer as usize..).and_then(|rest| rest.get(..length as usize));
    let bytes = bytes.ok_or_else(|| format_err!("{length} bytes at {pointer} are not its own"))?;
    Ok(str::from_utf8(bytes)?.to_owned())
}
