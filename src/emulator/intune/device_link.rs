//! What the service reads from a DeviceLink: which machine it is, and the keys that prove it.
//!
//! A DeviceLink is the base64 of a JSON object that Windows exports: the device, the public keys of its TPM, and a
//! signature over both. Shape: exports of Windows 11 24H2 as published. Only the structure is checked, the signature is
//! not. Two exports of a machine differ in their times and signatures, the machine and its keys do not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use uuid::Uuid;

use crate::emulator::tenant::device::Hardware;

const ALGORITHM: &str = "RSA2048-SHA256";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    device_info: DeviceInfo,
    device_link_key_data: KeyData,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceInfo {
    manufacturer: String,
    model_name: String,
    serial_number: String,
    smbios_uuid: Uuid,
    #[serde(rename = "LinkId")]
    _link_id: Uuid,
    #[serde(rename = "LinkIdCreationTimeUtc")]
    _created: String,
    device_id_key_list: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    key_name: String,
    /// Not every key is exported with its public part; the one that signs is.
    #[serde(default)]
    key_pub: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyData {
    device_info_signing_key_name: String,
    device_info_signing_algorithm: String,
    device_info_signature: String,
    #[serde(rename = "DeviceInfoSignaturePssSaltLength")]
    _salt: u32,
}

/// A machine as its DeviceLink describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceLink {
    pub(crate) hardware: Hardware,
    pub(crate) smbios_uuid: String,
    /// Made of what stays the same from export to export.
    pub(crate) identity: String,
}

/// The machine of a DeviceLink; nothing where it is malformed.
pub(crate) fn read(text: &str) -> Option<DeviceLink> {
    let export: Export = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
    let Export { device_info: device, device_link_key_data: proof } = export;
    let keys = &device.device_id_key_list;
    let is_key = |key: &Key| key.key_pub.as_deref().is_some_and(is_base64);
    let signed = keys.iter().any(|key| key.key_name == proof.device_info_signing_key_name && is_key(key));
    let good = signed
        && keys.iter().all(|key| key.key_pub.is_none() || is_key(key))
        && proof.device_info_signing_algorithm == ALGORITHM
        && is_base64(&proof.device_info_signature)
        && ![&device.serial_number, &device.manufacturer, &device.model_name].iter().any(|text| text.trim().is_empty());
    if !good {
        return None;
    }
    let mut facts: Vec<&str> = keys.iter().filter_map(|key| key.key_pub.as_deref()).collect();
    facts.sort_unstable();
    let identity = Uuid::new_v5(&device.smbios_uuid, facts.join("\n").as_bytes());
    Some(DeviceLink {
        hardware: Hardware::new(&device.serial_number, &device.manufacturer, &device.model_name),
        smbios_uuid: device.smbios_uuid.to_string(),
        identity: identity.to_string(),
    })
}

fn is_base64(text: &str) -> bool {
    !text.is_empty() && STANDARD.decode(text).is_ok()
}

/// A well-formed DeviceLink of a machine; `export` tells apart two exports of it.
#[cfg(test)]
pub(crate) fn write(hardware: &Hardware, smbios_uuid: &str, export: u32) -> String {
    let key = STANDARD.encode(Uuid::new_v5(&Uuid::NAMESPACE_OID, smbios_uuid.as_bytes()).as_bytes().repeat(17));
    let link = serde_json::json!({
        "Version": "1.0",
        "DeviceLinkCreationTimeUtc": format!("2026-09-01T08:00:{export:02}Z"),
        "DeviceInfo": {
            "Manufacturer": hardware.manufacturer,
            "ModelName": hardware.model,
            "SerialNumber": hardware.serial,
            "SmbiosUuid": smbios_uuid,
            "LinkId": Uuid::new_v5(&Uuid::NAMESPACE_OID, &export.to_le_bytes()).to_string(),
            "LinkIdCreationTimeUtc": format!("2026-09-01T08:00:{export:02}Z"),
            "DeviceIdKeyList": [{"KeyName": "EK", "KeyPub": key}, {"KeyName": "AIK"}],
        },
        "DeviceLinkKeyData": {
            "DeviceInfoSigningKeyName": "EK",
            "DeviceInfoSigningAlgorithm": ALGORITHM,
            "DeviceInfoSignature": STANDARD.encode(export.to_le_bytes()),
            "DeviceInfoSignaturePssSaltLength": 32,
        },
    });
    STANDARD.encode(link.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const UUID: &str = "4c4c4544-0043-4410-8054-b9c04f313233";

    fn laptop() -> Hardware {
        Hardware::new("5CD1", "HP", "EliteBook")
    }

    fn changed(change: impl FnOnce(&mut Value)) -> Option<DeviceLink> {
        let mut link = serde_json::from_slice(&STANDARD.decode(write(&laptop(), UUID, 1)).unwrap()).unwrap();
        change(&mut link);
        read(&STANDARD.encode(link.to_string()))
    }

    #[test]
    fn two_exports_differ_and_the_identity_does_not() {
        let (first, second) = (write(&laptop(), UUID, 1), write(&laptop(), UUID, 2));
        assert_ne!(first, second);
        assert_eq!(read(&first), read(&second));
        assert_eq!(read(&first).unwrap().hardware, laptop());
    }

    #[test]
    fn another_mainboard_or_other_keys_are_another_identity() {
        let same = changed(|_| {}).unwrap();
        let board = changed(|link| link["DeviceInfo"]["SmbiosUuid"] = json!(Uuid::nil().to_string())).unwrap();
        let keys = changed(|link| link["DeviceInfo"]["DeviceIdKeyList"][0]["KeyPub"] = json!("AAAA")).unwrap();
        assert_ne!(board.identity, same.identity);
        assert_ne!(keys.identity, same.identity);
    }

    #[test]
    fn what_lacks_a_part_or_is_signed_by_no_key_of_the_list_is_none() {
        for text in ["", "!", "AAAA", &STANDARD.encode("{}"), &STANDARD.encode("[]")] {
            assert_eq!(read(text), None, "{text}");
        }
        for (object, property) in [
            ("DeviceInfo", "Manufacturer"),
            ("DeviceInfo", "ModelName"),
            ("DeviceInfo", "SerialNumber"),
            ("DeviceInfo", "SmbiosUuid"),
            ("DeviceInfo", "LinkId"),
            ("DeviceInfo", "LinkIdCreationTimeUtc"),
            ("DeviceInfo", "DeviceIdKeyList"),
            ("DeviceLinkKeyData", "DeviceInfoSigningKeyName"),
            ("DeviceLinkKeyData", "DeviceInfoSigningAlgorithm"),
            ("DeviceLinkKeyData", "DeviceInfoSignature"),
            ("DeviceLinkKeyData", "DeviceInfoSignaturePssSaltLength"),
        ] {
            let without = changed(|link| {
                link[object].as_object_mut().unwrap().remove(property);
            });
            assert_eq!(without, None, "{property}");
        }
        assert_eq!(changed(|link| link["DeviceInfo"]["SerialNumber"] = json!(" ")), None);
        assert_eq!(changed(|link| link["DeviceInfo"]["SmbiosUuid"] = json!("4c4c")), None);
        assert_eq!(changed(|link| link["DeviceInfo"]["DeviceIdKeyList"] = json!([])), None);
        assert_eq!(changed(|link| link["DeviceLinkKeyData"]["DeviceInfoSigningKeyName"] = json!("AIK")), None);
        assert_eq!(changed(|link| link["DeviceLinkKeyData"]["DeviceInfoSigningAlgorithm"] = json!("none")), None);
        assert_eq!(changed(|link| link["DeviceLinkKeyData"]["DeviceInfoSignature"] = json!("?")), None);
    }
}
