//! What the registration service reads from a hardware hash: whose it is, and whether it is whole.
//!
//! The "hash" is a base64 text of one binary record: `OA`, a length, blocks of (type, flags, length, value), then `CS`
//! with the SHA-256 of what came before, zero padded. Worked out from two public decoders and published hashes; blocks
//! of unknown types are passed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecow::EcoString;
use sha2::{Digest, Sha256};

use crate::emulator::tenant::device::Hardware;

/// Shorter texts are no hardware hash.
const SHORTEST: usize = 1500;
const SERIAL: u8 = 14;
const MANUFACTURER: u8 = 16;
const MODEL: u8 = 17;

/// The machine that a hash describes; nothing when the hash is malformed, cut off, or lacks serial or manufacturer.
pub(crate) fn read(text: &str) -> Option<Hardware> {
    if text.len() < SHORTEST {
        return None;
    }
    let record = STANDARD.decode(text).ok()?;
    if record.get(..2)? != b"OA" {
        return None;
    }
    let length = usize::from(number(&record, 2)?);
    let blocks = record.get(4..length)?;
    let trailer = record.get(length..length + 36)?;
    if trailer.get(..4)? != b"CS\x24\0" || *trailer.get(4..)? != *Sha256::digest(record.get(..length)?) {
        return None;
    }
    let mut hardware = Hardware::default();
    let mut rest = blocks;
    while let Some(kind) = rest.first() {
        let length = usize::from(number(rest, 2)?);
        let value = rest.get(4..length)?;
        let field = match *kind {
            SERIAL => Some(&mut hardware.serial),
            MANUFACTURER => Some(&mut hardware.manufacturer),
            MODEL => Some(&mut hardware.model),
            _ => None,
        };
        if let Some(field) = field {
            *field = EcoString::from(String::from_utf8_lossy(value).trim_end_matches('\0').trim());
        }
        rest = rest.get(length..)?;
    }
    let Hardware { serial, manufacturer, model } = &hardware;
    (!serial.is_empty() && !manufacturer.is_empty()).then(|| Hardware::new(serial, manufacturer, model))
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A well-formed hash, for tests and for devices that are seeded.
#[cfg(test)]
pub(crate) fn write(hardware: &Hardware) -> String {
    let mut blocks = Vec::new();
    for (kind, text) in [(SERIAL, &hardware.serial), (MANUFACTURER, &hardware.manufacturer), (MODEL, &hardware.model)] {
        blocks.extend([kind, 0]);
        blocks.extend(u16::try_from(text.len() + 5).unwrap().to_le_bytes());
        blocks.extend(text.as_bytes());
        blocks.push(0);
    }
    let mut record = b"OA".to_vec();
    record.extend(u16::try_from(blocks.len() + 4).unwrap().to_le_bytes());
    record.extend(blocks);
    let sum = Sha256::digest(&record);
    record.extend(b"CS");
    record.extend(36_u16.to_le_bytes());
    record.extend(sum);
    record.resize(3000, 0);
    STANDARD.encode(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laptop() -> Hardware {
        Hardware { serial: "5CD1".into(), manufacturer: "HP".into(), model: "EliteBook".into() }
    }

    #[test]
    fn a_whole_hash_tells_the_machine() {
        assert_eq!(read(&write(&laptop())), Some(laptop()));
    }

    #[test]
    fn a_hash_that_is_cut_off_altered_or_no_base64_is_none() {
        let hash = write(&laptop());
        let record = STANDARD.decode(&hash).unwrap();
        let altered = |at: usize| {
            let mut record = record.clone();
            record[at] ^= 1;
            read(&STANDARD.encode(record)).is_none()
        };
        assert!((0..70).all(altered), "every byte of record and trailer counts");
        assert!(read(&hash[..100]).is_none());
        assert!(read(&format!("!{}", &hash[1..])).is_none());
        assert!(read(&"A".repeat(4000)).is_none());
        assert!(read(&write(&Hardware { manufacturer: EcoString::default(), ..laptop() })).is_none());
    }

    #[test]
    fn every_cut_of_a_record_is_read_without_a_panic() {
        let record = STANDARD.decode(write(&laptop())).unwrap();
        for end in 0..70 {
            let mut cut = record[..end].to_vec();
            cut.resize(3000, 0xff);
            assert!(read(&STANDARD.encode(cut)).is_none(), "cut at {end}");
        }
    }
}
