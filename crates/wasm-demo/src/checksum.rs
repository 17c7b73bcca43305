/// The CRC-32C polynomial, 0x1EDC6F41 taken lowest bit first.
const POLYNOMIAL: u32 = 0x82F6_3B78;

/// What each byte does to the remainder, computed by the compiler.
static TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

/// CRC-32C (Castagnoli) of `data`.
///
/// ```
/// assert_eq!(wasm_demo::checksum(b"123456789"), 0xE306_9283);
/// ```
pub fn checksum(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc, &byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
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
