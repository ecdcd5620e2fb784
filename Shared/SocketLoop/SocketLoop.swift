// SocketLoop
