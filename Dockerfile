# Makes the same image as `task image`, but with Docker.
#
#   docker build .                         packs dist/, which `task build-app` fills
#   docker build --target from-source .    builds dist/ too, and needs only Docker

# By digest, so that the same files give the same build. Dependabot renews it.
FROM rust:1.95-slim-trixie@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS build
WORKDIR /source
COPY . .
RUN cargo run --locked --bin container -- build-app

FROM scratch AS settings
LABEL org.opencontainers.image.title=showtable
WORKDIR /
USER 65532:65532
# Memory is given back at once.
ENV MIMALLOC_PURGE_DELAY=0
EXPOSE 8080
ENTRYPOINT ["/showtable"]

FROM settings AS from-source
COPY --from=build /source/dist/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /source/dist/showtable /showtable
COPY --from=build /source/dist/static /static

FROM settings
COPY dist/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY dist/showtable /showtable
COPY dist/static /static
