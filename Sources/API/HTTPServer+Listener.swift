import CMicrohttpd
import Glibc

/// A listening TCP socket. Whoever takes its descriptor closes it.
struct HTTPListener {
    let descriptor: Int32
    let port: UInt16

    init(address: String, port: UInt16) throws(HTTPServerError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let info = found else {
            throw .addressNotUsable
        }
        defer { freeaddrinfo(info) }
        let descriptor = socket(
            info.pointee.ai_family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .noSocket }
        do throws(HTTPServerError) {
            self.port = try Self.listen(descriptor, at: info.pointee)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    private static func listen(
        _ descriptor: Int32, at info: addrinfo
    ) throws(HTTPServerError) -> UInt16 {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if info.ai_family == AF_INET6 {
            var off: Int32 = 0
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
        }
        guard bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            throw failure(errno)
        }
        guard Glibc.listen(descriptor, 1024) == 0 else { throw failure(errno) }
        return boundPort(descriptor)
    }

    private static func failure(_ code: Int32) -> HTTPServerError {
        switch code {
        case EADDRINUSE: .portInUse
        case EACCES, EPERM: .portNotPermitted
        case EADDRNOTAVAIL: .addressNotUsable
        default: .noSocket
        }
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = getsockname(descriptor, address, &length)
            }
            // Port and family lie at the same place in sockaddr_in and sockaddr_in6.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    /// The numeric text of an address; empty when there is none.
    static func text(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address else { return "" }
        let isV6 = Int32(address.pointee.sa_family) == AF_INET6
        let length = isV6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            let code = getnameinfo(
                address, socklen_t(length), base, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            return code == 0 ? String(cString: base) : ""
        }
    }
}
