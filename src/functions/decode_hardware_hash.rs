//! `decode_hardware_hash`: what a hardware hash tells of its device.

use std::collections::BTreeMap;

use crate::{
    knowledge::hardware_hash::{self, HardwareHash},
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Name, Type, Value},
};

/// The function.
pub(super) struct DecodeHardwareHash;

/// What is a text or null.
const TEXTS: [&str; 15] = [
    "serial_number",
    "manufacturer",
    "model",
    "sku_number",
    "system_family",
    "firmware_vendor",
    "firmware_version",
    "smbios_uuid",
    "tpm_version",
    "processor",
    "chassis",
    "architecture",
    "os_version",
    "tool_version",
    "fingerprint",
];

impl Function for DecodeHardwareHash {
    fn spec(&self) -> FunctionSpec {
        let texts =
            |names: &[&str]| names.iter().map(|&name| (name.into(), Type::String)).collect::<BTreeMap<Name, _>>();
        let list = |names: &[&str]| Type::List(Box::new(Type::Object(texts(names))));
        let mut attributes = texts(&TEXTS);
        attributes.insert("has_tpm_endorsement_key".into(), Type::Bool);
        attributes.insert("network_adapters".into(), list(&["mac_address", "medium"]));
        attributes.insert("disks".into(), list(&["serial_number", "bus", "kind"]));
        FunctionSpec {
            name: "decode_hardware_hash",
            summary: "Tells what a hardware hash says of its device.",
            description: "Reads a hardware hash as Get-WindowsAutopilotInfo collects it, and tells what it says of its device: \
                          that it belongs to a serial number, that there is a TPM endorsement key, which self-deploying and \
                          pre-provisioned deployments need. What the hash does not say is null, or an empty list. A text that \
                          is no hash, was cut off or edited is an error that says so.\n\n\
                          `fingerprint` is over serial number, manufacturer, model, SMBIOS UUID and TPM key: it stays the \
                          same when a hash is collected again, while the text of the hash does not.\n\n\
                          There is no official description of the hash. Blocks that are not known are passed over. Pass the \
                          hash from a file: Terraform prints one that stands in the configuration itself when the function \
                          refuses it.",
            parameters: vec![Parameter::new("hardware_hash", "The hardware hash, in base64.", Type::String)],
            variadic: None,
            returns: Type::Object(attributes),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        match hardware_hash::decode(text) {
            Ok(hash) => Ok(told(&hash)),
            Err(error) => Err(FunctionError { argument: Some(0), text: error.to_string() }),
        }
    }
}

fn told(hash: &HardwareHash) -> Value {
    let text = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).into()
    };
    let adapters = hash.network_adapters.iter().map(|adapter| {
        Value::object([("mac_address", adapter.address().into()), ("medium", adapter.medium_word().into())])
    });
    let disks = hash.disks.iter().enumerate().map(|(at, disk)| {
        let serial_number = hash.disk_serial_numbers.get(at).cloned();
        Value::object([
            ("serial_number", text(&serial_number)),
            ("bus", disk.bus_word().into()),
            ("kind", disk.kind_word().into()),
        ])
    });
    Value::object([
        ("serial_number", text(&hash.serial_number)),
        ("manufacturer", text(&hash.manufacturer)),
        ("model", text(&hash.model)),
        ("sku_number", text(&hash.sku_number)),
        ("system_family", text(&hash.system_family)),
        ("firmware_vendor", text(&hash.firmware_vendor)),
        ("firmware_version", text(&hash.firmware_version)),
        ("smbios_uuid", hash.smbios_uuid.map(|uuid| uuid.to_string()).into()),
        ("tpm_version", text(&hash.tpm_version)),
        ("has_tpm_endorsement_key", hash.has_endorsement_key().into()),
        ("processor", text(&hash.processor_model)),
        ("chassis", hash.chassis.map(|chassis| chassis.power_role_word()).into()),
        ("architecture", hash.origin.map(|origin| origin.architecture_word()).into()),
        ("os_version", hash.origin.map(|origin| origin.windows.to_string()).into()),
        ("tool_version", hash.origin.map(|origin| origin.tool.to_string()).into()),
        ("network_adapters", Value::List(adapters.collect())),
        ("disks", Value::List(disks.collect())),
        ("fingerprint", hash.fingerprint().into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        knowledge::hardware_hash::{encode, of_a_lab},
        wire,
    };

    fn call(text: &str) -> Result<Value, FunctionError> {
        DecodeHardwareHash.call(&[text.into()])
    }

    #[test]
    fn a_hash_tells_of_its_device() {
        let told = call(&encode(&of_a_lab("LAB-1", "Contoso", "Lab 1"))).unwrap();
        for (name, value) in [
            ("serial_number", "LAB-1"),
            ("manufacturer", "Contoso"),
            ("tpm_version", "2.0"),
            ("os_version", "10.0.26100.4652"),
        ] {
            assert_eq!(told.get(name).as_str(), Some(value));
        }
        assert_eq!(told.get("has_tpm_endorsement_key"), &true.into());
        assert_eq!(told.get("network_adapters").elements().len(), 2);
        assert_eq!(told.get("disks").elements()[0].get("serial_number").as_str(), Some("DISK-LAB-1"));
    }

    #[test]
    fn the_result_is_of_the_declared_type_whatever_the_hash_says() {
        let ty = DecodeHardwareHash.spec().returns;
        for hash in [HardwareHash::default(), of_a_lab("LAB-1", "Contoso", "Lab 1")] {
            let told = call(&encode(&hash)).unwrap();
            let bytes = wire::encode(&told, &ty).unwrap();
            assert_eq!(wire::decode(&bytes, &ty).unwrap(), told);
        }
    }

    #[test]
    fn a_text_that_is_no_hash_is_refused_without_it() {
        let hash = encode(&of_a_lab("LAB-1", "Contoso", "Lab 1"));
        for text in ["", "not a hash", &hash[..999], &hash.replace("AAAA", "AAAB")] {
            let error = call(text).unwrap_err();
            assert_eq!(error.argument, Some(0));
            assert!(!error.text.contains("T0F"), "{}", error.text);
        }
    }
}
