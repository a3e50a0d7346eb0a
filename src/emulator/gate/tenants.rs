//! The two tenants that are always there: their ids, credentials, users and defaults.
//!
//! All of it is constant and published: an emulator on loopback has no secrets. Contoso is the tenant that clients are
//! pointed at; Fabrikam is the other one, for what crosses tenants.

use serde_json::{Value, json};

use crate::emulator::call::Caller;
use crate::emulator::entra::organization::PLANS;
use crate::emulator::entra::{device_registration, mobility};
use crate::emulator::intune::{connectors, enrollment_defaults, scope_tags};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::Application;
use crate::emulator::tenant::directory::User;

/// The tenant that [`crate::emulator::Emulator::environment`] points at.
pub const TENANT_ID: &str = "c0a50000-0000-4000-8000-000000000001";
/// Its application.
pub const CLIENT_ID: &str = "c0a50000-0000-4000-8000-00000000a001";
/// The secret of that application.
pub const CLIENT_SECRET: &str = "emulator-only-secret-of-contoso";

/// Its public application, by which administrators sign in with a device code. It has no secret.
pub const PUBLIC_CLIENT_ID: &str = "c0a50000-0000-4000-8000-00000000a003";

/// The other tenant.
pub const OTHER_TENANT_ID: &str = "fab00000-0000-4000-8000-000000000002";
/// Its application.
pub const OTHER_CLIENT_ID: &str = "fab00000-0000-4000-8000-00000000a002";
/// The secret of that application.
pub const OTHER_CLIENT_SECRET: &str = "emulator-only-secret-of-fabrikam";

/// What the applications may do.
const ROLES: &[&str] = &[
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "Directory.Read.All",
    "Device.Read.All",
    "User.Read.All",
    "Application.Read.All",
    "Organization.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementApps.ReadWrite.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementRBAC.ReadWrite.All",
    "DeviceManagementScripts.ReadWrite.All",
    "Policy.ReadWrite.DeviceConfiguration",
    "Application.ReadWrite.All",
    "OrganizationalBranding.Read.All",
    "RoleManagement.ReadWrite.Directory",
];

/// When the tenants were set up: 5 January 2026.
const MADE: i64 = 1_767_600_000_000;
/// What administrators may do beside that, through the public application.
const DELEGATED: &[&str] = &["Policy.Read.All", "Policy.ReadWrite.MobilityManagement", "User.Read"];

/// Whoever owns a tenant: its application, with every permission that is known.
pub(crate) fn owner(tenant: &str) -> Caller {
    Caller {
        tenant: tenant.to_owned(),
        app_id: CLIENT_ID.into(),
        principal: String::new(),
        roles: ROLES.iter().chain(DELEGATED).map(|role| (*role).to_owned()).collect(),
        delegated: true,
    }
}

/// Who approves sign-ins where nobody says who does.
pub(crate) fn administrator(tenant: &Tenant) -> Option<&User> {
    let domain = tenant.domains.first()?;
    let name = match tenant.id.as_str() {
        TENANT_ID => "nestor.wilke",
        OTHER_TENANT_ID => "allan.deyoung",
        _ => "alain.charon",
    };
    tenant.user(&format!("{name}@{domain}"))
}

/// Given name, surname, department, job title.
type Person = (&'static str, &'static str, &'static str, &'static str);

const CONTOSO: &[Person] = &[
    ("Adele", "Vance", "Retail", "Retail Manager"),
    ("Alex", "Wilber", "Marketing", "Marketing Assistant"),
    ("Diego", "Siciliani", "Human Resources", "HR Manager"),
    ("Grady", "Archie", "Engineering", "Designer"),
    ("Isaiah", "Langer", "Sales", "Sales Representative"),
    ("Megan", "Bowen", "Marketing", "Marketing Manager"),
    ("Nestor", "Wilke", "Operations", "Director"),
    ("Pradeep", "Gupta", "Finance", "Accountant"),
];

const FABRIKAM: &[Person] =
    &[("Allan", "Deyoung", "IT", "IT Administrator"), ("Lynne", "Robbins", "Retail", "Planner")];

/// Of a tenant that somebody plants.
const PLANTED: &[Person] = &[("Alain", "Charon", "IT", "IT Administrator")];

/// Both tenants without anything in them.
pub(crate) fn both() -> [Tenant; 2] {
    [
        Tenant::empty(TENANT_ID, "Contoso", &["contoso.com", "contoso.onmicrosoft.com"]),
        Tenant::empty(OTHER_TENANT_ID, "Fabrikam", &["fabrikam.com", "fabrikam.onmicrosoft.com"]),
    ]
}

/// Gives a new tenant its application, its people and Intune's defaults. One that somebody plants is a customer who has
/// consented to Contoso's application.
pub(crate) fn furnish(tenant: &mut Tenant) {
    let (client_id, secret, people) = match tenant.id.as_str() {
        TENANT_ID => (CLIENT_ID, CLIENT_SECRET, CONTOSO),
        OTHER_TENANT_ID => (OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, FABRIKAM),
        _ => (CLIENT_ID, CLIENT_SECRET, PLANTED),
    };
    // An application has a service principal of its own in each tenant.
    let of = if people == PLANTED { format!("{}/{client_id}", tenant.id) } else { client_id.to_owned() };
    tenant.applications.put(
        client_id,
        Application {
            client_id: client_id.into(),
            name: "Terraform".into(),
            secret: secret.into(),
            secret_expired: false,
            principal: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, of.as_bytes()).to_string(),
            roles: ROLES.iter().map(|role| (*role).to_owned()).collect(),
            certificates: Vec::new(),
            federated: Vec::new(),
            delegated: Vec::new(),
            public: false,
        },
    );
    let domain = tenant.domains.first().cloned().unwrap_or_default();
    if tenant.id == TENANT_ID {
        tenant.applications.put(
            PUBLIC_CLIENT_ID,
            Application {
                client_id: PUBLIC_CLIENT_ID.into(),
                name: "Terraform sign-in".into(),
                secret: String::new(),
                secret_expired: false,
                principal: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, PUBLIC_CLIENT_ID.as_bytes()).to_string(),
                roles: Vec::new(),
                certificates: Vec::new(),
                federated: Vec::new(),
                delegated: ROLES.iter().chain(DELEGATED).map(|scope| (*scope).to_owned()).collect(),
                public: true,
            },
        );
    }
    for person in people {
        let user = user(&domain, *person);
        let id = user.id.clone();
        tenant.users.put(&id, user);
    }
    enrollment_defaults::furnish(tenant);
    scope_tags::furnish(tenant);
    device_registration::furnish(tenant);
    mobility::furnish(tenant);
    connectors::plant(tenant, "DC01", "6.2501.2000.5", "active", MADE);
}

fn user(domain: &str, (given, surname, department, title): Person) -> User {
    let upn = format!("{given}.{surname}@{domain}").to_lowercase();
    let plans: Vec<Value> = PLANS
        .iter()
        .map(|(plan, service, _)| json!({"servicePlanId": plan, "service": service, "capabilityStatus": "Enabled", "assignedDateTime": "2026-01-05T08:00:00Z"}))
        .collect();
    let extra = json!({
        "givenName": given,
        "surname": surname,
        "department": department,
        "jobTitle": title,
        "companyName": domain.split('.').next().unwrap_or(domain),
        "mailNickname": format!("{given}.{surname}").to_lowercase(),
        "usageLocation": "US",
        "assignedPlans": plans,
    });
    let Value::Object(extra) = extra else { unreachable!("an object was written") };
    User {
        id: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, upn.as_bytes()).to_string(),
        display_name: format!("{given} {surname}"),
        upn,
        manager: None,
        sessions: 0,
        extra,
    }
}
