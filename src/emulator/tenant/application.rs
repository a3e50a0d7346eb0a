//! Applications that may sign in, and sign-ins of people by them.

use serde::{Deserialize, Serialize};

/// The application that Intune manages devices with.
pub(crate) const INTUNE: &str = "0000000a-0000-0000-c000-000000000000";

/// The application that puts devices into the group of a device preparation policy. It goes by several names, and by this id alone.
pub(crate) const PROVISIONING_CLIENT: &str = "f1346770-5b25-470b-88bd-d5744ab7952c";

/// An application that may sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) secret: String,
    /// Whether its time is over.
    #[serde(default)]
    pub(crate) secret_expired: bool,
    /// Its service principal's object id.
    pub(crate) principal: String,
    pub(crate) roles: Vec<String>,
    /// Certificates it may sign with: DER in base64.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    #[serde(default)]
    pub(crate) federated: Vec<FederatedCredential>,
    /// What an administrator has consented to for its users.
    #[serde(default)]
    pub(crate) delegated: Vec<String>,
    /// Whether users may sign in by it without a secret of its own.
    #[serde(default)]
    pub(crate) public: bool,
}

/// Whose tokens an application may sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    #[serde(default = "exchange")]
    pub(crate) audience: String,
}

fn exchange() -> String {
    "api://AzureADTokenExchange".into()
}

/// A sign-in by device code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) user_code: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// Real seconds since 1970: who polls counts in those.
    pub(crate) expires: i64,
    pub(crate) decision: Decision,
}

/// A code that a browser took back to the program that asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AuthorizationCode {
    pub(crate) client_id: String,
    /// The user's object id.
    pub(crate) user: String,
    pub(crate) scope: String,
    pub(crate) redirect: String,
    /// SHA-256 of the verifier, in base64.
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    /// Real seconds since 1970.
    pub(crate) expires: i64,
    pub(crate) redeemed: bool,
}

/// What has become of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Decision {
    Pending,
    /// The user's object id.
    Approved(String),
    Declined,
    Redeemed,
}
