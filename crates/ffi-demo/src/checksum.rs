use crate::sys;

/// CRC-32C of `data`. Calls C's `pg_checksum`, which reads the slice in place, without a copy.
///
/// ```
/// assert_eq!(ffi_demo::checksum(b"123456789"), 0xE306_9283);
/// ```
#[inline]
pub fn checksum(data: &[u8]) -> u32 {
    // SAFETY: the header asks for `length` readable bytes. A slice has them for as long as it is
    // borrowed, and C keeps no pointer; an empty slice's pointer is never read.
    unsafe { sys::pg_checksum(data.as_ptr(), data.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_3720() {
        let up: Vec<u8> = (0..32).collect();
        let down: Vec<u8> = (0..32).rev().collect();
        assert_eq!(checksum(&[0x00; 32]), 0x8A91_36AA);
        assert_eq!(checksum(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(checksum(&up), 0x46DD_794E);
        assert_eq!(checksum(&down), 0x113F_DB5C);
        assert_eq!(checksum(&[]), 0);
    }
}
