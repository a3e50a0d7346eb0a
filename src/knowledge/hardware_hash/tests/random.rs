//! Hashes at random, and whole ones with changes at random.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = decode(&text);
    }

    #[test]
    fn no_sealed_record_panics_or_fails(blocks in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(decode(&sealed(&blocks)).is_ok());
    }

    #[test]
    fn whatever_a_device_says_comes_back(
        serial in "[A-Za-z0-9 -]{0,30}", model in "\\PC{0,40}", key in prop::collection::vec(any::<u8>(), 0..300),
        mac in any::<[u8; 6]>(), uuid in any::<[u8; 16]>(), card in "\\PC{0,30}",
    ) {
        let hash = HardwareHash {
            serial_number: Some(serial),
            model: Some(model),
            tpm_endorsement_key: Some(key),
            network_adapters: vec![NetworkAdapter { medium: 14, mac }],
            smbios_uuid: Some(Uuid::from_bytes(uuid)),
            display_adapters: vec![card],
            ..laptop()
        };
        prop_assert!(decode(&encode(&hash)).is_ok_and(|read| read == hash));
    }
}

proptest! {
    #[test]
    fn no_mutated_hash_panics(
        changes in prop::collection::vec((0_usize..4000, any::<char>()), 1..8), cut in 0_usize..4000,
        bytes in prop::collection::vec((4_usize..700, any::<u8>()), 0..8),
    ) {
        let whole = encode(&laptop());
        let mut text: Vec<char> = whole.chars().collect();
        for (at, character) in changes {
            text[at] = character;
        }
        let _ = decode(&text[..cut].iter().collect::<String>());
        let _ = decode(&text.iter().collect::<String>());
        // The same inside a record whose checksum is right again.
        let record = STANDARD.decode(&whole).unwrap();
        let length = usize::from(u16::from_le_bytes([record[2], record[3]]));
        let mut blocks = record[4..length].to_vec();
        for (at, byte) in bytes {
            let at = at % blocks.len();
            blocks[at] = byte;
        }
        prop_assert!(decode(&sealed(&blocks)).is_ok());
    }

    #[test]
    fn no_random_record_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&STANDARD.encode(&bytes));
        let _ = decode(&STANDARD.encode([b"OA".as_slice(), &bytes].concat()));
    }
}
