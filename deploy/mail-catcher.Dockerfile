# The mail catcher of the demonstration: it takes every mail, sends none on, and shows them at port 8025.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-aiosmtpd \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=nobody --group=nogroup /var/lib/mails
COPY deploy/local/mail-catcher /usr/local/bin/mail-catcher
USER nobody
STOPSIGNAL SIGTERM
CMD ["mail-catcher", "--host", "0.0.0.0", "--smtp", "2525", "--web", "8025", "--folder", "/var/lib/mails"]
