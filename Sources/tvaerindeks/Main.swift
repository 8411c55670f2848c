import Glibc

@main
enum Main {
    static func main() {
        // A reader that has gone is told by write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
    }
}
