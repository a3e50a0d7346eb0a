//! What a path tells of the service that it leads to.

/// The path without its version: `/beta/a/b?c` is `a/b`.
fn unversioned(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    path.split_once('/').map_or("", |(_, rest)| rest)
}

pub(crate) fn is_intune(path: &str) -> bool {
    let path = unversioned(path);
    path.starts_with("deviceManagement/") || path.starts_with("deviceAppManagement/")
}

/// The first parts of a path within Intune, such as `deviceManagement/deviceEnrollmentConfigurations` of two. None where it
/// has fewer.
fn of_intune(path: &str, parts: usize) -> Option<&str> {
    let path = is_intune(path).then(|| unversioned(path))?;
    let mut ends = path.match_indices(['/', '(']).map(|(at, _)| at).chain([path.len()]);
    path.get(..ends.nth(parts - 1)?)
}

/// The collection of Intune's that a path lies in.
pub(super) fn collection(path: &str) -> Option<&str> {
    of_intune(path, 2)
}

/// The object of the collection that a path leads to, or what is called on the collection.
pub(super) fn object(path: &str) -> Option<&str> {
    of_intune(path, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESP: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

    #[test]
    fn collections_and_objects_of_paths() {
        let esp = Some("deviceManagement/deviceEnrollmentConfigurations");
        assert_eq!((collection(ESP), object(ESP)), (esp, None));
        let assign = format!("{ESP}/1/assign?x=/y");
        assert_eq!(collection(&assign), esp);
        assert_eq!(object(&assign), Some("deviceManagement/deviceEnrollmentConfigurations/1"));
        assert_eq!(collection(&format!("{ESP}('1')/assign")), esp);
        let app = "/v1.0/deviceAppManagement/mobileApps/1";
        assert_eq!((collection(app), object(app)), (Some("deviceAppManagement/mobileApps"), Some(&app[6..])));
        for other in ["/v1.0/groups/1", "/beta/deviceManagement", "", "/"] {
            assert_eq!((collection(other), object(other)), (None, None), "{other}");
        }
    }
}
