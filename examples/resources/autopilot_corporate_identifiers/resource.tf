# These devices enrol as the company's. Once there is one such identifier, other Windows devices enrol as personal ones.
resource "autopilot_corporate_identifiers" "berlin" {
  identifiers = {
    "Microsoft Corporation,Surface Laptop 5,012345678901" = { description = "Reception" }
    "Microsoft Corporation,Surface Laptop 5,012345678902" = {}
  }
}
