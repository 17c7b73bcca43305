/// The CRC-32C polynomial, 0x1EDC6F41 taken lowest bit first.
const POLYNOMIAL: u32 = 0x82F6_3B78;

/// The effect of each byte on the remainder, computed by the compiler.
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
