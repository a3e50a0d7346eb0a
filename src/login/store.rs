//! The sign-ins that are kept, of several tenants and applications, in one file: JSON, and for its owner only.

use std::fmt::{self, Debug};
use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::error::Error;
use super::file;
#[cfg(feature = "emulator")]
use super::{app::App, endpoint::Granted};

#[cfg(feature = "emulator")]
pub(crate) use super::file::VARIABLE;
pub(crate) use super::file::path;

/// The form of the file that this version writes.
const VERSION: u64 = 1;

/// Somebody who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SignIn {
    pub(crate) authority: String,
    /// The tenant's id.
    pub(crate) tenant_id: String,
    /// The tenant as it was named when somebody signed in: its id, or one of its domains.
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) user: String,
    /// When it was, in RFC 3339.
    pub(crate) since: String,
    /// Never shown.
    pub(super) refresh_token: String,
}

impl Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("tenant", &self.tenant).field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(feature = "emulator")] // only the commands sign somebody in
impl SignIn {
    /// A new one; none where Microsoft gave no refresh token.
    pub(crate) fn new(app: &App, granted: &Granted) -> Option<SignIn> {
        Some(SignIn {
            authority: bare(&app.authority).to_owned(),
            tenant_id: granted.person.tenant_id.clone(),
            tenant: app.tenant.clone(),
            client_id: app.client_id.to_ascii_lowercase(),
            user: granted.person.user.clone(),
            since: now()?,
            refresh_token: granted.refresh_token.clone()?,
        })
    }

    /// In whose place it stands: there is one per tenant and application.
    fn is_instead_of(&self, other: &SignIn) -> bool {
        self.is_at(&other.authority) && self.tenant_id == other.tenant_id && self.is_by(&other.client_id)
    }
}

#[cfg(feature = "emulator")]
fn now() -> Option<String> {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    OffsetDateTime::now_utc().replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}

impl SignIn {
    /// Whether it is one to the tenant of this id or domain.
    pub(crate) fn is_to(&self, tenant: &str) -> bool {
        [&self.tenant_id, &self.tenant].iter().any(|known| known.eq_ignore_ascii_case(tenant))
    }

    pub(crate) fn is_by(&self, client_id: &str) -> bool {
        self.client_id.eq_ignore_ascii_case(client_id)
    }

    pub(crate) fn is_at(&self, authority: &str) -> bool {
        self.authority == bare(authority)
    }

    /// Who it is, as errors and commands say it.
    pub(crate) fn shown(&self) -> String {
        format!("{} in {}", self.user, self.place())
    }

    /// In which tenant, and by which application.
    pub(crate) fn place(&self) -> String {
        let SignIn { tenant, tenant_id, client_id, .. } = self;
        let also = if tenant.eq_ignore_ascii_case(tenant_id) { String::new() } else { format!(" ({tenant_id})") };
        format!("{tenant}{also}, by the application {client_id}")
    }
}

fn bare(authority: &str) -> &str {
    authority.trim_end_matches('/')
}

/// The file, as long as this process alone may change it.
pub(crate) struct Store {
    path: PathBuf,
    _lock: File,
}

/// Waits until no other process changes the file.
pub(crate) async fn open(path: &Path) -> Result<Store, Error> {
    Ok(Store { path: path.to_owned(), _lock: file::lock(path).await? })
}

impl Store {
    /// All that is there.
    pub(crate) fn read(&self) -> Result<Vec<SignIn>, Error> {
        match file::read(&self.path)? {
            Some(text) => parse(&text).map_err(|why| Error::Here(format!("{}: {why}", self.path.display()))),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn write(&self, sign_ins: &[SignIn]) -> Result<(), Error> {
        let fails = |error| Error::Here(format!("The sign-in cannot be kept in {}: {error}.", self.path.display()));
        file::write(&self.path, &written(sign_ins)).map_err(fails)
    }
}

#[cfg(feature = "emulator")]
/// Adds one, in the place of that of the same tenant and application.
pub(crate) fn put(sign_ins: &mut Vec<SignIn>, new: SignIn) {
    sign_ins.retain(|each| !new.is_instead_of(each));
    sign_ins.push(new);
}

fn written(sign_ins: &[SignIn]) -> String {
    let rows = sign_ins.iter().map(|each| {
        json!({
            "authority": each.authority,
            "tenant_id": each.tenant_id,
            "tenant": each.tenant,
            "client_id": each.client_id,
            "user": each.user,
            "since": each.since,
            "refresh_token": each.refresh_token,
        })
    });
    format!("{:#}\n", json!({"version": VERSION, "sign_ins": rows.collect::<Vec<_>>()}))
}

/// Never repeats a part of the text: it holds tokens.
fn parse(text: &str) -> Result<Vec<SignIn>, String> {
    let broken = || "this is no file of sign-ins. Remove it, and sign in again.".to_owned();
    let whole: Json = serde_json::from_str(text).map_err(|_| broken())?;
    match whole["version"].as_u64() {
        Some(VERSION) => {}
        Some(_) => {
            return Err(
                "a newer version of this program wrote it. Use that, or remove the file and sign in again.".into()
            );
        }
        None => return Err(broken()),
    }
    let rows = whole["sign_ins"].as_array().ok_or_else(broken)?;
    let row = |row: &Json| {
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        Some(SignIn {
            authority: text("authority")?,
            tenant_id: text("tenant_id")?,
            tenant: text("tenant")?,
            client_id: text("client_id")?,
            user: text("user")?,
            since: text("since")?,
            refresh_token: text("refresh_token")?,
        })
    };
    rows.iter().map(|each| row(each).ok_or_else(broken)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::login) fn sign_in(tenant: &str, client_id: &str, refresh_token: &str) -> SignIn {
        SignIn {
            authority: "http://127.0.0.1:5999".into(),
            tenant_id: format!("id-of-{tenant}"),
            tenant: tenant.into(),
            client_id: client_id.into(),
            user: format!("admin@{tenant}"),
            since: "2026-11-27T14:00:00Z".into(),
            refresh_token: refresh_token.into(),
        }
    }

    #[test]
    fn there_is_one_per_tenant_and_application_and_all_come_back_as_they_were() {
        let mut kept = vec![sign_in("contoso.com", "a", "1"), sign_in("fabrikam.com", "a", "2")];
        put(&mut kept, sign_in("contoso.com", "B", "3"));
        put(&mut kept, SignIn { tenant: "contoso.onmicrosoft.com".into(), ..sign_in("contoso.com", "A", "4") });
        let tokens: Vec<_> = kept.iter().map(|each| each.refresh_token.as_str()).collect();
        assert_eq!(tokens, ["2", "3", "4"]);
        assert_eq!(parse(&written(&kept)).unwrap(), kept);
        assert!(kept[1].is_to("CONTOSO.com") && kept[1].is_to("id-of-contoso.com") && !kept[1].is_to("fabrikam.com"));
    }

    #[test]
    fn what_is_no_file_of_sign_ins_is_told_without_a_word_of_it() {
        for text in
            ["secret", "{}", r#"{"version": 1}"#, r#"{"version": 1, "sign_ins": [{"refresh_token": "secret"}]}"#]
        {
            let told = parse(text).unwrap_err();
            assert!(told.contains("sign in again") && !told.contains("secret"), "{told}");
        }
        assert!(parse(r#"{"version": 2, "sign_ins": []}"#).unwrap_err().contains("newer version"));
        assert!(!format!("{:?}", sign_in("contoso.com", "a", "secret")).contains("secret"));
    }
}
