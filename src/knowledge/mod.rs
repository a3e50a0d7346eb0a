//! What an administrator of Windows Autopilot knows: pure, no I/O.
