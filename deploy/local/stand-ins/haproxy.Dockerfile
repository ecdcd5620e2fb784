FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends haproxy
USER haproxy
ENTRYPOINT ["haproxy", "-W", "-db"]
CMD ["-f", "/usr/local/etc/haproxy/haproxy.cfg"]
STOPSIGNAL SIGUSR1
