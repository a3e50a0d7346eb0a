//! The apps of a suite that are left out.

use crate::schema::{Attribute, boolean};

/// The apps that can be left out, as the admin center calls them. Those that are no part of the suites any more (InfoPath,
/// SharePoint Designer, Visio as an app) are not offered there either.
pub(super) fn attributes() -> Vec<Attribute> {
    let apps = [
        boolean("access", "Access."),
        boolean("excel", "Excel."),
        boolean("onedrive", "OneDrive.").graph("oneDrive"),
        boolean("onedrive_groove", "OneDrive (Groove).").graph("groove"),
        boolean("onenote", "OneNote.").graph("oneNote"),
        boolean("outlook", "Outlook."),
        boolean("powerpoint", "PowerPoint.").graph("powerPoint"),
        boolean("publisher", "Publisher."),
        boolean("search_in_bing", "The background service for Microsoft Search in Bing.").graph("bing"),
        boolean("skype_for_business", "Skype for Business.").graph("lync"),
        boolean("teams", "Teams."),
        boolean("word", "Word."),
    ];
    apps.map(|app| app.default(false)).into()
}
