//! `GET /`: a page that shows a tenant in a browser, live, and plays with it. It asks the control endpoints.
//!
//! Plain HTML, CSS and ES modules, brought along in the program. Each file is one thing: `main.js` knows what is
//! looked at and asks for it, the others draw.

use super::control::ROOT;
use super::exchange::Reply;

/// Nothing but what the page brings itself may run or be asked, and no script may make HTML of text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page's files below [`FOLDER`]: name, kind, text.
const FILES: &[(&str, &str, &str)] = &[
    ("page.css", CSS, include_str!("page.css")),
    ("ask.js", SCRIPT, include_str!("ask.js")),
    ("cells.js", SCRIPT, include_str!("cells.js")),
    ("detail.js", SCRIPT, include_str!("detail.js")),
    ("dom.js", SCRIPT, include_str!("dom.js")),
    ("frame.js", SCRIPT, include_str!("frame.js")),
    ("list.js", SCRIPT, include_str!("list.js")),
    ("main.js", SCRIPT, include_str!("main.js")),
    ("words.js", SCRIPT, include_str!("words.js")),
];

/// Where they are, below [`ROOT`].
const FOLDER: &str = "page/";

/// The file that a request asks for, if it asks for one.
pub(crate) fn reply(method: &str, path: &str) -> Option<Reply> {
    let (kind, text) = match (method, path) {
        ("GET", "/") => (HTML, include_str!("page.html")),
        ("GET", path) => {
            let name = path.strip_prefix(ROOT)?.strip_prefix(FOLDER)?;
            let (_, kind, text) = FILES.iter().find(|(known, ..)| *known == name)?;
            (*kind, *text)
        }
        _ => return None,
    };
    let headers = vec![
        ("content-type", kind.to_owned()),
        ("content-security-policy", POLICY.to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    Some(Reply { status: 200, headers, body: text.into(), ..Reply::default() })
}
