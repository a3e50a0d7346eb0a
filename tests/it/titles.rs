//! The titles of all that the provider tells its users, as its sources have them.
//!
//! A title reaches its message by many ways: as it is, by a table, by the arguments of a function. So it is known by its
//! form, and everything that is handed to a message at once has to have that form.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, ExprCall, ExprMethodCall, ImplItemFn, ItemFn, ItemMod, Lit, LitStr, Macro,
    visit::{self, Visit},
};

use crate::sources::{Source, is_for_tests, parsed};

/// Where messages come from: what is below says by its functions `title` what happened.
const FLOORS: [&str; 9] =
    ["diagnostic", "schema", "resource", "resources", "data_sources", "functions", "actions", "provider", "server"];
const BELOW: &str = "graph";

/// Words of a title that have no capital.
const SMALL: [&str; 18] = [
    "a", "an", "the", "of", "to", "in", "by", "for", "after", "before", "without", "from", "as", "and", "or", "is",
    "on", "with",
];

/// All titles of these sources. What is put into one stands as `…`.
pub(crate) fn of(texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut reader = Reader { titles: BTreeSet::new(), is_below: false, is_title: false };
    for Source { module, file } in parsed(texts).values() {
        let floor = module.first().map_or("", String::as_str);
        if FLOORS.contains(&floor) || floor == BELOW {
            reader.is_below = floor == BELOW;
            reader.visit_file(file);
        }
    }
    reader.titles
}

/// The title that a text is: `One … Needed` for `One {} Needed`.
fn title(text: &str) -> Option<String> {
    let words: Vec<_> = text.split(' ').map(|word| if word.starts_with('{') { "…" } else { word }).collect();
    let is_word = |word: &&str| {
        let is_name = word.split('.').skip(1).any(|part| part.starts_with(char::is_alphabetic));
        let is_in_form = word.chars().all(|it| it.is_alphanumeric() || "-'.…".contains(it)) && !word.ends_with('.');
        let is_of_capitals = word.len() > 3 && word.chars().all(char::is_uppercase);
        // A version, such as that of TPM 2.0, and not the number of a product.
        let is_version = word.starts_with(|it: char| it.is_ascii_digit()) && word.contains('.');
        let begins = is_version || word.starts_with(|it: char| it.is_uppercase() || it == '…');
        is_in_form && !is_name && !is_of_capitals && (begins || SMALL.contains(word))
    };
    let put_in = words.iter().filter(|word| **word == "…").count();
    let begins = words[0].starts_with(char::is_uppercase) && (words[0].len() > 1 || words.len() > 2);
    (begins && put_in < 2 && words.len() < 9 && words.iter().all(is_word)).then(|| words.join(" "))
}

struct Reader {
    titles: BTreeSet<String>,
    is_below: bool,
    /// Whether the function that is being read gives a title.
    is_title: bool,
}

impl Reader {
    fn meet(&mut self, text: &str) {
        // One word alone is anything, but for where only titles are.
        let is_one = (text.contains(' ') && !self.is_below) || (self.is_title && self.is_below);
        self.titles.extend(title(text).filter(|_| is_one));
    }

    fn meet_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.meet_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.meet(&text.value());
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn in_function(&mut self, name: &syn::Ident, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.is_title, name == "title");
        read(self);
        self.is_title = outer;
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.meet(&text.value());
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let (Expr::Path(path), Some(Expr::Lit(first))) = (&*call.func, call.args.first())
            && let Lit::Str(text) = &first.lit
        {
            let words: Vec<_> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            if matches!(words.iter().map(String::as_str).collect::<Vec<_>>()[..], ["Diagnostic", "error" | "warning"]) {
                let text = text.value();
                let told =
                    title(&text).unwrap_or_else(|| panic!("{text:?} is no title: give it capitals as others have"));
                self.titles.insert(told);
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // What a message calls a thing.
        if call.method != "noun" {
            visit::visit_expr_method_call(self, call);
        } else {
            self.visit_expr(&call.receiver);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.in_function(&item.sig.ident, |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.in_function(&item.sig.ident, |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.meet_tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

#[test]
fn a_title_is_found_wherever_it_stands() {
    let source = r#"
        const LATE: &str = "Deadline Has Passed";
        fn a(cx: &mut Cx) -> Result<()> {
            cx.warn(format!("Without the {noun}"), "Words of a sentence.");
            tell(cx, ("Ids Not Checked", "Whether they exist was not checked"));
            Spec::new("x").noun("Intune Connectors for Active Directory").of("Microsoft 365");
            Err(Diagnostic::error("Twice", detail))
        }
        /// Not One of Them.
        #[cfg(test)]
        mod tests { const OTHER: &str = "Only in Tests"; }
    "#;
    let below = r#"impl E { fn title(&self) -> &str { "Interrupted" } fn other(&self) -> &str { "Bad Request" } }"#;
    let texts = [("resources/a.rs", source), ("graph/error.rs", below), ("emulator/b.rs", source)];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let found: Vec<_> = of(&texts).into_iter().collect();
    assert_eq!(found, ["Deadline Has Passed", "Ids Not Checked", "Interrupted", "Twice", "Without the …"]);
}
