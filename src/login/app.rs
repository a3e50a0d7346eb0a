//! Whom somebody signs in to, and by which application.

use reqwest::Url;

use crate::graph::{Error, cloud};

/// An application of a tenant.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// Login authority, such as `https://login.microsoftonline.com`.
    pub(crate) authority: String,
    /// The tenant: a GUID or a domain.
    pub(crate) tenant: String,
    /// The application (client) id.
    pub(crate) client_id: String,
}

impl App {
    /// One of the addresses of the tenant's sign-in endpoint.
    pub(super) fn address(&self, what: &str) -> Result<Url, Error> {
        let mut url = cloud::endpoint(&self.authority)?;
        url.set_path(&format!("{}/oauth2/v2.0/{what}", self.tenant));
        Ok(url)
    }

    /// The command that signs somebody in to it.
    pub(crate) fn command(&self) -> String {
        let App { authority, tenant, client_id } = self;
        let known = |cloud: &&cloud::Cloud| cloud.authority == authority.trim_end_matches('/');
        let cloud = cloud::CLOUDS.iter().skip(1).find(known).and_then(|cloud| cloud.names.first());
        let environment = cloud.map(|name| format!(" --environment {name}")).unwrap_or_default();
        format!("terraform-provider-autopilot login --tenant {tenant} --client-id {client_id}{environment}")
    }
}

/// What is asked for: all that the application has been given for Graph, and to stay signed in.
pub(crate) fn scope(default: &str) -> String {
    format!("{default} offline_access openid profile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_names_the_cloud_where_it_is_not_the_usual_one() {
        let app =
            |authority: &str| App { authority: authority.into(), tenant: "contoso.com".into(), client_id: "a".into() };
        let usual = "terraform-provider-autopilot login --tenant contoso.com --client-id a";
        assert_eq!(app("https://login.microsoftonline.com").command(), usual);
        assert_eq!(app("https://login.chinacloudapi.cn/").command(), format!("{usual} --environment china"));
        assert_eq!(app("http://127.0.0.1:1").command(), usual);
    }
}
