//! How the page looks and is used: on a phone, in the dark, by keyboard, by assistive technology.

use serde_json::{Value, json};

use super::{Page, group_of};

const KINDS: [&str; 16] = [
    "devices",
    "imports",
    "associations",
    "identifiers",
    "events",
    "groups",
    "users",
    "objects",
    "profiles",
    "pages",
    "policies",
    "apps",
    "scripts",
    "filters",
    "tags",
    "journal",
];

fn full() -> Value {
    json!({
        "devices": [{
            "serialNumber": "A-SERIAL-NUMBER-OF-FORTY-CHARACTERS-0001", "model": "ThinkPad X1 Carbon Gen 12",
            "manufacturer": "LENOVO", "groupTag": "A-group-tag-that-has-no-place-to-break-it",
            "userPrincipalName": "adele.vance@contoso.com",
        }, {"serialNumber": "LAB", "count": 80, "groupTag": "Lab"}],
        "objects": [group_of("Lab")],
    })
}

/// What is wider than the window or cut off in it, by kind.
fn too_wide(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut look = |at: &str| {
        let width = page.browser.value("document.scrollingElement.scrollWidth - innerWidth");
        let cut = page.browser.value(
            "[...document.querySelectorAll('main *, aside:not([hidden]) *, header *')].filter(each => {
                const { right, left } = each.getBoundingClientRect();
                // A phone says the heads of columns in each cell.
                const heard = getComputedStyle(each.closest('thead') ?? each).position === 'absolute';
                return each.checkVisibility() && !heard && (right > innerWidth + 1 || left < -1);
            }).map(each => each.outerHTML.slice(0, 80))",
        );
        if width != json!(0) || cut != json!([]) {
            wrong.push(format!("{at}: {width} wider; {cut}"));
        }
    };
    for kind in KINDS {
        page.turn_to(kind);
        page.browser.wait(&format!("document.querySelector('#rows table[data-key={kind}], #rows .none')"));
        look(kind);
    }
    page.turn_to("devices");
    page.browser.wait("document.querySelector('#rows button.open')");
    page.browser.click("#rows button.open");
    page.sees("#json", "serialNumber");
    look("one device");
    wrong
}

#[test]
fn at_375_pixels_nothing_is_wider_than_the_phone() {
    let page = Page::of_size(375, 812, false, &full());
    page.assign("A profile with a name of some length", "Autopilot Lab");
    assert_eq!(page.browser.value("innerWidth"), json!(375));
    assert_eq!(too_wide(&page), [""; 0]);
}

#[test]
fn at_1280_pixels_nothing_is_cut_off() {
    let page = Page::open(&full());
    page.assign("A profile with a name of some length", "Autopilot Lab");
    assert_eq!(too_wide(&page), [""; 0]);
}

#[test]
fn it_is_used_by_the_keyboard_alone() {
    const TAB: &str = "\u{e004}";
    const ENTER: &str = "\u{e007}";
    const ESCAPE: &str = "\u{e00c}";
    let page = Page::open(&full());
    page.browser.keys("/");
    page.browser.wait("document.activeElement.id === 'search'");
    page.browser.keys("LAB000007");
    page.browser.wait("document.querySelectorAll('#rows tbody tr').length === 1");
    let mut steps = 0;
    while page.browser.value("document.activeElement.innerText") != json!("LAB000007") {
        page.browser.keys(TAB);
        steps += 1;
        assert!(steps < 12, "no way from the search to the row");
    }
    let outline = page.browser.value("getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, json!("solid"), "the focus is seen");
    page.browser.keys(ENTER);
    page.sees("#subject", "LAB000007");
    page.browser.wait("document.activeElement.id === 'subject'");
    page.browser.keys(ESCAPE);
    page.browser.wait("document.querySelector('#detail').hidden");
    page.browser.wait("document.activeElement.innerText === 'LAB000007'");
}

#[test]
fn every_control_has_a_name() {
    let page = Page::open(&full());
    page.emulator.configure(|settings| settings.sign_ins_approved = false);
    let form = format!("client_id={}&scope=User.Read", autopilot::emulator::PUBLIC_CLIENT_ID);
    page.ask("POST", &format!("/{}/oauth2/v2.0/devicecode", page.emulator.tenant_id()), "", &form);
    page.browser.click("#plant summary");
    page.browser.click("#rows button.open");
    page.sees("#json", "serialNumber");
    page.sees("#waiting", "Sign-in");
    let labels = page.browser.labels("button, input, select, summary");
    assert!(labels.len() > 40, "{labels:?}");
    let nameless: Vec<_> = labels.iter().filter(|(label, _)| label.trim().is_empty()).collect();
    assert!(nameless.is_empty(), "{nameless:?}");
}

/// How light a colour is, by the formula of the Web Content Accessibility Guidelines.
const CONTRASTS: &str = "(() => {
    const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const pixel = (...colours) => {
        paint.clearRect(0, 0, 1, 1);
        for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
    const grounds = each => each ? [...grounds(each.parentElement), getComputedStyle(each).backgroundColor] : [];
    const seen = [...document.querySelectorAll('body *')].filter(each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !each.matches(':disabled') && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
    return seen.map(each => {
        const ground = grounds(each);
        const [a, b] = [light(pixel(...ground)), light(pixel(...ground, getComputedStyle(each).color))].sort((a, b) => b - a);
        return [(a + 0.05) / (b + 0.05), each.outerHTML.slice(0, 90)];
    }).filter(([contrast]) => contrast < 4.5).map(([contrast, markup]) => `${contrast.toFixed(2)} ${markup}`);
})()";

#[test]
fn text_is_readable_in_the_light_and_in_the_dark() {
    let mut grounds = Vec::new();
    for dark in [false, true] {
        let page = Page::of_size(1280, 800, dark, &full());
        page.assign("Standard", "Autopilot Lab");
        page.browser.press("+1 h");
        page.sees("#rows .pill", "Assigned");
        page.browser.click("//button[normalize-space() = 'LAB000003']");
        page.sees("#json", "serialNumber");
        assert_eq!(page.browser.value(CONTRASTS), json!([]), "dark: {dark}");
        grounds.push(page.browser.value("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(grounds[0], grounds[1]);
}

/// Keeps count of the page's timers in an attribute of its body, and hides the page when told to.
const TIMERS: &str = "(() => {
    const timers = new Set(), { setTimeout: set, clearTimeout: clear } = window;
    const show = () => { document.body.dataset.timers = timers.size };
    window.setTimeout = (run, wait) => {
        const id = set(() => { timers.delete(id); show(); run() }, wait);
        timers.add(id);
        show();
        return id;
    };
    window.clearTimeout = id => { timers.delete(id); clear(id); show() };
    window.hide = hidden => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        return true;
    };
})()";

#[test]
fn a_page_that_nobody_sees_asks_nothing() {
    let page = Page::open(&full());
    page.browser.value(TIMERS);
    // It waits for its next turn, and hides just then.
    page.browser.wait("document.body.dataset.timers === '1' && hide(true)");
    assert_eq!(page.browser.value("document.body.dataset.timers"), json!("0"), "nothing is to come");
    page.emulator.plant(br#"{"devices": [{"serialNumber": "AAA"}]}"#).unwrap();
    page.browser.value("hide(false)");
    page.sees("#rows", "AAA");
}
