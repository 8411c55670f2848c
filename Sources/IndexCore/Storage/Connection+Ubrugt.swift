import CSQLite

extension Connection {
    /// Gives back the pages that the connection keeps between statements.
    func releasePages() { sqlite3_db_release_memory(handle) }

    /// Zeroes the bytes between the cell pointers and the cells of every B-tree page.
    ///
    /// `secure_delete` zeroes a cell that is taken out, but not the copies that balancing a tree
    /// leaves in pages' unused room; they would outlive the object. To be called by the one writer,
    /// outside a transaction, when the WAL is empty. Readers are not disturbed: those bytes mean
    /// nothing. SQLite's own handle on the file is used, for closing another would drop its locks.
    /// Costs one reading of the file, and writes only where something is left.
    ///
    /// Source: the SQLite file format, section 1.6; ext/misc/scrub.c does the same to a copy.
    func zeroUnusedBytes() throws(StoreError) {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        let found = withUnsafeMutablePointer(to: &pointer) {
            sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, $0)
        }
        guard found == SQLITE_OK, let file = pointer, let methods = file.pointee.pMethods else {
            throw error(found)
        }
        let pageSize = Int(try integer("PRAGMA page_size") ?? 4096)
        // Pages in this connection's cache hold the old bytes and would be written back with them.
        releasePages()
        let code = UnusedBytes(file: file, methods: methods.pointee, pageSize: pageSize).zero()
        guard code == SQLITE_OK else { throw error(code) }
    }
}

/// One walk over a database file.
private struct UnusedBytes {
    let file: UnsafeMutablePointer<sqlite3_file>
    let methods: sqlite3_io_methods
    let pageSize: Int
    private static let pagesARead = 64

    func zero() -> Int32 {
        var size: sqlite3_int64 = 0
        guard let read = methods.xRead, let write = methods.xWrite, let sync = methods.xSync,
            methods.xFileSize(file, &size) == SQLITE_OK
        else { return SQLITE_IOERR }
        var chunk = [UInt8](repeating: 0, count: pageSize * Self.pagesARead)
        let zeros = [UInt8](repeating: 0, count: pageSize)
        var offset = 0
        var hasWritten = false
        while offset + pageSize <= Int(size) {
            let count = min(chunk.count, (Int(size) - offset) / pageSize * pageSize)
            let code = chunk.withUnsafeMutableBytes {
                read(file, $0.baseAddress, Int32(count), Int64(offset))
            }
            guard code == SQLITE_OK else { return code }
            for start in stride(from: 0, to: count, by: pageSize) {
                guard let gap = gap(chunk, start, isFirst: offset + start == 0),
                    chunk[gap].contains(where: { $0 != 0 })
                else { continue }
                let code = zeros.withUnsafeBytes {
                    write(file, $0.baseAddress, Int32(gap.count), Int64(offset + gap.lowerBound))
                }
                guard code == SQLITE_OK else { return code }
                hasWritten = true
            }
            offset += count
        }
        return hasWritten ? sync(file, SQLITE_SYNC_NORMAL) : SQLITE_OK
    }

    /// Between the cell pointers and the first cell; nil for a page that is no B-tree page, whose
    /// first bytes are the number of a page far below 2^25.
    private func gap(_ bytes: [UInt8], _ start: Int, isFirst: Bool) -> Range<Int>? {
        let header = start + (isFirst ? 100 : 0)
        let headerSize: Int
        switch bytes[header] {
        case 2, 5: headerSize = 12
        case 10, 13: headerSize = 8
        default: return nil
        }
        let cells = Int(bytes[header + 3]) << 8 | Int(bytes[header + 4])
        let stored = Int(bytes[header + 5]) << 8 | Int(bytes[header + 6])
        let content = start + (stored == 0 ? 65_536 : stored)
        let pointersEnd = header + headerSize + 2 * cells
        guard pointersEnd < content, content <= start + pageSize else { return nil }
        return pointersEnd..<content
    }
}
