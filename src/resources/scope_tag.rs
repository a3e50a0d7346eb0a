//! `autopilot_scope_tag`: a tag that says which administrators see an object of Intune.
//!
//! Graph, beta only: [roleScopeTag](https://learn.microsoft.com/graph/api/resources/intune-rbac-rolescopetag). Ids are small
//! integers. The tag 0, Default, is in every tenant; it is nobody's to change or delete, and not of this kind.

use crate::{
    resource::{MICROSOFT365, Mover, Resource, Silent, Spec},
    schema::{id, string},
};

/// The resource.
pub(super) struct ScopeTag;

impl Resource for ScopeTag {
    fn spec(&self) -> Spec {
        Spec::new("scope_tag", "Manages a scope tag: which administrators see an object of Intune.")
            .noun("scope tag")
            .collection("/beta/deviceManagement/roleScopeTags")
            .permissions("DeviceManagementRBAC.Read.All", "DeviceManagementRBAC.ReadWrite.All")
            .find_by("display_name")
            .moved_from(Mover::by_id(MICROSOFT365, "microsoft365_graph_beta_device_management_role_scope_tag"))
            .silent(&[Silent::NameTaken])
            .owns(|tag| tag["isBuiltIn"] != true)
            .lookup_of_any_kind()
            .learn("https://learn.microsoft.com/intune/intune-service/fundamentals/scope-tags")
            .seen("Nothing. A scope tag says which administrators see an object.")
            .attributes(vec![
                id(),
                string("display_name", "Name of the tag.").required().len(1, 128),
                string("description", "What the tag is for.").max_len(1024),
            ])
    }
}
