//! What Intune knows a Windows device by before it enrols: manufacturer, model and serial number in one text.

/// Refuses what is no such text.
pub(super) fn is_identifier(key: &str) -> std::result::Result<(), String> {
    let parts: Vec<_> = key.split(',').collect();
    match parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.trim() == *part) {
        true => Ok(()),
        false => Err(format!(
            "must be a manufacturer, a model and a serial number with commas and no blanks between, such as \
             \"Microsoft Corporation,Surface Laptop 5,012345678901\", got: {key:?}."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_three_parts() {
        assert_eq!(is_identifier("Microsoft Corporation,Surface Laptop 5,012345678901"), Ok(()));
        for key in ["012345678901", "Microsoft,,1", "Microsoft, Surface,1", "a,b,c,d", ""] {
            assert!(is_identifier(key).is_err(), "{key}");
        }
    }
}
