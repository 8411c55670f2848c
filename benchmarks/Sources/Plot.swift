import Glibc

/// A diagram as SVG: lines over two axes, each straight or logarithmic, with its own legend.
struct Plot {
    struct Series {
        let name: String
        /// In the order in which they are joined.
        let points: [(x: Double, y: Double)]
    }

    enum Axis { case straight, logarithmic }

    let title: String
    let x: (label: String, axis: Axis)
    let y: (label: String, axis: Axis)
    var series: [Series]
    /// Marks at the points, for few of them.
    var hasMarks = true

    private static let width = 760.0
    private static let height = 440.0
    private static let left = 80.0
    private static let right = 190.0
    private static let top = 44.0
    private static let bottom = 58.0
    /// Apart also for those who do not see red from green.
    static let colours = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933",
        "#882255", "#44aa99", "#661100", "#6699cc", "#aa4466", "#117733", "#332288", "#ddcc77",
    ]

    /// Nil when there is nothing to draw.
    var svg: String? {
        let drawn = series.filter { !$0.points.isEmpty }
        let points = drawn.flatMap(\.points)
        guard let xs = Scale(points.map(\.x), x.axis), let ys = Scale(points.map(\.y), y.axis)
        else {
            return nil
        }
        func px(_ value: Double) -> Double {
            Self.left + xs.share(value) * (Self.width - Self.left - Self.right)
        }
        func py(_ value: Double) -> Double {
            Self.height - Self.bottom
                - ys.share(value) * (Self.height - Self.top - Self.bottom)
        }
        var body = SVG.text(title, Self.left, 24, "font-weight=\"bold\" font-size=\"15\"")
        for tick in xs.ticks {
            body += SVG.line(
                px(tick), Self.top, px(tick), Self.height - Self.bottom, "stroke=\"#dddddd\"")
            body += SVG.text(
                SVG.short(tick), px(tick), Self.height - Self.bottom + 18, "text-anchor=\"middle\"")
        }
        for tick in ys.ticks {
            body += SVG.line(
                Self.left, py(tick), Self.width - Self.right, py(tick), "stroke=\"#dddddd\"")
            body += SVG.text(SVG.short(tick), Self.left - 8, py(tick) + 4, "text-anchor=\"end\"")
        }
        body += SVG.text(
            x.label, (Self.left + Self.width - Self.right) / 2, Self.height - 14,
            "text-anchor=\"middle\"")
        body += SVG.text(
            y.label, 0, 0,
            "text-anchor=\"middle\" transform=\"translate(20 \(SVG.place((Self.top + Self.height - Self.bottom) / 2))) rotate(-90)\""
        )
        for (index, line) in drawn.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let path = line.points.map { "\(SVG.place(px($0.x))),\(SVG.place(py($0.y)))" }
            body +=
                "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(path.joined(separator: " "))\"/>\n"
            for point in line.points where hasMarks {
                body +=
                    "<circle r=\"3.5\" fill=\"\(colour)\" cx=\"\(SVG.place(px(point.x)))\" cy=\"\(SVG.place(py(point.y)))\"/>\n"
            }
            let place = Self.top + 12 + Double(index) * 20
            let from = Self.width - Self.right + 14
            body += SVG.line(
                from, place - 4, from + 20, place - 4, "stroke=\"\(colour)\" stroke-width=\"3\"")
            body += SVG.text(line.name, from + 26, place, "")
        }
        let high = max(Self.height, Self.top + 24 + Double(drawn.count) * 20)
        return SVG.document(Self.width, high, body)
    }

    /// Values to places between 0 and 1, and where the axis is marked.
    private struct Scale {
        let low: Double
        let high: Double
        let axis: Axis

        init?(_ values: [Double], _ axis: Axis) {
            let usable = values.filter { $0.isFinite && (axis == .straight || $0 > 0) }
            guard let least = usable.min(), let most = usable.max() else { return nil }
            self.axis = axis
            switch axis {
            case .straight:
                low = min(0, least)
                high = most > low ? most : low + 1
            case .logarithmic:
                // Whole decades, so that the marks say what the distances are.
                low = floor(log10(least))
                high = max(ceil(log10(most)), low + 1)
            }
        }

        func share(_ value: Double) -> Double {
            let value = axis == .straight ? value : log10(max(value, 1e-9))
            return min(1, max(0, (value - low) / (high - low)))
        }

        var ticks: [Double] {
            guard axis == .straight else {
                return stride(from: low, through: high, by: 1).map { pow(10, $0) }
            }
            let raw = (high - low) / 6
            let power = pow(10, floor(log10(raw)))
            let step = ([1, 2, 5, 10].first { $0 * power >= raw } ?? 10) * power
            return Array(stride(from: (low / step).rounded(.up) * step, through: high, by: step))
        }
    }
}

/// Bars beside each other in groups, on a logarithmic axis.
struct Bars {
    let title: String
    let label: String
    /// One for each group; a value that is missing leaves its place empty.
    let groups: [(name: String, values: [Double?])]
    let names: [String]

    var svg: String? {
        let all = groups.flatMap(\.values).compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
        guard let least = all.min(), let most = all.max() else { return nil }
        let (low, high) = (floor(log10(least)), max(ceil(log10(most)), floor(log10(least)) + 1))
        let (left, top, wide, bar) = (150.0, 64.0, 640.0, 13.0)
        func px(_ value: Double) -> Double { left + (log10(value) - low) / (high - low) * wide }
        let group = bar * Double(names.count) + 14
        let bottom = top + group * Double(groups.count)
        var body = SVG.text(title, left, 22, "font-weight=\"bold\" font-size=\"15\"")
        for (index, name) in names.enumerated() {
            let from = left + Double(index) * 130
            body += SVG.box(from, 36, 12, 12, Plot.colours[index % Plot.colours.count])
            body += SVG.text(name, from + 18, 46, "")
        }
        for decade in stride(from: low, through: high, by: 1) {
            let place = px(pow(10, decade))
            body += SVG.line(place, top - 6, place, bottom, "stroke=\"#dddddd\"")
            body += SVG.text(
                SVG.short(pow(10, decade)), place, bottom + 16, "text-anchor=\"middle\"")
        }
        body += SVG.text(label, left + wide / 2, bottom + 38, "text-anchor=\"middle\"")
        for (place, one) in groups.enumerated() {
            let start = top + group * Double(place)
            body += SVG.text(
                one.name, left - 8, start + group / 2 - 2, "text-anchor=\"end\"")
            for (index, value) in one.values.enumerated() {
                guard let value, value > 0, value.isFinite else { continue }
                let from = start + bar * Double(index)
                body += SVG.box(
                    left, from, max(1, px(value) - left), bar - 2,
                    Plot.colours[index % Plot.colours.count])
                body += SVG.text(SVG.short(value), px(value) + 4, from + 10, "font-size=\"10\"")
            }
        }
        return SVG.document(left + wide + 60, bottom + 50, body)
    }
}

private enum SVG {
    static func document(_ width: Double, _ height: Double, _ body: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(place(width))" height="\(place(height))" \
        viewBox="0 0 \(place(width)) \(place(height))" font-family="sans-serif" font-size="12">
        <rect width="100%" height="100%" fill="white"/>
        \(body)</svg>

        """
    }

    static func text(_ text: String, _ x: Double, _ y: Double, _ more: String) -> String {
        let safe = text.map { ["<": "&lt;", "&": "&amp;"][$0] ?? String($0) }.joined()
        return "<text x=\"\(place(x))\" y=\"\(place(y))\" \(more)>\(safe)</text>\n"
    }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ more: String
    ) -> String {
        "<line x1=\"\(place(x1))\" y1=\"\(place(y1))\" x2=\"\(place(x2))\" y2=\"\(place(y2))\" \(more)/>\n"
    }

    static func box(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String
    ) -> String {
        "<rect x=\"\(place(x))\" y=\"\(place(y))\" width=\"\(place(width))\" "
            + "height=\"\(place(height))\" fill=\"\(colour)\"/>\n"
    }

    static func place(_ value: Double) -> String { Results.number((value * 10).rounded() / 10) }

    /// 12k, 3M, 0.02: three digits.
    static func short(_ value: Double) -> String {
        if value >= 1e6 { return Results.number((value / 1e4).rounded() / 100) + "M" }
        if value >= 1e4 { return Results.number((value / 100).rounded() / 10) + "k" }
        guard value > 0 else { return Results.number(value) }
        let places = pow(10, 2 - floor(log10(value)))
        return Results.number((value * places).rounded() / places)
    }
}
