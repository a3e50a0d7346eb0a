//! From the text of a DeviceLink to what it tells.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::knowledge::serial_number::Key;

/// What a DeviceLink tells of its device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLink {
    /// Serial number.
    pub serial_number: String,
    /// Manufacturer.
    pub manufacturer: String,
    /// Model.
    pub model: String,
    /// Of its mainboard.
    pub smbios_uuid: Uuid,
    /// The public keys of its TPM, as far as they are exported.
    pub keys: Vec<String>,
}

impl DeviceLink {
    /// SHA-256, in hexadecimal, of what identifies the device: two exports of it have the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut keys: Vec<_> = self.keys.iter().map(String::as_str).collect();
        keys.sort_unstable();
        let mut digest = Sha256::new();
        digest.update(self.smbios_uuid.as_bytes());
        // The length stands before each part, so that no two devices share one text.
        for part in [self.serial_number.trim()].into_iter().chain(keys) {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it is of the device with this serial number. Blanks around it and its case do not count.
    #[must_use]
    pub fn belongs_to(&self, serial_number: &str) -> bool {
        Key::of(&self.serial_number) == Key::of(serial_number)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    device_info: Info,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    serial_number: String,
    #[serde(default)]
    manufacturer: String,
    #[serde(default)]
    model_name: String,
    smbios_uuid: Uuid,
    #[serde(default)]
    device_id_key_list: Vec<TpmKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TpmKey {
    #[serde(default)]
    key_pub: Option<String>,
}

/// Reads a DeviceLink. Blanks around the text do not count.
///
/// # Errors
/// Why it is none, without a part of it.
pub fn decode(text: &str) -> Result<DeviceLink, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("The DeviceLink is empty.".to_owned());
    }
    let bytes =
        STANDARD.decode(text).map_err(|_| "The DeviceLink is no base64. Take the whole field `Data`.".to_owned())?;
    let export: Export = serde_json::from_slice(&bytes).map_err(|_| {
        "The DeviceLink does not tell of a device: it was cut off, or is something else in base64. Export it again on the \
         device."
            .to_owned()
    })?;
    let info = export.device_info;
    if info.serial_number.trim().is_empty() {
        return Err("The DeviceLink has no serial number. The device's firmware has to hold one.".to_owned());
    }
    Ok(DeviceLink {
        serial_number: info.serial_number,
        manufacturer: info.manufacturer,
        model: info.model_name,
        smbios_uuid: info.smbios_uuid,
        keys: info.device_id_key_list.into_iter().filter_map(|key| key.key_pub).collect(),
    })
}

/// A DeviceLink as Windows exports it at a time, with a signature that signs nothing: for examples and tests.
#[must_use]
pub fn encode(link: &DeviceLink, time: &str) -> String {
    let keys = link.keys.iter().map(|key| json!({"KeyName": "EK", "KeyPub": key}));
    let export = json!({
        "DeviceInfo": {
            "Manufacturer": link.manufacturer,
            "ModelName": link.model,
            "SerialNumber": link.serial_number,
            "SmbiosUuid": link.smbios_uuid,
            "LinkId": Uuid::new_v5(&link.smbios_uuid, time.as_bytes()),
            "LinkIdCreationTimeUtc": time,
            "DeviceIdKeyList": keys.collect::<Vec<_>>(),
        },
        "DeviceLinkKeyData": {
            "DeviceInfoSigningKeyName": "EK",
            "DeviceInfoSigningAlgorithm": "RSA2048-SHA256",
            "DeviceInfoSignature": STANDARD.encode(time),
            "DeviceInfoSignaturePssSaltLength": 32,
        },
    });
    STANDARD.encode(export.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laptop() -> DeviceLink {
        DeviceLink {
            serial_number: "5CD1".into(),
            manufacturer: "HP".into(),
            model: "EliteBook".into(),
            smbios_uuid: Uuid::from_u128(7),
            keys: vec!["AAAA".into()],
        }
    }

    #[test]
    fn two_exports_differ_and_the_fingerprint_does_not() {
        let (first, second) = (encode(&laptop(), "2026-09-01T08:00:00Z"), encode(&laptop(), "2026-09-02T08:00:00Z"));
        assert_ne!(first, second);
        assert_eq!(decode(&first), Ok(laptop()));
        assert_eq!(decode(&first).unwrap().fingerprint(), decode(&format!(" {second}\n")).unwrap().fingerprint());
    }

    #[test]
    fn another_mainboard_or_other_keys_are_another_device() {
        let same = laptop().fingerprint();
        assert_ne!(DeviceLink { smbios_uuid: Uuid::from_u128(8), ..laptop() }.fingerprint(), same);
        assert_ne!(DeviceLink { keys: vec!["BBBB".into()], ..laptop() }.fingerprint(), same);
    }

    #[test]
    fn what_is_no_device_link_is_told_without_a_part_of_it() {
        for (text, words) in [
            ("", "is empty"),
            ("no base64!", "is no base64"),
            ("e30=", "does not tell of a device"),
            (&encode(&DeviceLink { serial_number: " ".into(), ..laptop() }, "t"), "has no serial number"),
        ] {
            let told = decode(text).unwrap_err();
            assert!(told.contains(words) && (text.is_empty() || !told.contains(text)), "{told}");
        }
        assert!(laptop().belongs_to(" 5cd1") && !laptop().belongs_to("5CD2"));
    }
}
