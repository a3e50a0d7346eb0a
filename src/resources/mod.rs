//! One thing, one file. A new one adds its two lines here.
//!
//! # Must not know
//! Each other.
//!
//! # Start at
//! `scope_tag`, which is plain; then `device_preparation_policy`, which uses most words.

mod app_assignment;
mod assignment;
mod assignment_filter;
mod corporate_identifiers;
mod default_enrollment_status_page;
mod deployment_profile;
mod device;
mod device_association;
pub mod device_import;
mod device_join_settings;
mod device_name_template;
mod device_preparation_policy;
mod device_preparation_policy_order;
mod device_preparation_templates;
mod domain_join_profile;
mod enrollment_profile_name;
mod enrollment_status_page;
mod enrollment_status_page_order;
mod enrollment_status_page_settings;
mod group;
mod locale;
mod mdm_enrollment_scope;
mod microsoft_365_app;
mod one_target;
mod platform_script;
mod registration;
mod scope_tag;
mod windows_restore;
mod winget_app;

use std::sync::Arc;

use crate::resource::{Named, Resource};

/// Every resource of the provider, as it is run from a place: what a run there before this one began is known by that.
pub fn all(place: &str) -> Vec<Named<dyn Resource>> {
    vec![
        ("app_assignment", Arc::new(app_assignment::AppAssignment)),
        ("assignment", Arc::new(assignment::Assignment)),
        ("assignment_filter", Arc::new(assignment_filter::AssignmentFilter)),
        ("corporate_identifiers", Arc::new(corporate_identifiers::CorporateIdentifiers)),
        ("default_enrollment_status_page", Arc::new(default_enrollment_status_page::DefaultEnrollmentStatusPage)),
        ("deployment_profile", Arc::new(deployment_profile::DeploymentProfile)),
        ("device", Arc::new(device::Device::at(place))),
        ("device_association", Arc::new(device_association::DeviceAssociation)),
        ("device_import", Arc::new(device_import::DeviceImport::at(place))),
        ("device_join_settings", Arc::new(device_join_settings::DeviceJoinSettings)),
        ("device_preparation_policy", Arc::new(device_preparation_policy::DevicePreparationPolicy)),
        ("device_preparation_policy_order", Arc::new(device_preparation_policy_order::DevicePreparationPolicyOrder)),
        ("domain_join_profile", Arc::new(domain_join_profile::DomainJoinProfile)),
        ("enrollment_status_page", Arc::new(enrollment_status_page::EnrollmentStatusPage)),
        ("enrollment_status_page_order", Arc::new(enrollment_status_page_order::EnrollmentStatusPageOrder)),
        ("group", Arc::new(group::Group)),
        ("microsoft_365_app", Arc::new(microsoft_365_app::Microsoft365App)),
        ("mdm_enrollment_scope", Arc::new(mdm_enrollment_scope::MdmEnrollmentScope)),
        ("platform_script", Arc::new(platform_script::PlatformScript)),
        ("scope_tag", Arc::new(scope_tag::ScopeTag)),
        ("windows_restore", Arc::new(windows_restore::WindowsRestore)),
        ("winget_app", Arc::new(winget_app::WingetApp)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{schema, value::Value};

    #[test]
    fn core_would_load_every_table() {
        for (_, resource) in all("") {
            let spec = resource.spec();
            assert_eq!(schema::lint(&spec.attributes), Vec::<String>::new(), "{}", spec.name);
        }
    }

    #[test]
    fn every_default_passes_its_own_checks() {
        for (_, resource) in all("") {
            let spec = resource.spec();
            // Those that depend on another one where that is open, and that one itself without them.
            for is_open in [true, false] {
                let config = with_defaults(&spec.attributes, is_open);
                assert_eq!(schema::validate(&spec.attributes, &config), Default::default(), "{}", spec.name);
            }
        }
    }

    fn with_defaults(attributes: &[schema::Attribute], is_open: bool) -> Value {
        let mut config = schema::null_object(attributes);
        for attribute in attributes {
            let is_named =
                |other: &schema::Attribute| other.only_where.is_some_and(|it| it.attribute == attribute.name);
            let is_needed = attribute.role == schema::Role::Required
                || attribute.required_where.is_some()
                || attribute.alternative.is_some();
            let value = match &attribute.unset {
                schema::Unset::Default(_) if is_open && attributes.iter().any(is_named) => Value::Unknown,
                schema::Unset::Default(_) if !is_open && attribute.only_where.is_some() => Value::Null,
                schema::Unset::Default(default) => default.clone(),
                _ if is_needed => Value::Unknown,
                _ => Value::Null,
            };
            config.insert(attribute.name, value);
        }
        config
    }

    #[test]
    fn every_table_says_where_it_is_and_what_it_needs() {
        for (name, resource) in all("") {
            let spec = resource.spec();
            assert_eq!(spec.name, name, "it is registered by the name of its table");
            assert!(spec.attributes.iter().any(|attribute| attribute.name == "id"), "{} has no id", spec.name);
            assert!(!spec.permissions.0.is_empty() && !spec.permissions.1.is_empty(), "{} needs nothing", spec.name);
            assert!(
                spec.learn.starts_with("https://learn.microsoft.com/"),
                "{} names no page of Microsoft's",
                spec.name
            );
            assert!(spec.seen.ends_with('.'), "{} does not tell what is seen of it", spec.name);
        }
    }
}
