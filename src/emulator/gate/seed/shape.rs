//! What a seed says.

use serde::Deserialize;
use serde_json::Value;

use crate::emulator::model::check::Object;
use crate::emulator::tenant::application::FederatedCredential;

/// What to plant. Every part may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Seed {
    /// Further tenants: customers who have consented to Contoso's application.
    pub(crate) tenants: Vec<SeedTenant>,
    /// The tenant that the rest is planted in, by id or domain; Contoso when not said.
    pub(crate) tenant: Option<String>,
    /// People.
    pub(crate) users: Vec<SeedUser>,
    /// Groups that are kept elsewhere, and that Graph only reads.
    pub(crate) groups: Vec<SeedGroup>,
    /// Applications that may sign in, with their permissions.
    pub(crate) applications: Vec<SeedApplication>,
    /// Devices that an OEM has registered.
    pub(crate) devices: Vec<SeedDevice>,
    /// Devices that are tied to the tenant.
    pub(crate) associations: Vec<SeedAssociation>,
    /// Intune Connectors for Active Directory, which write themselves.
    pub(crate) connectors: Vec<SeedConnector>,
    /// Whatever else: written to Graph as the tenant's own application would, with every permission.
    pub(crate) objects: Vec<SeedObject>,
}

/// A tenant that is not there yet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeedTenant {
    /// Its id.
    pub(crate) id: String,
    /// Its one domain.
    pub(crate) domain: String,
    /// The name; the domain when not said.
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// The properties of an object that tell it from others like it.
pub(super) const NAMES: [&str; 4] = ["displayName", "mailNickname", "name", "uniqueName"];

/// An object of Graph's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeedObject {
    /// The collection with its version: `/beta/deviceAppManagement/mobileApps`.
    pub(crate) path: String,
    /// What to POST to it.
    pub(crate) body: Value,
    /// So many of them, numbered with six digits behind each of [`NAMES`] that the body has.
    #[serde(default)]
    pub(crate) count: Option<u32>,
}

/// A user. Other properties go by Graph's names.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SeedUser {
    /// The user principal name.
    #[serde(rename = "userPrincipalName")]
    pub(crate) user_principal_name: String,
    /// The name; the address when not said.
    #[serde(rename = "displayName", default)]
    pub(crate) display_name: Option<String>,
    /// So many of them, numbered in front of the `@`.
    #[serde(default)]
    pub(crate) count: Option<u32>,
    /// The manager's user principal name or object id.
    #[serde(default)]
    pub(crate) manager: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub(crate) extra: Object,
}

/// A group that Exchange keeps, or that comes from an Active Directory on premises: Graph makes none of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SeedGroup {
    /// The name.
    pub(crate) display_name: String,
    /// Whether it has a mail address.
    #[serde(default)]
    pub(crate) mail_enabled: bool,
    /// Whether it can be granted anything.
    #[serde(default = "yes")]
    pub(crate) security_enabled: bool,
    /// Whether it is synchronised from on premises.
    #[serde(default)]
    pub(crate) on_premises_sync_enabled: bool,
}

/// An application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeedApplication {
    /// Its client id. One that is there already keeps what is not said.
    pub(crate) client_id: String,
    /// Its secret.
    #[serde(default)]
    pub(crate) client_secret: Option<String>,
    /// Whether the time of its secret is over.
    #[serde(default)]
    pub(crate) client_secret_expired: Option<bool>,
    /// Certificates it may sign its assertions with: PEM, RSA keys.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    /// Whose tokens it may sign in with: `issuer`, `subject`, and `audience` unless it is `api://AzureADTokenExchange`.
    #[serde(default)]
    pub(crate) federated: Vec<FederatedCredential>,
    /// Its application permissions.
    #[serde(default)]
    pub(crate) roles: Option<Vec<String>>,
    /// What it may do for users who sign in.
    #[serde(default)]
    pub(crate) delegated: Option<Vec<String>>,
    /// Whether users may sign in without a secret of the application.
    #[serde(default)]
    pub(crate) public: Option<bool>,
}

/// A registered device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SeedDevice {
    /// The serial number.
    pub(crate) serial_number: String,
    /// So many of them, numbered with six digits behind the serial number.
    #[serde(default)]
    pub(crate) count: Option<u32>,
    /// Who made it.
    #[serde(default = "maker")]
    pub(crate) manufacturer: String,
    /// What it is.
    #[serde(default = "model")]
    pub(crate) model: String,
    /// The OEM's order.
    #[serde(default)]
    pub(crate) purchase_order_identifier: Option<String>,
    /// The group tag.
    #[serde(default)]
    pub(crate) group_tag: Option<String>,
    /// The user it is assigned to.
    #[serde(default)]
    pub(crate) user_principal_name: Option<String>,
    /// Whether it is enrolled in Intune.
    #[serde(default)]
    pub(crate) enrolled: bool,
    /// Whether it has a TPM 2.0 that attests it.
    #[serde(default = "yes")]
    pub(crate) tpm: bool,
}

/// A connector that has just called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SeedConnector {
    /// The server's name. One that is there already is updated.
    pub(crate) display_name: String,
    /// Its version.
    pub(crate) version: String,
    /// What Intune shows of it.
    #[serde(default = "active")]
    pub(crate) state: String,
}

/// A device that is tied to the tenant before it is first switched on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SeedAssociation {
    /// The serial number.
    pub(crate) serial_number: String,
    /// So many of them, numbered with six digits behind the serial number.
    #[serde(default)]
    pub(crate) count: Option<u32>,
    /// Who made it.
    #[serde(default = "maker")]
    pub(crate) manufacturer: String,
    /// What it is.
    #[serde(default = "model")]
    pub(crate) model: String,
}

fn active() -> String {
    "active".into()
}

fn yes() -> bool {
    true
}

fn maker() -> String {
    "Contoso Hardware".into()
}

fn model() -> String {
    "Model 1".into()
}
