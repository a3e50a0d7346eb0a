//! Writes that a second administrator has to approve: asked for, waited for, and sent again.
//!
//! Source: "Use Multi Admin Approval with the Microsoft Graph API". A protected write without a justification is refused
//! with a message that names its header. With one a request is filed, and the answer (403, for some actions 412) carries
//! its code. The same write with the code is done once the request is approved. The request tells nothing of the write.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderName, HeaderValue};

use crate::graph::client::{Answered, Client, Outgoing};
use crate::graph::encode::segment;
use crate::graph::error::Error;
use crate::graph::judge::attempted;
use crate::graph::ledger::Write;
use crate::graph::refusal::APPROVAL_CODE;
use crate::graph::retry::Kind;
use crate::graph::standing::{End, Standing};
use crate::graph::wait::Patience;

const REQUESTS: &str = "/beta/deviceManagement/operationApprovalRequests";
const JUSTIFICATION: HeaderName = HeaderName::from_static("x-msft-approval-justification");
const CODE: HeaderName = HeaderName::from_static(APPROVAL_CODE);

/// What became of a write that was sent with a code.
enum Sent {
    Done(Answered),
    /// Nobody has decided yet.
    Undecided,
    /// The code is used up.
    UsedUp,
    /// It was refused, for a reason of its own or since the code is another write's. Graph tells them by words alone.
    Refused(Error),
}

/// What the codes of before came to.
enum ByCode {
    Done(Answered),
    /// None was of use.
    Unknown,
    /// One was approved, and the write was refused all the same.
    Refused(Error),
}

impl Client {
    /// Sends until there is an answer that is no error, or an error that repeating does not help. A write that somebody
    /// has to approve is asked for and waited for.
    pub(super) async fn send(&self, outgoing: &Outgoing<'_>) -> Result<Answered, Error> {
        if !outgoing.changes {
            return self.persist(outgoing).await;
        }
        let write = self.ledger().write(&outgoing.method, outgoing.path, outgoing.bytes().as_deref());
        let before = match self.send_by_code(outgoing, &write).await? {
            ByCode::Done(answered) => return Ok(answered),
            ByCode::Unknown => None,
            ByCode::Refused(error) => Some(error),
        };
        match self.persist(outgoing).await {
            Err(error) if error.awaits_approval() => self.request_approval(outgoing, &write, error, before).await,
            answer => answer,
        }
    }

    /// Goes on with a write that was refused since somebody has to approve it.
    pub(super) async fn with_approval(&self, outgoing: &Outgoing<'_>, refused: Error) -> Result<Answered, Error> {
        let write = self.ledger().write(&outgoing.method, outgoing.path, outgoing.bytes().as_deref());
        match self.send_by_code(outgoing, &write).await? {
            ByCode::Done(answered) => Ok(answered),
            ByCode::Unknown => self.request_approval(outgoing, &write, refused, None).await,
            ByCode::Refused(error) => self.request_approval(outgoing, &write, refused, Some(error)).await,
        }
    }

    /// Sends a write whose approval was asked for before.
    async fn send_by_code(&self, outgoing: &Outgoing<'_>, write: &Write) -> Result<ByCode, Error> {
        let mut refused = None;
        for code in [self.ledger().code(write), self.configured_code(write)].into_iter().flatten() {
            match self.send_approved(outgoing, write, &code).await? {
                Sent::Done(answered) => return Ok(ByCode::Done(answered)),
                // A request that is not seen is none, or another's: nobody decides it.
                Sent::Undecided if matches!(self.status(&code).await, Ok(None)) => self.ledger().forget(write),
                Sent::Undecided => return self.follow(outgoing, write, &code).await.map(ByCode::Done),
                Sent::UsedUp => self.ledger().forget(write),
                Sent::Refused(error) => refused = Some(error),
            }
        }
        Ok(refused.map_or(ByCode::Unknown, ByCode::Refused))
    }

    fn configured_code(&self, write: &Write) -> Option<Box<str>> {
        self.approvals().codes.get(&*write.entry).map(|code| code.trim().into())
    }

    /// Asks for the approval of a write that was refused for want of one. `before` is why it was refused although it was
    /// approved: if the code was its own, the request stands, and that reason is the one to tell.
    async fn request_approval(
        &self,
        outgoing: &Outgoing<'_>,
        write: &Write,
        refused: Error,
        before: Option<Error>,
    ) -> Result<Answered, Error> {
        let Some(justification) = &self.approvals().justification else {
            return Err(before.unwrap_or_else(|| stands(outgoing, write, Standing::Unasked)));
        };
        let header = HeaderValue::from_str(&STANDARD.encode(justification)).map_err(|_| refused)?;
        let error = match self.persist(&outgoing.with(JUSTIFICATION, header)).await {
            Ok(answered) => return Ok(answered),
            Err(error) => error,
        };
        // "An active Approval Request already exists", seen by clients of 2026: do not repeat.
        if error.status() == Some(409) && error.message().contains("Approval Request") {
            return Err(before.unwrap_or_else(|| stands(outgoing, write, Standing::AskedBefore)));
        }
        let Some(code) = code_in(error.message()).map(str::to_owned) else { return Err(error) };
        self.ledger().keep(write, &code);
        // The code is the right to the write, and stays out of the log. Received requests show who asked, and why.
        tracing::warn!(
            request = &*attempted(&outgoing.method, outgoing.path),
            write = &*write.entry,
            justification,
            "waiting until another administrator approves this in the Intune admin center, under Tenant administration > \
             Multi Admin Approval > Received requests"
        );
        self.follow(outgoing, write, &code).await
    }

    /// Waits until somebody has decided, and sends the write again.
    async fn follow(&self, outgoing: &Outgoing<'_>, write: &Write, code: &str) -> Result<Answered, Error> {
        let waits = |ended: String| {
            let ended = ended.into();
            stands(outgoing, write, Standing::Waits { code: code.into(), ended })
        };
        let mut patience = Patience::default();
        loop {
            let status = self.status(code).await.map_err(|error| waits(ended(&error)))?;
            if let Some(how) = status.as_deref().and_then(End::named) {
                self.ledger().forget(write);
                return Err(stands(outgoing, write, Standing::Ended { code: code.into(), how }));
            }
            if status.as_deref() == Some("approved") {
                match self.send_approved(outgoing, write, code).await? {
                    Sent::Done(answered) => return Ok(answered),
                    Sent::Undecided => {}
                    // It was approved a moment ago: an answer was lost, and the write is done.
                    Sent::UsedUp if outgoing.kind == Kind::Idempotent => {
                        self.ledger().done(write, &attempted(&outgoing.method, outgoing.path), code);
                        return Ok(Answered { status: 204, body: None });
                    }
                    Sent::UsedUp => return Err(Error::without_answer(outgoing.path)),
                    // The code is its own, so the reason is too.
                    Sent::Refused(error) => return Err(error),
                }
            }
            self.pause(&mut patience, "", "").await.map_err(|error| waits(ended(&error)))?;
        }
    }

    async fn send_approved(&self, outgoing: &Outgoing<'_>, write: &Write, code: &str) -> Result<Sent, Error> {
        let Ok(header) = HeaderValue::from_str(code) else { return Ok(Sent::UsedUp) };
        let error = match self.persist(&outgoing.with(CODE, header)).await {
            Ok(answered) => {
                self.ledger().done(write, &attempted(&outgoing.method, outgoing.path), code);
                return Ok(Sent::Done(answered));
            }
            Err(error) => error,
        };
        if error.awaits_approval() {
            return Ok(Sent::Undecided);
        }
        if !matches!(error.status(), Some(403 | 409 | 412)) {
            return Err(error);
        }
        let Ok(status) = self.status(code).await else { return Err(error) };
        if let Some(how) = status.as_deref().and_then(End::named) {
            self.ledger().forget(write);
            return Err(stands(outgoing, write, Standing::Ended { code: code.into(), how }));
        }
        Ok(if status.as_deref() == Some("completed") { Sent::UsedUp } else { Sent::Refused(error) })
    }

    /// Where a request stands. None where it is not seen.
    async fn status(&self, code: &str) -> Result<Option<String>, Error> {
        let found = self.list(&format!("{REQUESTS}?$filter=requestId eq '{}'", segment(code))).await?;
        Ok(found.first().and_then(|request| request["status"].as_str()).map(str::to_owned))
    }
}

fn stands(outgoing: &Outgoing<'_>, write: &Write, standing: Standing) -> Error {
    let attempted = attempted(&outgoing.method, outgoing.path);
    Error::Approval { attempted, entry: write.entry.clone(), standing }
}

/// Why a wait ended, at the end of a sentence.
fn ended(error: &Error) -> String {
    match error {
        Error::Cancelled { .. } => "interrupted".into(),
        Error::TimedOut { .. } => "timed out".into(),
        error => error.to_string(),
    }
}

/// The code in the message of a refused write.
fn code_in(message: &str) -> Option<&str> {
    let (_, rest) = message.rsplit_once(APPROVAL_CODE)?;
    let code = rest.trim_start_matches([':', ' ']).get(..36)?;
    uuid::Uuid::try_parse(code).ok().map(|_| code)
}

#[cfg(test)]
mod tests;
