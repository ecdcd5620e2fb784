FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server && mkdir /data && chown redis /data
COPY redis-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
