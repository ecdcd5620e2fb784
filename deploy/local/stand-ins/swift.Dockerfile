FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends \
    binutils ca-certificates git gnupg2 libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses-dev \
    libpython3-dev libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata zlib1g-dev
CMD ["/bin/bash"]
