# `task build-app` makes dist/: a static binary, the files of the page, the certificates of the
# authorities that AWS's endpoints are checked against.
FROM scratch
COPY dist/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY dist/static /static
COPY dist/showtable /showtable
ENV STATIC_DIR=/static \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/showtable"]
