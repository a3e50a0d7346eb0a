//! A file that Graph gave the address of: in a store of its own, which is asked without a token.

use crate::graph::client::Client;
use crate::graph::cloud::is_loopback;
use crate::graph::error::Error;
use crate::graph::transport::{Method, Request};
use reqwest::Url;
use reqwest::header::HeaderMap;

/// So often it is asked for.
const ATTEMPTS: usize = 4;

impl Client {
    /// Fetches it. The address is a secret: it is in no error.
    pub async fn download(&self, address: &str) -> Result<Vec<u8>, Error> {
        let failed = |status: u16, message: &str| Error::Unexpected {
            attempted: "fetching the file of a report".into(),
            status,
            message: message.into(),
        };
        let url = Url::parse(address).ok().filter(|url| url.scheme() == "https" || is_loopback(url));
        let url = url.ok_or_else(|| failed(0, "its address is none that is fetched by https"))?;
        let mut number = 1;
        loop {
            let request = Request { method: Method::GET, url: url.clone(), headers: HeaderMap::new(), body: None };
            let sent =
                self.unless_stopped("fetching the file of a report", self.shared.carrier.0.send(request)).await?;
            match sent {
                Ok(answer) if answer.is_success() => return Ok(answer.body),
                Ok(answer) if number == ATTEMPTS || answer.status < 500 => {
                    return Err(failed(answer.status, "the store of the files did not give it"));
                }
                Err(broken) if number == ATTEMPTS => return Err(failed(0, &broken.message)),
                Ok(_) | Err(_) => number += 1,
            }
        }
    }
}
