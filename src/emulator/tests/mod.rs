//! Requests through the whole emulator, without a network.
