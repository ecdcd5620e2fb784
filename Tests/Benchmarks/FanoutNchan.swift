import Foundation
import TestSupport
import ViewerCrowd

/// nginx with nchan, one process, as quick as its settings let it be: no log, no history.
struct FanoutNchan: FanoutServer {
    let process: Child
    private let connection: PlainSocket
    private let port: Int
    private let sharedPort: Int
    private let folder: URL

    init() async throws {
        (port, sharedPort) = (FreePort.find(), FreePort.find())
        folder = FileManager.default.temporaryDirectory.appending(path: "nchan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "nginx.conf")
        try Data(Self.configuration(folder.path(), port, sharedPort).utf8).write(to: file)
        process = try Child("nginx", ["-c", file.path(), "-e", "stderr"], isReadyOn: sharedPort)
        connection = try PlainSocket(port: port)
    }

    func viewers(over transport: CrowdSettings.Transport) -> CrowdSettings {
        CrowdSettings(addresses: [CrowdAddress(port: transport == .http2 ? sharedPort : port)], path: "/watch")
    }

    func publish(_ number: Int) throws {
        let text = FanoutMessage.text(number)
        try connection.write(
            "POST /publish HTTP/1.1\r\nhost: localhost\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)")
        _ = try connection.read()
    }

    func stop() async {
        process.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func configuration(_ folder: String, _ port: Int, _ sharedPort: Int) -> String {
        """
        load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
        daemon off; master_process off; pid \(folder)/pid; error_log stderr crit; worker_rlimit_nofile 20000;
        events { worker_connections 20000; use epoll; }
        http {
            access_log off; keepalive_timeout 600s; keepalive_requests 1000000; http2_max_concurrent_streams 1000;
            client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy; fastcgi_temp_path \(folder)/fastcgi;
            uwsgi_temp_path \(folder)/uwsgi; scgi_temp_path \(folder)/scgi;
            nchan_shared_memory_size 64M;
            server {
                listen 127.0.0.1:\(port) backlog=4096; listen 127.0.0.1:\(sharedPort) http2;
                location = /publish { nchan_publisher http; nchan_channel_id seats; nchan_message_buffer_length 1; }
                location = /watch {
                    nchan_subscriber eventsource websocket; nchan_channel_id seats;
                    nchan_subscriber_first_message newest;
                }
            }
        }
        """
    }
}
