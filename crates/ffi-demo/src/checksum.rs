use crate::sys;

/// CRC-32C of `data`. Calls C's `pg_checksum`, which reads the slice where it lies: no copy.
///
/// ```
/// assert_eq!(ffi_demo::checksum(b"123456789"), 0xE306_9283);
/// ```
pub fn checksum(data: &[u8]) -> u32 {
    // SAFETY: the header asks for `length` readable bytes. A slice is that for as long as it is
    // borrowed, and C keeps no pointer; an empty slice's pointer is never read.
    unsafe { sys::pg_checksum(data.as_ptr(), data.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_another_implementation_at_every_length() {
        let data: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for end in 0..data.len() {
            assert_eq!(checksum(&data[..end]), crc32c::crc32c(&data[..end]));
        }
    }
}
