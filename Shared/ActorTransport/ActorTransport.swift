// ActorTransport
