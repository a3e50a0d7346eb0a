# The emulator in a container: one static binary. Not built by its makers, who had no builder of images at hand; what was run
# is the static binary, as a user who is not root, in a root folder with nothing else but /tmp and /proc.
#
#   docker build --tag autopilot-emulator .
#   docker run --rm --publish 127.0.0.1:8080:8080 autopilot-emulator --speed 100
#
# Whoever reaches the port can use the tenants: their secrets are published.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache gcc musl-dev
WORKDIR /source
COPY . .
# The toolchain is the image's own, which is of the version that rust-toolchain.toml asks for.
RUN rm rust-toolchain.toml && cargo build --release --locked --bin terraform-provider-autopilot

# No shell and no libc; unlike an empty image it has a user who is not root, and a folder for temporary files.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /source/target/release/terraform-provider-autopilot /terraform-provider-autopilot
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s \
    CMD ["/terraform-provider-autopilot", "emulator", "--listen", "127.0.0.1:8080", "--health"]
ENTRYPOINT ["/terraform-provider-autopilot", "emulator", "--listen", "0.0.0.0:8080", "--allow-remote"]
