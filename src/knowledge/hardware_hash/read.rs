//! From the text of a hardware hash to what it tells.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Block, Chassis, Disk, Display, DisplayMemory, Error, HardwareHash, Memory, NetworkAdapter, OfflineDeviceId, Origin,
    Processor, Version, write::USUAL_LENGTH,
};

/// What the bits are that the last character has to spare is not looked at: the checksum tells whether the bytes are right.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The letters `OA`, a length of two bytes, the letters `CS`, a length of two bytes, and a SHA-256.
const SHORTEST: usize = 4 + 4 + 32;

/// Reads a hardware hash. Blanks around the text do not count.
///
/// # Errors
/// When the text is no base64, or its bytes are no record, or not the whole one. An unknown block is no error.
pub fn decode(text: &str) -> Result<HardwareHash, Error> {
    let bytes = bytes_of(text.trim())?;
    let blocks = blocks_of(&bytes)?;
    Ok(read_blocks(blocks))
}

/// What is odd about the length of a hash that can be read: Windows fills each up to 4,000 characters, and only a longer record
/// has more. Whether Intune takes another length is not known.
#[must_use]
pub fn odd_length(text: &str) -> Option<String> {
    let length = text.trim().len();
    let record = usize::from(u16_at(&BASE64.decode(text.trim().get(..8)?).ok()?, 2)?) + 36;
    let whole = record <= USUAL_LENGTH && length != USUAL_LENGTH / 3 * 4;
    let lost =
        if length < USUAL_LENGTH / 3 * 4 { "zeros at its end were cut off" } else { "something was added at its end" };
    whole.then(|| {
        format!(
            "The hardware hash has {length} characters, and those that Windows writes have 4,000: {lost}. Its record is whole. \
             Collect it again if Intune refuses it."
        )
    })
}

fn bytes_of(text: &str) -> Result<Vec<u8>, Error> {
    if text.is_empty() {
        return Err(Error::Empty);
    }
    BASE64.decode(text).map_err(|_| why_no_base64(text))
}

fn why_no_base64(text: &str) -> Error {
    let body = text.trim_end_matches('=');
    let foreign = |character: &char| !(character.is_ascii_alphanumeric() || "+/".contains(*character));
    match body.chars().enumerate().find(|(_, character)| foreign(character)) {
        Some((before, character)) if character.is_whitespace() => Error::Wrapped { position: before + 1 },
        Some((before, character)) => Error::NotBase64 { position: before + 1, character },
        // With the alphabet right, what is left to be wrong is the number of characters.
        None => Error::Incomplete { length: text.len() },
    }
}

/// Checks header and trailer; answers what is between them.
fn blocks_of(bytes: &[u8]) -> Result<&[u8], Error> {
    if bytes.len() >= 2 && !bytes.starts_with(b"OA") {
        return Err(Error::NoRecord);
    }
    if bytes.len() < SHORTEST {
        return Err(Error::TooShort { length: bytes.len() });
    }
    let announced = usize::from(u16_at(bytes, 2).unwrap_or_default());
    let wrong_length = Error::Length { announced, length: bytes.len() };
    let Some((record, rest)) = bytes.split_at_checked(announced) else { return Err(wrong_length) };
    let (Some(blocks), Some(trailer)) = (record.get(4..), rest.get(..36)) else { return Err(wrong_length) };
    if !trailer.starts_with(b"CS") || trailer.get(4..) != Some(&Sha256::digest(record)[..]) {
        return Err(Error::Checksum);
    }
    let behind = rest.get(36..).unwrap_or_default();
    match behind.iter().position(|byte| *byte != 0).and_then(|at| behind.get(at..)) {
        None => Ok(blocks),
        Some(added) if added.starts_with(b"OA") => Err(Error::Twice),
        Some(_) => Err(Error::Behind),
    }
}

fn read_blocks(mut bytes: &[u8]) -> HardwareHash {
    let mut hash = HardwareHash::default();
    // A length that leads out of the record ends the reading: the checksum says that the tool wrote it so.
    while let (Some(&kind), Some(&flags), Some(length)) = (bytes.first(), bytes.get(1), u16_at(bytes, 2)) {
        let Some((block, rest)) = bytes.split_at_checked(usize::from(length)) else { break };
        let Some(value) = block.get(4..) else { break };
        if flags != 0 || read_block(&mut hash, kind, value).is_none() {
            hash.other.push(Block { kind, flags, value: value.to_vec() });
        }
        bytes = rest;
    }
    hash
}

/// Puts a block where it belongs. `None`: not known, shorter than expected, or there a second time.
fn read_block(hash: &mut HardwareHash, kind: u8, value: &[u8]) -> Option<()> {
    match kind {
        1 if hash.origin.is_none() => hash.origin = Some(origin(value)?),
        2 if hash.processor.is_none() => hash.processor = Some(processor(value)?),
        5 if hash.memory.is_none() => hash.memory = Some(memory(value)?),
        6 => hash.disks.push(Disk { capacity: u64_at(value, 0)?, bus: *value.get(8)?, kind: *value.get(10)? }),
        7 => hash.disk_serial_numbers.push(text(value)?),
        8 => hash
            .network_adapters
            .push(NetworkAdapter { medium: *value.first()?, mac: value.get(4..10)?.try_into().ok()? }),
        9 => hash.displays.push(Display {
            physical_width: u16_at(value, 0)?,
            physical_height: u16_at(value, 2)?,
            pixel_width: u16_at(value, 4)?,
            pixel_height: u16_at(value, 6)?,
        }),
        10 if hash.chassis.is_none() => {
            hash.chassis = Some(Chassis { kind: *value.first()?, power_role: *value.get(1)? });
        }
        11 if hash.offline_device_id.is_none() => {
            hash.offline_device_id = Some(OfflineDeviceId { kind: *value.get(4)?, id: value.get(10..)?.to_vec() });
        }
        12 if hash.smbios_uuid.is_none() => {
            hash.smbios_uuid = Some(Uuid::from_bytes_le(value.get(..16)?.try_into().ok()?));
        }
        25 if hash.tpm_endorsement_key.is_none() => {
            hash.tpm_endorsement_key = Some(value.strip_suffix(&[0]).unwrap_or(value).to_vec());
        }
        29 => hash.display_memories.push(DisplayMemory { video: u32_at(value, 0)?, system: u32_at(value, 4)? }),
        30 => hash.display_adapters.push(utf16(value)?),
        _ => {
            let field = hash.text(kind)?;
            if field.is_some() {
                return None;
            }
            *field = Some(text(value)?);
        }
    }
    Some(())
}

fn origin(value: &[u8]) -> Option<Origin> {
    let version = |at| {
        let (minor, major) = (u16_at(value, at)?, u16_at(value, at + 2)?);
        Some(Version { major, minor, revision: u16_at(value, at + 4)?, build: u16_at(value, at + 6)? })
    };
    Some(Origin {
        tool: version(0)?,
        windows: version(8)?,
        time: value.get(16..21)?.try_into().ok()?,
        os_type: *value.get(21)?,
        architecture: *value.get(22)?,
        form: *value.get(23)?,
    })
}

fn processor(value: &[u8]) -> Option<Processor> {
    Some(Processor {
        architecture: u16_at(value, 0)?,
        packages: u16_at(value, 2)?,
        cores: u16_at(value, 4)?,
        threads: u16_at(value, 6)?,
        hyperthreading: u16_at(value, 8)?,
    })
}

fn memory(value: &[u8]) -> Option<Memory> {
    Some(Memory {
        total: u64_at(value, 0)?,
        maximum: u64_at(value, 8)?,
        slots: u16_at(value, 16)?,
        arrays: u16_at(value, 18)?,
        error_correction: *value.get(20)?,
    })
}

/// `None` where the bytes are no UTF-8: such a block is kept as it is.
fn text(value: &[u8]) -> Option<String> {
    Some(std::str::from_utf8(value).ok()?.trim_end_matches('\0').to_owned())
}

fn utf16(value: &[u8]) -> Option<String> {
    let (pairs, rest) = value.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    Some(String::from_utf16(&units).ok()?.trim_end_matches('\0').to_owned())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
