//! The HTTP client of Microsoft Graph. Knows no Terraform.
