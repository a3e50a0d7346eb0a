//! From what a hardware hash tells to its text: for samples and for tests.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{HardwareHash, Version};

/// Bytes of the whole text, zeros included: 4,000 characters of base64.
pub(super) const USUAL_LENGTH: usize = 3000;

/// Writes a well-formed hardware hash: 4,000 characters, or more where the record is longer than 3,000 bytes.
///
/// The length of a record is a number of two bytes. Blocks that would go beyond it are left out.
#[must_use]
pub fn encode(hash: &HardwareHash) -> String {
    let mut record = vec![b'O', b'A', 0, 0];
    for (kind, flags, value) in blocks(hash) {
        let length = value.len() + 4;
        if record.len() + length > usize::from(u16::MAX) {
            continue;
        }
        let [low, high, ..] = length.to_le_bytes();
        record.extend([kind, flags, low, high]);
        record.extend(value);
    }
    let [low, high, ..] = record.len().to_le_bytes();
    record.splice(2..4, [low, high]);
    let digest = Sha256::digest(&record);
    record.extend([b'C', b'S', 36, 0]);
    record.extend(digest);
    // Whole groups of three bytes: such base64 has no padding.
    let length = record.len().max(USUAL_LENGTH).next_multiple_of(3);
    record.resize(length, 0);
    STANDARD.encode(record)
}

/// Type, flags and value of each block, by type as the tool writes them; unknown ones last.
fn blocks(hash: &HardwareHash) -> Vec<(u8, u8, Vec<u8>)> {
    let mut known: Vec<(u8, Vec<u8>)> = Vec::new();
    if let Some(origin) = &hash.origin {
        let mut value = [version(origin.tool), version(origin.windows)].concat();
        value.extend(origin.time);
        value.extend([origin.os_type, origin.architecture, origin.form]);
        known.push((1, value));
    }
    if let Some(it) = &hash.processor {
        known.push((2, numbers(&[it.architecture, it.packages, it.cores, it.threads, it.hyperthreading])));
    }
    if let Some(it) = &hash.memory {
        let sizes = [it.total.to_le_bytes(), it.maximum.to_le_bytes()].concat();
        known.push((5, [sizes, numbers(&[it.slots, it.arrays]), vec![it.error_correction]].concat()));
    }
    for it in &hash.disks {
        known.push((6, [it.capacity.to_le_bytes().as_slice(), &[it.bus, 0, it.kind, 0]].concat()));
    }
    known.extend(hash.disk_serial_numbers.iter().map(|it| (7, text(it))));
    for it in &hash.network_adapters {
        known.push((8, [[it.medium, 0, 0, 0].as_slice(), &it.mac, &[0; 4]].concat()));
    }
    for it in &hash.displays {
        known.push((9, numbers(&[it.physical_width, it.physical_height, it.pixel_width, it.pixel_height])));
    }
    known.extend(hash.chassis.map(|it| (10, vec![it.kind, it.power_role, 0, 0])));
    if let Some(it) = &hash.offline_device_id {
        known.push((11, [[0, 0, 0, 0, it.kind, 0, 0x20, 0, 0, 0].as_slice(), &it.id].concat()));
    }
    known.extend(hash.smbios_uuid.map(|it| (12, it.to_bytes_le().to_vec())));
    known.extend(hash.tpm_endorsement_key.as_ref().map(|it| (25, [it.as_slice(), &[0]].concat())));
    for it in &hash.display_memories {
        known.push((29, [it.video.to_le_bytes(), it.system.to_le_bytes()].concat()));
    }
    for it in &hash.display_adapters {
        known.push((30, it.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()));
    }
    let mut texts = hash.clone();
    known.extend((0..=u8::MAX).filter_map(|kind| Some((kind, text(texts.text(kind)?.as_deref()?)))));
    known.sort_by_key(|(kind, _)| *kind);
    let other = hash.other.iter().map(|it| (it.kind, it.flags, it.value.clone()));
    known.into_iter().map(|(kind, value)| (kind, 0, value)).chain(other).collect()
}

fn version(version: Version) -> Vec<u8> {
    numbers(&[version.minor, version.major, version.revision, version.build])
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn text(text: &str) -> Vec<u8> {
    [text.as_bytes(), &[0]].concat()
}
