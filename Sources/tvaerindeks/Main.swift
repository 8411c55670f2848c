import Glibc

@main
enum Main {
    static func main() {
        // What is made in a data directory is its owner's alone.
        umask(0o077)
        // A reader that has gone is told by write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
    }
}
