import Glibc

@main
enum Main {
    static func main() {
        // What is made in a data directory is its owner's alone.
        umask(0o077)
        // A reader that has gone is told by write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        allowManyFiles()
        let status = CommandLineTool.run(Array(CommandLine.arguments.dropFirst()))
        // Not `exit`: what that takes down, threads that read ahead may still be using.
        _exit(status)
    }

    /// A hundred authorities' files and a thousand connections are more than the 1,024 descriptors
    /// that a login shell gives; the limit that may not be passed is left as it is.
    private static func allowManyFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
