# By its id, or by its name where only one page has it.
terraform import autopilot_enrollment_status_page.standard 7b1d2c0e-5a4f-4c7e-8f3a-91d2e6b0c5a4_Windows10EnrollmentCompletionPageConfiguration
terraform import autopilot_enrollment_status_page.standard "display_name=Standard devices"
