//! How fast the limits of Graph on this machine are.

use super::*;

#[test]
fn the_limits_of_graph_on_this_machine_are_kept_where_a_variable_says_how_fast_they_are() {
    let of = |text: &str| {
        let (tenant, client) = (("ARM_TENANT_ID", TENANT), ("ARM_CLIENT_ID", "a"));
        around([tenant, client, ("ARM_CLIENT_SECRET", "b"), ("AUTOPILOT_GRAPH_PACE", text)])
    };
    let paced = |text: &str| ready(&config([]), &of(text)).pace;
    assert_eq!((paced("20"), paced("0.5"), paced(" ")), (Some(20.0), Some(0.5), None));
    for wrong in ["fast", "0", "-1", "inf"] {
        let told = format!("The environment variable AUTOPILOT_GRAPH_PACE must be a number above 0, got: {wrong:?}.");
        assert_eq!(refusals(&config([]), &of(wrong)), [(String::new(), told)]);
    }
}
