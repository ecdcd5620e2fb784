/// How many handlers of a connection run; outlives the connection as they may. Touched on the loop alone.
final class HandlerCount {
    var value = 0
}
